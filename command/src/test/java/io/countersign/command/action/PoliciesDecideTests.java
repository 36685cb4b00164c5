package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.NOON;
import static io.countersign.command.action.ActionMessages.PARAMS;
import static io.countersign.command.action.ActionMessages.approvalRequired;
import static io.countersign.command.action.ActionMessages.approve;
import static io.countersign.command.action.ActionMessages.approved;
import static io.countersign.command.action.ActionMessages.autoApproved;
import static io.countersign.command.action.ActionMessages.deny;
import static io.countersign.command.action.ActionMessages.exactly;
import static io.countersign.command.action.ActionMessages.request;
import static io.countersign.command.action.ActionMessages.requested;
import static io.countersign.command.action.ActionMessages.some;
import static io.countersign.command.action.ActionMessages.startAfter;
import static io.countersign.command.action.ActionMessages.started;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.PolicyText.standing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.test.matchers.Matchers.matches;

import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionContent.Judgement;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.Letter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PoliciesDecideTests {

    private static final String ALWAYS = "'condition': {'type': 'action', 'glob': '*'}";
    private static final String BEN_WROTE = "{'condition': {'type': 'pattern', 'regex': 'ben@[a-z.]+'}, 'effect': '%s', "
            + "'reason': 'Goes to {match}.'}";

    private final ActionFixture fixture = new ActionFixture();

    private static Policy rule(String more) {
        return standing("p", "{" + ALWAYS + ", " + more + "}");
    }

    private Judgement words(Verdict verdict) {
        assertThat(verdict.inputs()).isNotNull();
        return fixture.keyring.open(verdict.inputs().words(), Action.VERDICT, Judgement.class).orElseThrow();
    }

    @Nested
    class Given_an_action_that_runs_at_once {

        @Test
        void a_policy_without_objection_lets_it_run_and_stands_in_the_verdict() {
            fixture.under(standing("p", "{'condition': {'type': 'action', 'glob': 'other:*'}, 'effect': 'block'}")).atNoon()
                    .when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(some(ActionRequested.class),
                            some(ActionAutoApproved.class, e -> e.verdict().policiesEvaluated().equals(List.of("p"))
                                    && e.verdict().inputs() != null && e.verdict().inputs().policies()
                                    .equals(List.of(new Verdict.PolicyVersion("p-p", 1))) && e.verdict().riskScore() == 0)));
        }

        @Test
        void a_warning_lets_it_run() {
            fixture.under(rule("'effect': 'warn', 'severity': 'high', 'confidence': 1")).atNoon().when(request(SCOUT, "note:add", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionAutoApproved.class,
                            e -> e.verdict().outcome() == Outcome.ALLOW_WITH_WARNINGS && e.verdict().warnings().size() == 1
                                    && e.verdict().riskScore() == 0.8)));
        }

        @Test
        void a_delay_has_it_wait_for_its_time() {
            fixture.under(rule("'effect': 'delay', 'delay_seconds': 90")).atNoon().when(request(SCOUT, "note:add", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class, e -> e.terms().tier().equals("delayed")),
                            some(ActionDelayed.class, e -> e.executeAt().equals(NOON.plusSeconds(90)))));
        }

        @Test
        void one_that_asks_has_it_wait_for_a_person_of_its_profile() {
            fixture.under(standing("p", "{%s, 'effect': 'require_approval', 'profile': {'min_role': 'admin', 'min_approvals': 2}}, "
                            .formatted(ALWAYS) + "{'id': 'pause', %s, 'effect': 'delay', 'delay_seconds': 7}".formatted(ALWAYS))).atNoon()
                    .when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(
                            some(ActionRequested.class, e -> e.terms().profile().minRole() == Role.ADMIN && e.terms().tier().equals("staged")
                                    && e.terms().profile().minApprovals() == 2 && e.terms().profile().settleSeconds() == 7),
                            some(ActionApprovalRequired.class, e -> "p".equals(e.verdict().triggeredPolicy()))));
        }

        @Test
        void one_that_blocks_blocks() {
            fixture.under(rule("'effect': 'block'")).atNoon().when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(
                    some(ActionRequested.class), some(ActionBlocked.class, e -> "policy_blocked".equals(e.verdict().code())
                            && e.verdict().violations().getFirst().policy().equals("p") && e.phase().equals("request"))));
        }

        @Test
        void approvers_of_whom_nobody_is_common_block() {
            fixture.under(standing("p", "{'id': 'a', %s, 'effect': 'require_approval', 'profile': {'allowed_principals': ['ann']}}, "
                            .formatted(ALWAYS) + "{'id': 'b', %s, 'effect': 'require_approval', 'profile': {'allowed_principals': ['ben']}}"
                            .formatted(ALWAYS))).atNoon().when(request(SCOUT, "note:add", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class),
                            some(ActionBlocked.class, e -> "unapprovable".equals(e.verdict().code()))));
        }

        @Test
        void one_that_only_watches_changes_nothing_and_says_so() {
            fixture.under(standing("p", "'mode': 'shadow',", "{" + ALWAYS + ", 'effect': 'block'}")).atNoon()
                    .when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(some(ActionRequested.class),
                            some(ActionAutoApproved.class, e -> e.verdict().outcome() == Outcome.ALLOW && e.verdict().violations().isEmpty()
                                    && e.verdict().shadow() != null && e.verdict().shadow().getFirst().effect().equals("block")
                                    && e.verdict().trace().stream().anyMatch(step -> step.step().equals("shadow")))));
        }

        @Test
        void what_matched_is_sealed_and_stands_nowhere_in_clear() {
            fixture.under(standing("p", BEN_WROTE.formatted("block"))).atNoon().when(request(SCOUT, "note:add", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionBlocked.class, e -> {
                        Finding found = words(e.verdict()).violations().getFirst();
                        assertThat(found.message()).isEqualTo("Goes to ben@example.com.");
                        assertThat(found.matched()).isEqualTo("ben@example.com");
                        assertThat(e.verdict().withWords(words(e.verdict())).reason()).isEqualTo("Goes to ben@example.com.");
                        Verdict clear = e.verdict();
                        return !(clear.reason() + clear.violations() + clear.trace() + clear.warnings()).contains("ben@");
                    })));
        }

        @Test
        void a_dry_run_tells_all_and_records_nothing() {
            fixture.under(standing("p", BEN_WROTE.formatted("require_approval"))).atNoon()
                    .when(new EvaluateAction(request(SCOUT, "note:add", PARAMS))).expectNoEvents()
                    .expectResultMessagePayloadMatching(matches((Verdict v) -> v.outcome() == Outcome.REQUIRE_APPROVAL
                            && "Goes to ben@example.com.".equals(v.reason())));
        }
    }

    @Nested
    class Given_facts_that_are_gathered {

        @Test
        void rules_see_them_and_they_are_sealed_with_the_verdict() {
            fixture.knowing(new Source(Map.of("tables", List.of("public.users"))))
                    .under(standing("p", "{'condition': {'type': 'table', 'name': 'users'}, 'effect': 'block'}")).atNoon()
                    .when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(some(ActionRequested.class),
                            some(ActionBlocked.class, e -> words(e.verdict()).facts().contains("public.users"))));
        }

        @Test
        void what_cannot_be_inspected_goes_to_a_person_without_any_rule() {
            fixture.knowing(new Source(Map.of("uninspectable", "two statements"))).atNoon().when(request(SCOUT, "note:add", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionApprovalRequired.class,
                            e -> words(e.verdict()).reason().contains("two statements") && !e.verdict().reason().contains("two"))));
        }

        @Test
        void a_source_that_fails_is_a_doubt() {
            fixture.knowing(new Source(null)).atNoon().when(request(SCOUT, "note:add", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionApprovalRequired.class)));
        }

        private record Source(Map<String, Object> facts) implements FactSource {

            @Override
            public String namespace() {
                return "sql";
            }

            @Override
            public boolean speaksFor(ActionType type) {
                return true;
            }

            @Override
            public Map<String, Object> gather(String workspace, ActionType type, JsonNode params) {
                if (facts == null) {
                    throw new IllegalStateException("The database is gone");
                }
                return facts;
            }
        }
    }

    @Nested
    class Given_a_rule_about_a_rate {

        private static final String RATE = "{'id': 'r', 'condition': {'type': 'rate', 'per': 'agent', 'limit': 3, 'window_seconds': 60}, "
                + "'effect': 'block'}";

        @Test
        void it_takes_for_a_request_and_only_looks_for_a_dry_run() {
            List<Boolean> taken = new ArrayList<>();
            fixture.counting((workspace, policyId, ruleId, rate, facts, now, actionId, take) -> {
                taken.add(take);
                return Answer.EXCEEDED;
            }).under(standing("p", RATE)).atNoon().when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(
                    some(ActionRequested.class), some(ActionBlocked.class,
                            e -> e.verdict().inputs().rates().equals(Map.of("p-p/r", "exceeded")))));
            fixture.atNoon().when(new EvaluateAction(request(SCOUT, "note:add", PARAMS)))
                    .expectResultMessagePayloadMatching(matches((Verdict v) -> v.outcome() == Outcome.BLOCK));
            assertThat(taken).containsExactly(true, false);
        }
    }

    @Nested
    class Given_a_rule_that_asks_what_people_decided_before {

        private static final Policy UNLESS_APPROVED = standing("p", "{'id': 'first', 'condition': {'type': 'expression', 'cel': "
                + "'!history.approved_before || history.denied_before'}, 'effect': 'require_approval'}");

        @Test
        void the_first_of_its_kind_waits_and_what_is_decided_is_counted_for_the_next() {
            fixture.under(UNLESS_APPROVED).atNoon().when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(
                    some(ActionRequested.class), some(ActionApprovalRequired.class, e -> words(e.verdict()).facts().contains("approved_before"))));
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve().by(BEN)).expectSuccessfulHandlerExecution();
            assertThat(fixture.supplies.used("history/approved/")).isEqualTo(1);
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny().by(BEN)).expectSuccessfulHandlerExecution();
            assertThat(fixture.supplies.used("history/denied/")).isEqualTo(1);
        }

        @Test
        void an_approval_lets_the_same_pass_and_a_denial_does_not() {
            PastDecisions.Case note = new PastDecisions.Case("default", SCOUT.id(), "note:add", Letter.note().describe(Submission.JSON.readTree(PARAMS)).target());
            fixture.under(UNLESS_APPROVED).pastDecisions().decided(note, true, "before", NOON);
            fixture.atNoon().when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(
                    some(ActionRequested.class), some(ActionAutoApproved.class)));
            fixture.pastDecisions().decided(note, false, "before", NOON);
            fixture.atNoon().when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(exactly(
                    some(ActionRequested.class), some(ActionApprovalRequired.class)));
        }

        @Test
        void nothing_is_counted_while_no_rule_asks() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve().by(BEN)).expectSuccessfulHandlerExecution();
            assertThat(fixture.supplies.used("history/")).isZero();
        }
    }

    @Nested
    class Given_a_cleared_action {

        @Test
        void a_rule_of_today_that_blocks_stands_in_the_way() {
            fixture.under(rule("'effect': 'block'")).atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN))
                    .when(startAfter(0)).expectEventsMatching(exactly(some(ActionBlocked.class,
                            e -> e.phase().equals("execution") && "policy_blocked".equals(e.verdict().code()))));
        }

        @Test
        void a_rule_of_today_that_asks_or_counts_does_not() {
            fixture.under(rule("'effect': 'require_approval'"), standing("r", "{'condition': {'type': 'rate', 'per': 'agent', 'limit': 0, "
                    + "'window_seconds': 60}, 'effect': 'block'}")).atNoon().andGiven(requested(), autoApproved())
                    .when(startAfter(0)).expectEvents(started(1));
        }
    }
}

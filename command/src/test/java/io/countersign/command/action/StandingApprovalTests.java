package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.NOON;
import static io.countersign.command.action.ActionMessages.PARAMS;
import static io.countersign.command.action.ActionMessages.approve;
import static io.countersign.command.action.ActionMessages.exactly;
import static io.countersign.command.action.ActionMessages.request;
import static io.countersign.command.action.ActionMessages.requestForced;
import static io.countersign.command.action.ActionMessages.requested;
import static io.countersign.command.action.ActionMessages.some;
import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.OLGA;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.PolicyText.standing;
import static io.countersign.command.testing.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Safeguard;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.StandingApproval;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.evaluation.api.Draft;
import io.countersign.command.evaluation.api.EvaluateDraft;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.People;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.test.matchers.Matchers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StandingApprovalTests {

    private static final String ALWAYS = "'condition': {'type': 'action', 'glob': '*'}";
    private static final String END = "2026-04-01T00:00:00Z";
    private static final String APPROVES = "{'id': 'ok', " + ALWAYS + ", 'effect': 'approve', 'expires_at': '" + END + "'}";

    private final ActionFixture fixture = new ActionFixture();

    private static Policy by(Principal author, Policy policy) {
        return new Policy(policy.id(), policy.workspace(), policy.version(), policy.definition(), false, false, NOON, NOON, author.id());
    }

    private static Policy builtIn(Policy policy) {
        return new Policy(policy.id(), "", policy.version(), policy.definition(), false, true, null, null, null);
    }

    private static Policy approving(Principal author) {
        return by(author, standing("usual", APPROVES));
    }

    private static Policy rule(String more) {
        return by(OLGA, standing("p", "{'id': 'r', " + ALWAYS + ", " + more + "}"));
    }

    private static Policy asking(String profile) {
        return rule("'effect': 'require_approval', 'profile': {" + profile + "}");
    }

    private void isApproved(Policy... policies) {
        fixture.under(policies).atNoon().when(request()).expectEventsMatching(exactly(some(ActionRequested.class),
                some(ActionAutoApproved.class, e -> e.verdict().standing() != null)));
    }

    private void waits(Policy... policies) {
        waitsBecause("", policies);
    }

    private void waitsBecause(String why, Policy... policies) {
        fixture.under(policies).atNoon().when(request()).expectEventsMatching(exactly(some(ActionRequested.class),
                some(ActionApprovalRequired.class, e -> isDeclined(e.verdict(), why))));
    }

    private static boolean isDeclined(Verdict verdict, String why) {
        return verdict.standing() == null && verdict.trace().stream().anyMatch(step -> step.step().equals("standing")
                && step.detail().contains("usual/ok does not stand in") && step.detail().contains(why));
    }

    @Nested
    class Given_an_action_that_waits_for_a_person_by_its_mode {

        @Test
        void it_runs_at_once_and_the_verdict_names_rule_and_author() {
            fixture.under(approving(BEN)).atNoon().when(request()).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.terms().tier().equals("immediate") && e.terms().mode() == ApprovalMode.MANUAL),
                    some(ActionAutoApproved.class, e -> {
                        Verdict verdict = e.verdict();
                        assertThat(verdict.outcome()).isEqualTo(Outcome.ALLOW);
                        assertThat(verdict.standing()).isEqualTo(
                                new StandingApproval("p-usual", "usual", 1, "ok", BEN.id(), Instant.parse(END)));
                        assertThat(verdict.decider()).isEqualTo("rule:usual/ok");
                        assertThat(verdict.triggeredPolicy()).isEqualTo("usual");
                        assertThat(verdict.reason()).contains("standing approval ok of the policy usual", BEN.id(), END);
                        return verdict.trace().getLast().step().equals("standing");
                    })));
        }

        @Test
        void whoever_comes_to_decide_is_told_which_rule_did() {
            Verdict verdict = new Verdict(Outcome.ALLOW, null, null, 0, List.of(), null, List.of(), List.of(), 1, "enforce", List.of(), null,
                    null, new StandingApproval("p-usual", "usual", 1, "ok", BEN.id(), Instant.parse(END)), null, null);
            fixture.atNoon().andGiven(requested(), new ActionAutoApproved(ActionMessages.ID, verdict)).when(approve().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("decided_by", "rule:usual/ok"));
        }

        @Test
        void a_dry_run_says_the_same() {
            fixture.under(approving(BEN)).atNoon().when(new EvaluateAction(request())).expectNoEvents()
                    .expectResultMessagePayloadMatching(Matchers.matches((Verdict v) -> v.outcome() == Outcome.ALLOW && v.standing() != null));
        }

        @Test
        void a_draft_would_answer_as_the_decision_of_who_writes_it_and_takes_the_place_of_the_policy_of_its_name() {
            PolicyDefinition draft = approving(BEN).definition();
            fixture.under(standing("usual", "{'id': 'no', " + ALWAYS + ", 'effect': 'block'}")).atNoon()
                    .when(new EvaluateDraft(request(), new Draft(draft, BEN.id()))).expectNoEvents()
                    .expectResultMessagePayloadMatching(Matchers.matches((Verdict v) -> v.outcome() == Outcome.ALLOW
                            && v.standing() != null && v.standing().authorId().equals(BEN.id())));
        }

        @Test
        void a_draft_of_somebody_who_may_not_decide_answers_nothing() {
            fixture.under().atNoon().when(new EvaluateDraft(request(), new Draft(approving(BEN).definition(), SCOUT.id()))).expectNoEvents()
                    .expectResultMessagePayloadMatching(Matchers.matches((Verdict v) -> v.outcome() == Outcome.REQUIRE_APPROVAL
                            && isDeclined(v, "who wrote it is not here")));
        }

        @Test
        void a_delay_is_kept() {
            fixture.under(approving(BEN), rule("'effect': 'delay', 'delay_seconds': 90")).atNoon().when(request())
                    .expectEventsMatching(exactly(some(ActionRequested.class, e -> e.terms().tier().equals("delayed")),
                            some(ActionDelayed.class, e -> e.executeAt().equals(NOON.plusSeconds(90)) && e.verdict().standing() != null)));
        }
    }

    @Nested
    class Given_rules_that_ask {

        @Test
        void what_they_asked_stays_on_record_as_a_warning() {
            fixture.under(approving(BEN), rule("'effect': 'require_approval', 'severity': 'high', 'confidence': 1")).atNoon().when(request())
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionAutoApproved.class,
                            e -> e.verdict().outcome() == Outcome.ALLOW_WITH_WARNINGS && e.verdict().violations().isEmpty()
                                    && e.verdict().warnings().stream().map(Finding::rule).toList().equals(List.of("r"))
                                    && e.verdict().riskScore() == 0.8)));
        }

        @Test
        void the_pause_of_their_profile_is_kept() {
            fixture.under(approving(BEN), asking("'settle_seconds': 40")).atNoon().when(request()).expectEventsMatching(exactly(
                    some(ActionRequested.class), some(ActionDelayed.class, e -> e.executeAt().equals(NOON.plusSeconds(40)))));
        }

        @Test
        void one_of_a_locked_policy_goes_to_a_person() {
            waits(approving(ANN), by(ANN, standing("p", "'locked': true,", "{" + ALWAYS + ", 'effect': 'require_approval'}")));
        }

        @Test
        void one_of_a_built_in_policy_goes_to_a_person() {
            waits(approving(ANN), builtIn(standing("p", "{" + ALWAYS + ", 'effect': 'require_approval'}")));
        }

        @Test
        void one_that_cannot_be_decided_goes_to_a_person() {
            waitsBecause("cannot be decided", approving(ANN), by(ANN, standing("p",
                    "{'condition': {'type': 'expression', 'cel': 'params.missing == 1'}, 'effect': 'warn'}")));
        }

        @Test
        void a_rule_that_blocks_blocks() {
            fixture.under(approving(ANN), rule("'effect': 'block'")).atNoon().when(request())
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionBlocked.class, e -> e.verdict().standing() == null)));
        }
    }

    @Nested
    class Given_the_writer_could_not_decide_it {

        @ParameterizedTest
        @ValueSource(strings = {"'min_role': 'admin'", "'min_approvals': 2", "'confirmation_phrase': 'ROLLBACK'", "'allowed_principals': ['ann']"})
        void the_profile_asks_for_somebody_else(String profile) {
            waits(approving(BEN), asking(profile));
        }

        @Test
        void an_admin_has_the_role() {
            isApproved(approving(ANN), asking("'min_role': 'admin'"));
        }

        @Test
        void who_answers_for_the_agent_is_barred_where_the_profile_bars() {
            waits(approving(ANN), asking("'exclude_agent_owner': true"));
            isApproved(approving(OLGA), asking("'exclude_agent_owner': true"));
        }

        @Test
        void the_requester_is_barred_where_the_profile_bars() {
            fixture.under(approving(BEN), asking("'distinct_from_requester': true")).atNoon().when(request(BEN, "mail:send", PARAMS))
                    .expectEventsMatching(exactly(some(ActionRequested.class), some(ActionApprovalRequired.class)));
            isApproved(approving(BEN), asking("'distinct_from_requester': true"));
        }

        @Test
        void somebody_who_is_gone_or_has_fallen_decides_nothing() {
            fixture.among(People.all().with(People.disabled(OLGA)));
            waitsBecause("not here any more", approving(OLGA));
            fixture.among(People.all().with(People.as(BEN, Role.VIEWER)));
            waitsBecause("takes the role analyst", approving(BEN));
            waits(standing("usual", APPROVES));
            waits(approving(SCOUT));
        }
    }

    @Nested
    class Given_something_that_only_a_person_may_answer {

        @Test
        void a_mode_for_admins_only() {
            fixture.with(ActionFixture.mode("mail:send", ApprovalMode.ADMIN_ONLY));
            waitsBecause("admin-only", approving(OLGA));
        }

        @Test
        void a_requester_who_wants_a_person() {
            fixture.under(approving(OLGA)).atNoon().when(requestForced()).expectEventsMatching(exactly(some(ActionRequested.class),
                    some(ActionApprovalRequired.class, e -> isDeclined(e.verdict(), "asked for a person"))));
        }

        @Test
        void a_safeguard_that_asks() {
            fixture.with(new Safeguard() {

                @Override
                public String step() {
                    return "budget";
                }

                @Override
                public List<Opinion> examine(Asked asked, JsonNode params) {
                    return List.of(new Opinion.Ask("budget", "It is much money."));
                }
            });
            waitsBecause("much money", approving(OLGA));
        }

        @Test
        void facts_that_cannot_be_inspected() {
            fixture.knowing(new FactSource() {

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
                    return Map.of(UNINSPECTABLE, "two statements");
                }
            });
            waitsBecause("cannot be inspected", approving(OLGA));
        }
    }

    @Nested
    class Given_an_approval_that_does_not_hold {

        private void isAsIfAbsent(Policy policy) {
            fixture.under(policy).atNoon().when(request()).expectEventsMatching(exactly(some(ActionRequested.class),
                    some(ActionApprovalRequired.class, e -> e.verdict().trace().stream().noneMatch(step -> step.step().equals("standing")))));
        }

        @Test
        void its_time_is_over() {
            isAsIfAbsent(by(ANN, standing("usual", APPROVES.replace(END, "2026-03-02T12:00:00Z"))));
        }

        @Test
        void its_policy_only_watches() {
            isAsIfAbsent(by(ANN, standing("usual", "'mode': 'shadow',", APPROVES)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"params.missing == 1", "size(params.to) == 1", "params.to > 5"})
        void its_condition_is_not_met_or_cannot_be_decided(String cel) {
            isAsIfAbsent(by(ANN, standing("usual", APPROVES.replace(ALWAYS, "'condition': {'type': 'expression', 'cel': '" + cel + "'}"))));
        }

        @ParameterizedTest
        @ValueSource(strings = {"true", "params.missing == 1"})
        void an_exemption_holds_or_cannot_be_decided(String cel) {
            isAsIfAbsent(by(ANN, standing("usual", APPROVES.replace("'id': 'ok',", "'id': 'ok', 'exemptions': [{'condition': "
                    + "{'type': 'expression', 'cel': '" + cel + "'}}],"))));
        }
    }
}

package io.countersign.command.action;

import static io.countersign.command.testing.PolicyText.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionCommand.RecordExecuted;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.RevokeApproval;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ApprovalReused;
import io.countersign.command.action.api.ActionEvent.ReuseRevoked;
import io.countersign.command.action.api.Recomputation;
import io.countersign.command.action.api.ReusableApproval;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.People;
import io.countersign.command.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

class ReusedApprovalsTests {

    private static final int CROWD = 8;
    private static final int ASKING = 200;

    private static TestDatabase database;
    private static CommandModule here;
    private static CommandModule there;
    private static String ann;
    private static String scout;

    private final List<String> policies = new ArrayList<>();

    /** A house with something that can be looked up, which is the same request when it is the same text. */
    static class Parts extends CommandModule.Parts {

        @Bean
        ActionType lookup() {
            return new Lookup();
        }
    }

    private record Lookup() implements ActionType {

        @Override
        public String name() {
            return "book:look-up";
        }

        @Override
        public String description() {
            return "Looks something up.";
        }

        @Override
        public String parametersSchema() {
            return "{\"type\": \"object\"}";
        }

        @Override
        public ApprovalMode defaultMode() {
            return ApprovalMode.MANUAL;
        }

        @Override
        public String scope() {
            return "internal";
        }

        @Override
        public boolean reversible() {
            return false;
        }

        @Override
        public ExecutionClass executionClass() {
            return ExecutionClass.IDEMPOTENT;
        }

        @Override
        public Execution execution() {
            return Execution.GATEWAY;
        }

        @Override
        public List<String> requiredCredentials() {
            return List.of();
        }

        @Override
        public Description describe(JsonNode params) {
            return new Description("Look something up", "the book");
        }

        @Override
        public Optional<Block> gate(JsonNode params, GateFacts facts) {
            return Optional.empty();
        }

        @Override
        public Optional<String> fingerprint(String workspace, JsonNode params) {
            return Optional.of(params.path("text").asString(""));
        }
    }

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        here = CommandModule.on(database, Parts.class);
        there = CommandModule.on(database, Parts.class);
        ann = here.person("ann", Role.ADMIN);
        scout = here.agent("Scout", ann);
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
        database.close();
    }

    @AfterEach
    void noRules() {
        policies.forEach(id -> here.as(ann, new RetirePolicy(id, People.HERE, 1)));
    }

    private void rule(String more) {
        String id = here.part(Ids.class).next();
        here.as(ann, new DefinePolicy(id, People.HERE, policy(("{'name': 'p-%s', 'rules': [{'id': 'looking', 'condition': {'type': 'action', "
                + "'glob': 'book:*'}, 'effect': 'require_approval', %s}]}").formatted(id.substring(id.length() - 12), more))));
        policies.add(id);
    }

    private static RequestAction request(String text) {
        return new RequestAction(scout, People.HERE, "api", "book:look-up", "{\"text\": \"" + text + "\"}", null, null, null, null, null, false);
    }

    private static String asks(CommandModule node, String text) {
        Submitted submitted = node.as(scout, request(text));
        return submitted.actionId();
    }

    /** Asked for, approved and done once. */
    private static String done(String text) {
        String id = asks(here, text);
        here.as(ann, new ApproveAction(id, People.HERE, ann, "api", null, null));
        runs(id);
        return id;
    }

    private static void runs(String id) {
        here.as(ann, new StartExecution(id, 0, "node-1", "1"));
        here.as(ann, new RecordExecuted(id, 1, false, false, "{}", null));
    }

    private static Verdict verdict(String id) {
        return switch (here.events(id).get(1)) {
            case ActionAutoApproved e -> e.verdict();
            case ActionApprovalRequired e -> e.verdict();
            case Object other -> throw new AssertionError(other);
        };
    }

    private static List<ApprovalReused> uses(String id) {
        return here.events(id).stream().filter(ApprovalReused.class::isInstance).map(ApprovalReused.class::cast).toList();
    }

    @Nested
    class Given_a_rule_whose_approvals_serve_again {

        @Test
        void of_many_who_ask_at_once_exactly_so_many_run_and_the_others_share_one_request() throws Exception {
            rule("'reusable': true, 'max_uses': 3");
            String first = done("crowded");
            List<String> ids = new ArrayList<>();
            try (ExecutorService crowd = Executors.newFixedThreadPool(CROWD)) {
                List<Future<String>> asking = new ArrayList<>();
                for (int i = 0; i < ASKING; i++) {
                    CommandModule node = i % 2 == 0 ? here : there;
                    asking.add(crowd.submit(() -> asks(node, "crowded")));
                }
                for (Future<String> one : asking) {
                    ids.add(one.get());
                }
            }
            List<String> running = uses(first).stream().map(ApprovalReused::usedBy).toList();
            assertThat(uses(first)).extracting(ApprovalReused::use).containsExactly(1, 2, 3);
            assertThat(uses(first)).extracting(ApprovalReused::last).containsExactly(false, false, true);
            assertThat(ids.stream().filter(running::contains)).containsExactlyInAnyOrderElementsOf(running);
            assertThat(running).allSatisfy(id -> assertThat(verdict(id).decider()).isEqualTo("reuse:" + first));
            assertThat(ids.stream().filter(id -> !running.contains(id)).collect(Collectors.toSet())).singleElement()
                    .satisfies(id -> assertThat(here.events(id).get(1)).isInstanceOf(ActionApprovalRequired.class));
            assertThat(here.part(Recomputation.class).recompute(People.HERE, null, 10_000).differences()).isEmpty();
        }

        @Test
        void each_use_says_whose_approval_served() {
            rule("'reusable': true, 'max_uses': 2, 'reuse_seconds': 3600");
            String first = done("said");
            assertThat(verdict(first).reusable()).isEqualTo(new Verdict.Reusable(3_600, 2));
            Verdict tried = there.as(scout, new EvaluateAction(request("said")));
            assertThat(tried.reuse()).isNotNull();
            assertThat(uses(first)).as("a dry run uses nothing").isEmpty();
            String second = asks(there, "said");
            Verdict.Reuse reuse = verdict(second).reuse();
            assertThat(reuse.actionId()).isEqualTo(first);
            assertThat(reuse.approverId()).isEqualTo(ann);
            assertThat(reuse.use()).isEqualTo(1);
            assertThat(verdict(second).warnings()).singleElement().satisfies(finding -> assertThat(finding.rule()).isEqualTo("looking"));
        }

        @Test
        void the_first_run_is_joined_and_a_pending_one_too() {
            rule("'reusable': true");
            String first = asks(here, "joined");
            assertThat(asks(there, "joined")).isEqualTo(first);
            here.as(ann, new ApproveAction(first, People.HERE, ann, "api", null, null));
            assertThat(asks(there, "joined")).isEqualTo(first);
            runs(first);
            assertThat(asks(there, "joined")).isNotEqualTo(first);
            assertThat(uses(first)).hasSize(1);
        }

        @Test
        void a_person_takes_it_back_and_the_next_one_waits() {
            rule("'reusable': true");
            String first = done("revoked");
            asks(here, "revoked");
            here.as(ann, new RevokeApproval(first, People.HERE, ann));
            assertThat(here.events(first).getLast()).isEqualTo(new ReuseRevoked(first, ann));
            assertThat(here.events(asks(there, "revoked")).get(1)).isInstanceOf(ActionApprovalRequired.class);
            assertThatThrownBy(() -> here.as(ann, new RevokeApproval(first, People.HERE, ann))).isInstanceOfSatisfying(Refused.class,
                    refused -> assertThat(refused.code()).isEqualTo(RefusalCode.ALREADY_RESOLVED));
            assertThatThrownBy(() -> here.as(scout, new RevokeApproval(first, People.HERE, scout))).isInstanceOfSatisfying(Refused.class,
                    refused -> assertThat(refused.code()).isEqualTo(RefusalCode.FORBIDDEN));
        }

        @Test
        void another_rule_that_asks_is_another_question() {
            rule("'reusable': true");
            String first = done("stricter");
            rule("'severity': 'high'");
            assertThat(here.events(asks(there, "stricter")).get(1)).isInstanceOf(ActionApprovalRequired.class);
            assertThat(uses(first)).isEmpty();
        }

        @Test
        void a_stricter_profile_is_another_question() {
            rule("'reusable': true");
            String first = done("profile");
            rule("'reusable': true, 'profile': {'min_approvals': 2}");
            assertThat(here.events(asks(there, "profile")).get(1)).isInstanceOf(ActionApprovalRequired.class);
            assertThat(uses(first)).isEmpty();
        }
    }

    @Nested
    class Given_an_approval_for_one_run {

        @Test
        void the_same_request_is_answered_with_it_and_nothing_runs_again() {
            rule("'severity': 'high'");
            String first = done("once");
            assertThat(verdict(first).reusable()).isNull();
            assertThat(asks(there, "once")).isEqualTo(first);
            assertThatThrownBy(() -> here.as(ann, new RevokeApproval(first, People.HERE, ann))).isInstanceOf(Refused.class);
        }

        @Test
        void one_that_a_reusable_and_another_rule_asked_for_serves_once() {
            rule("'reusable': true");
            rule("'severity': 'high'");
            assertThat(verdict(done("mixed")).reusable()).isNull();
        }
    }

    @Nested
    class Given_time_passes {

        @Test
        void it_serves_until_its_time_is_over() {
            Instant noon = Instant.parse("2026-03-02T12:00:00Z");
            ReusableApproval approval = new ReusableApproval(new Verdict.Reusable(60, 2), noon, 1, false);
            assertThat(approval.isLive(noon.plusSeconds(59))).isTrue();
            assertThat(approval.state(noon.plusSeconds(60))).isEqualTo("expired");
            assertThat(new ReusableApproval(approval.terms(), noon, 2, false).state(noon)).isEqualTo("exhausted");
            assertThat(ReusableApproval.NONE.isGiven()).isFalse();
        }
    }
}

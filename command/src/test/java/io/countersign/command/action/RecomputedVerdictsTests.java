package io.countersign.command.action;

import static io.countersign.command.testing.PolicyText.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.Recomputation;
import io.countersign.command.action.api.Recomputation.Report;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.api.Ids;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.People;
import io.countersign.command.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RecomputedVerdictsTests {

    private static final int REQUESTS = 1_000;
    private static final int EDITS = 25;
    private static final int CROWD = 8;

    private static TestDatabase database;
    private static CommandModule here;
    private static CommandModule there;
    private static String ann;
    private static String scout;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        here = CommandModule.on(database);
        there = CommandModule.on(database);
        ann = here.person("ann", Role.ADMIN);
        scout = here.agent("Scout", ann);
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
        database.close();
    }

    private static String asks(CommandModule node, int number) {
        Submitted submitted = node.as(scout, new RequestAction(scout, People.HERE, "api", "note:add",
                "{\"to\": \"ann@example.com\", \"text\": \"note %d\", \"half\": 0.5, \"none\": null}".formatted(number), null, null, null, null,
                null, false));
        return submitted.actionId();
    }

    /** Odd versions block, even ones warn, and each says its number. */
    private static PolicyDefinition version(int number) {
        return policy("{'name': 'changing', 'rules': [{'condition': {'type': 'pattern', 'regex': 'note [0-9]+'}, 'effect': '%s', "
                .formatted(number % 2 == 1 ? "block" : "warn") + "'reason': 'Version %d: {match}.'}]}".formatted(number));
    }

    private static Report report() {
        return here.part(Recomputation.class).recompute(People.HERE, null, 100_000);
    }

    @Nested
    class Given_a_policy_is_edited_while_requests_run {

        @Test
        void each_verdict_belongs_to_one_version_and_can_be_computed_again() throws Exception {
            String id = here.part(Ids.class).next();
            here.as(ann, new DefinePolicy(id, People.HERE, version(1)));
            here.as(ann, new DefinePolicy(here.part(Ids.class).next(), People.HERE, policy("{'name': 'watching', 'mode': 'shadow', 'rules': ["
                    + "{'condition': {'type': 'expression', 'cel': 'params.half < 1.0 && params.none == null'}, 'effect': 'block'},"
                    + "{'condition': {'type': 'expression', 'cel': 'params.missing == 1'}, 'effect': 'warn'}]}")));
            Queue<String> actions = new ConcurrentLinkedQueue<>();
            try (ExecutorService crowd = Executors.newFixedThreadPool(CROWD)) {
                List<Future<?>> asking = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    int number = i;
                    asking.add(crowd.submit(() -> actions.add(asks(number % 2 == 0 ? here : there, number))));
                }
                for (int edit = 1; edit <= EDITS; edit++) {
                    asking.get(edit * REQUESTS / EDITS / 2).get();
                    here.as(ann, new RevisePolicy(id, People.HERE, edit, version(edit + 1)));
                }
                for (Future<?> one : asking) {
                    one.get();
                }
            }
            Set<Long> versions = new HashSet<>();
            for (String action : actions) {
                Verdict verdict = verdict(action);
                long version = verdict.inputs().policies().stream().filter(asked -> asked.policyId().equals(id)).findFirst().orElseThrow()
                        .version();
                versions.add(version);
                assertThat(verdict.outcome()).isEqualTo(version % 2 == 1 ? Verdict.Outcome.BLOCK : Verdict.Outcome.ALLOW_WITH_WARNINGS);
                assertThat(verdict.reason()).isEqualTo("Version " + version + ": ….");
            }
            assertThat(actions).hasSize(REQUESTS);
            assertThat(versions).hasSizeGreaterThan(1);
            Report report = report();
            assertThat(report.differences()).isEmpty();
            assertThat(report.computed()).isGreaterThanOrEqualTo(REQUESTS);
            assertThat(report.next()).isNull();
        }

        private static Verdict verdict(String action) {
            return switch (here.events(action).get(1)) {
                case ActionAutoApproved e -> e.verdict();
                case ActionBlocked e -> e.verdict();
                case Object other -> throw new AssertionError(other);
            };
        }
    }

    @Nested
    class Given_standing_approvals {

        @Test
        void verdicts_in_which_they_stood_in_can_be_computed_again() {
            String end = here.part(Clock.class).instant().plus(Duration.ofDays(1)).toString();
            here.as(ann, new DefinePolicy(here.part(Ids.class).next(), People.HERE, policy(("{'name': 'usual', 'rules': [{'id': 'ok', 'condition': "
                    + "{'type': 'action', 'glob': 'mail:*'}, 'effect': 'approve', 'expires_at': '%s'}]}").formatted(end))));
            here.as(ann, new DefinePolicy(here.part(Ids.class).next(), People.HERE, policy("{'name': 'asking', 'rules': [{'condition': "
                    + "{'type': 'action', 'glob': 'mail:*'}, 'effect': 'require_approval'}]}")));
            Submitted submitted = there.as(scout, new RequestAction(scout, People.HERE, "api", "mail:send",
                    "{\"to\": \"ann@example.com\"}", null, null, null, null, null, false));
            assertThat(here.events(submitted.actionId()).get(1)).isInstanceOfSatisfying(ActionAutoApproved.class, event -> {
                assertThat(event.verdict().decider()).isEqualTo("rule:usual/ok");
                assertThat(event.verdict().standing().authorId()).isEqualTo(ann);
            });
            assertThat(report().differences()).isEmpty();
        }
    }

    @Nested
    class Given_part_of_the_log {

        @Test
        void it_goes_on_where_it_stopped() {
            asks(here, 1);
            asks(here, 2);
            Report first = here.part(Recomputation.class).recompute(People.HERE, null, 1);
            assertThat(first.computed()).isEqualTo(1);
            assertThat(first.next()).isNotNull();
            assertThat(here.part(Recomputation.class).recompute(People.HERE, first.next(), 100_000).differences()).isEmpty();
            assertThat(here.part(Recomputation.class).recompute(People.ELSEWHERE, null, 100_000).computed()).isZero();
        }
    }
}

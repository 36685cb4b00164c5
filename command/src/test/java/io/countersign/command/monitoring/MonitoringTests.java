package io.countersign.command.monitoring;

import static io.countersign.command.testing.People.HERE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.monitoring.api.Monitoring;
import io.countersign.command.monitoring.api.MonitoringCommand.SetMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleTripped;
import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.command.principal.api.Role;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.TestDatabase;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MonitoringTests {

    @Nested
    class Given_two_nodes_and_a_rate_of_ten_a_minute {

        private static TestDatabase database;
        private static CommandModule here;
        private static CommandModule there;
        private static String admin;

        @BeforeAll
        static void start() {
            database = TestDatabase.create();
            here = CommandModule.on(database);
            there = CommandModule.on(database);
            admin = here.person("ada", Role.ADMIN);
        }

        @AfterAll
        static void stop() {
            here.close();
            there.close();
            database.close();
        }

        @Test
        void of_forty_at_once_ten_pass_one_is_blocked_and_the_rest_is_turned_away() {
            String agent = here.agent("one", admin);
            here.as(admin, new SetMonitoringRule(HERE, new MonitoringRule("no-flood", agent, 10, List.of(), 0, SwitchScope.AGENT, ""), 0L));
            List<Optional<String>> answers = atOnce(agent);

            List<List<ActionEvent>> recorded = answers.stream().flatMap(Optional::stream).map(here::events).toList();
            assertThat(recorded).hasSize(11);
            assertThat(recorded.stream().map(List::getLast).filter(ActionBlocked.class::isInstance).map(ActionBlocked.class::cast)).singleElement()
                    .satisfies(blocked -> assertThat(blocked.verdict().code()).isEqualTo("monitoring_tripped"));
            assertThat(there.part(Switches.class).thrown(HERE)).singleElement().satisfies(thrown -> {
                assertThat(thrown.name()).isEqualTo("agent:" + agent);
                assertThat(thrown.thrownBy()).isEqualTo("system:monitoring");
                assertThat(thrown.reason()).isEqualTo("The monitoring rule no-flood was broken: more than 10 actions within a minute.");
            });
            assertThat(there.part(Monitoring.class).of(HERE)).singleElement().satisfies(watched ->
                    assertThat(watched.last()).isNotNull());
            List<Object> events = here.part(EventReader.class).read(List.of("monitoring/" + HERE), Long.MAX_VALUE).get("monitoring/" + HERE).stream()
                    .map(EventReader.Stored::payload).toList();
            assertThat(events).filteredOn(MonitoringRuleTripped.class::isInstance).singleElement().satisfies(event ->
                    assertThat(((MonitoringRuleTripped) event).agentId()).isEqualTo(agent));
        }

        private static List<Optional<String>> atOnce(String agent) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Optional<String>>> all = IntStream.range(0, 40)
                        .mapToObj(n -> threads.submit(() -> ask(n % 2 == 0 ? here : there, agent))).toList();
                return all.stream().map(future -> {
                    try {
                        return future.get();
                    } catch (InterruptedException | ExecutionException e) {
                        throw new AssertionError(e);
                    }
                }).toList();
            }
        }

        /** Empty when the request was turned away. */
        private static Optional<String> ask(CommandModule node, String agent) {
            try {
                Submitted submitted = node.as(agent, new RequestAction(agent, HERE, "api", "note:add", "{\"to\":\"ada@example.com\"}", null, null, null, null, null,
                        false));
                return Optional.of(Objects.requireNonNull(submitted).actionId());
            } catch (Refused refused) {
                assertThat(refused.code()).isEqualTo(RefusalCode.FROZEN);
                return Optional.empty();
            }
        }
    }
}

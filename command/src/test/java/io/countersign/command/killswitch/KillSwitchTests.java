package io.countersign.command.killswitch;

import static io.countersign.command.testing.People.HERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.action.api.ActionCommand.ReleaseAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionHeld;
import io.countersign.command.action.api.ActionEvent.ActionReleased;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ReleaseSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ThrowSwitch;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KillSwitchTests {

    @Nested
    class Given_two_nodes {

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
        void a_switch_stops_on_the_other_node_once_the_call_has_returned() {
            String agent = here.agent("one", admin);
            here.as(admin, new ThrowSwitch(HERE, SwitchScope.AGENT, agent, "wild"));
            assertThatThrownBy(() -> ask(there, agent)).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.code()).isEqualTo(RefusalCode.FROZEN);
                assertThat(refused.details()).containsEntry("switch", "agent:" + agent);
            });
            assertThat(there.part(Switches.class).thrown(HERE)).singleElement()
                    .satisfies(thrown -> assertThat(thrown.reason()).isEqualTo("wild"));
            there.as(admin, new ReleaseSwitch(HERE, SwitchScope.AGENT, agent, null));
            assertThat(ask(here, agent)).isNotNull();
        }

        @Test
        void a_stopped_type_is_recorded_as_blocked_and_the_switch_is_named() {
            String agent = here.agent("two", admin);
            here.as(admin, new ThrowSwitch(HERE, SwitchScope.ACTION_TYPE, "note:add", null));
            List<ActionEvent> events = there.events(ask(there, agent));
            here.as(admin, new ReleaseSwitch(HERE, SwitchScope.ACTION_TYPE, "note:add", null));
            assertThat(events.getLast()).isInstanceOfSatisfying(ActionBlocked.class, blocked -> {
                assertThat(blocked.verdict().code()).isEqualTo("switched_off");
                assertThat(blocked.verdict().reason()).contains("action_type:note:add");
            });
        }

        @Test
        void what_is_cleared_and_not_started_is_held_and_goes_on_when_released() {
            String agent = here.agent("three", admin);
            String id = ask(here, agent);
            here.as(admin, new ThrowSwitch(HERE, SwitchScope.EVERYTHING, "", null));
            Object attempt = there.as("system:gateway", new StartExecution(id, 0, "n", "v"));
            assertThat(attempt).isNull();
            assertThat(there.<Boolean>as("system:gateway", new ReleaseAction(id))).isFalse();
            here.as(admin, new ReleaseSwitch(HERE, SwitchScope.EVERYTHING, "", null));
            assertThat(there.<Boolean>as("system:gateway", new ReleaseAction(id))).isTrue();
            Object started = there.as("system:gateway", new StartExecution(id, 0, "n", "v"));
            assertThat(started).isNotNull();
            assertThat(there.events(id)).hasAtLeastOneElementOfType(ActionHeld.class).hasAtLeastOneElementOfType(ActionReleased.class);
        }

        private static String ask(CommandModule node, String agent) {
            Submitted submitted = node.as(agent, new RequestAction(agent, HERE, "api", "note:add", "{\"to\":\"ada@example.com\"}", null, null, null,
                    null, null, false));
            return submitted.actionId();
        }
    }

    @Nested
    class Given_a_switch {

        @ParameterizedTest
        @CsvSource({"CATEGORY, integration, mail:send, mail, external, true", "CATEGORY, integration, note:add, note, internal, false",
            "CATEGORY, integration, payment:transfer, payment, external, false", "CATEGORY, payment, payment:transfer, payment, external, true",
            "CATEGORY, raw_sql, sql:query, sql, internal, true", "CATEGORY, datasource, sql:query, sql, internal, true",
            "CATEGORY, raw_sql, db_execute, sql, external, true", "CATEGORY, datasource, db_execute, sql, external, true",
            "CATEGORY, exec, exec:run, exec, external, true", "CATEGORY, exec, shell_command, exec, external, true",
            "CATEGORY, integration, shell_command, exec, external, false", "CATEGORY, payment, payment_by_hand, external, external, true",
            "ACTION_TYPE, mail:send, mail:send, mail, external, true", "ACTION_TYPE, mail:send, mail:read, mail, external, false",
            "EXECUTOR, mail, mail:read, mail, external, true", "EXECUTOR, mail, send_mail, mail, external, true",
            "EXECUTOR, send, send_mail, mail, external, true", "EXECUTOR, mail, mailbox:read, mailbox, external, false",
            "AGENT, scout, mail:send, mail, external, true", "AGENT, other, mail:send, mail, external, false",
            "EVERYTHING, '', note:add, note, internal, true"})
        void it_stops_what_it_names_and_nothing_else(SwitchScope scope, String subject, String type, String connector, String reach, boolean stops) {
            assertThat(new KillSwitch(scope, subject, "ann", Instant.EPOCH, null).stops(new Switches.Subject("scout", type, connector, null, reach)))
                    .isEqualTo(stops);
        }
    }
}

package io.countersign.command.killswitch;

import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.ELSEWHERE;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.PlainKeyring.sealed;
import static io.countersign.command.testing.Refusal.refused;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.killswitch.api.SwitchCommand.ReleaseSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ThrowSwitch;
import io.countersign.command.killswitch.api.SwitchEvent;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.testing.Letter;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SwitchboardTests {

    @Nested
    class Given_nothing_is_thrown {

        @ParameterizedTest
        @CsvSource({"EVERYTHING, ''", "CATEGORY, payment", "AGENT, scout", "ACTION_TYPE, mail:send", "EXECUTOR, mail"})
        void an_admin_stops_what_there_is(SwitchScope scope, String subject) {
            house().givenNoPriorActivity().when(stop(scope, subject, "it runs wild"), by(ANN)).expectEvents(thrown(scope, subject, "it runs wild"));
        }

        @ParameterizedTest
        @CsvSource({"EVERYTHING, mail, VALIDATION_ERROR", "CATEGORY, weather, UNSUPPORTED", "AGENT, nobody, NOT_FOUND", "AGENT, ben, NOT_FOUND",
            "ACTION_TYPE, mail:eat, ACTION_UNKNOWN", "EXECUTOR, oven, NOT_FOUND"})
        void what_there_is_not_cannot_be_stopped(SwitchScope scope, String subject, RefusalCode code) {
            house().givenNoPriorActivity().when(stop(scope, subject, null), by(ANN)).expectNoEvents().expectException(refused(code));
        }

        @Test
        void an_analyst_an_agent_and_a_stranger_cannot_stop_anything() {
            house().givenNoPriorActivity().when(stop(SwitchScope.EVERYTHING, "", null), by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE));
            house().givenNoPriorActivity().when(stop(SwitchScope.EVERYTHING, "", null), by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN));
            house().givenNoPriorActivity().when(stop(SwitchScope.EVERYTHING, "", null), by(EVE))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN));
        }

        @Test
        void an_agent_of_another_workspace_does_not_exist() {
            house().givenNoPriorActivity().when(new ThrowSwitch(ELSEWHERE, SwitchScope.AGENT, "scout", null), by(EVE))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND));
        }

        @Test
        void releasing_changes_nothing() {
            house().givenNoPriorActivity().when(release(SwitchScope.EVERYTHING, ""), by(ANN)).expectNoEvents().expectSuccessfulHandlerExecution();
        }
    }

    @Nested
    class Given_a_switch_is_thrown {

        private final SwitchThrown thrown = thrown(SwitchScope.CATEGORY, "payment", null);

        @Test
        void an_admin_releases_it() {
            house().given(thrown).when(release(SwitchScope.CATEGORY, "payment"), by(ANN)).expectEvents(new SwitchReleased(
                    "switchboard/default", HERE, SwitchScope.CATEGORY, "payment", ANN.id(), reason("all is well")));
        }

        @Test
        void throwing_it_again_changes_nothing() {
            house().given(thrown).when(stop(SwitchScope.CATEGORY, "payment", "again"), by(ANN)).expectNoEvents()
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void an_analyst_does_not_release_it() {
            house().given(thrown).when(release(SwitchScope.CATEGORY, "payment"), by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE));
        }

        @Test
        void a_sermon_is_too_long() {
            house().given(thrown).when(stop(SwitchScope.EVERYTHING, "", "x".repeat(1_001)), by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR));
        }
    }

    private static AggregateTestFixture<Switchboard> house() {
        AggregateTestFixture<Switchboard> fixture = new AggregateTestFixture<>(Switchboard.class);
        fixture.registerInjectableResource(People.all());
        fixture.registerInjectableResource(new PlainKeyring());
        fixture.registerInjectableResource(new MailOnly());
        fixture.registerInjectableResource(new NoEntries());
        return fixture;
    }

    private static ThrowSwitch stop(SwitchScope scope, String subject, @Nullable String reason) {
        return new ThrowSwitch(HERE, scope, subject, reason);
    }

    private static ReleaseSwitch release(SwitchScope scope, String subject) {
        return new ReleaseSwitch(HERE, scope, subject, " all is well ");
    }

    private static SwitchThrown thrown(SwitchScope scope, String subject, @Nullable String reason) {
        return new SwitchThrown("switchboard/default", HERE, scope, subject, ANN.id(), reason(reason));
    }

    private static io.countersign.command.sealing.api.Sealed reason(@Nullable String text) {
        return sealed("switchboard/default", Switchboard.REASON, new SwitchEvent.Reason(text));
    }

    private static Map<String, String> by(Principal who) {
        return Map.of("actor", who.id());
    }

    private record NoEntries() implements Entries {

        @Override
        public List<Entry> all(String workspace) {
            return List.of();
        }

        @Override
        public Optional<Entry> byName(String workspace, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Entry> at(String workspace, String reference) {
            return Optional.empty();
        }
    }

    private record MailOnly() implements ActionTypes {

        @Override
        public Optional<ActionType> byName(String name) {
            return Optional.of(Letter.mail()).filter(type -> type.name().equals(name)).map(ActionType.class::cast);
        }

        @Override
        public Collection<ActionType> all() {
            return List.of(Letter.mail());
        }

        @Override
        public List<ParameterFault> faults(ActionType type, JsonNode params) {
            return List.of();
        }
    }
}

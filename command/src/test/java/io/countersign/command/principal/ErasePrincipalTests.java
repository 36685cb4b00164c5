package io.countersign.command.principal;

import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.OLGA;
import static io.countersign.command.testing.People.VERA;
import static io.countersign.command.testing.PlainKeyring.sealed;
import static io.countersign.command.testing.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.PrincipalCommand.EnablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.ErasePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.PrincipalEvent.AgentCreated;
import io.countersign.command.principal.api.PrincipalEvent.AgentIdentity;
import io.countersign.command.principal.api.PrincipalEvent.ErasureReason;
import io.countersign.command.principal.api.PrincipalEvent.PersonAdded;
import io.countersign.command.principal.api.PrincipalEvent.PersonIdentity;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalErased;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import java.util.Map;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ErasePrincipalTests {

    private static final String REASON = "request 17";

    private final PlainKeyring keyring = new PlainKeyring();

    @Nested
    class Given_a_person {

        @Test
        void an_admin_erases_who_it_was_and_the_key_goes_with_it() {
            house().given(added(BEN)).when(new ErasePrincipal(BEN.id(), REASON), by(ANN)).expectEvents(erased(BEN.id()))
                    .expectResultMessagePayload(true);
            assertThat(keyring.open(added(BEN).identity(), SealedPlace.PERSON, PersonIdentity.class)).isEmpty();
        }

        @Test
        void only_an_owner_erases_an_owner() {
            house().given(added(OLGA)).when(new ErasePrincipal(OLGA.id(), REASON), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE));
        }

        @Test
        void nobody_erases_themselves() {
            house().given(added(ANN)).when(new ErasePrincipal(ANN.id(), REASON), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("yourself"));
        }

        @Test
        void an_analyst_may_not() {
            house().given(added(VERA)).when(new ErasePrincipal(VERA.id(), REASON), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE));
        }

        @Test
        void a_reason_is_needed() {
            house().given(added(BEN)).when(new ErasePrincipal(BEN.id(), " "), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR));
        }

        @Test
        void in_another_workspace_there_is_nobody_with_this_id() {
            house().given(added(BEN)).when(new ErasePrincipal(BEN.id(), REASON), by(EVE)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND));
        }
    }

    @Nested
    class Given_somebody_erased {

        @Test
        void erasing_again_changes_nothing() {
            house().given(added(BEN), erased(BEN.id())).when(new ErasePrincipal(BEN.id(), REASON), by(ANN)).expectNoEvents()
                    .expectResultMessagePayload(false);
        }

        @Test
        void nothing_can_be_changed_any_more() {
            house().given(added(BEN), erased(BEN.id())).when(new EnablePrincipal(BEN.id()), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.ERASED));
            house().given(added(BEN), erased(BEN.id())).when(new ChangeRole(BEN.id(), Role.VIEWER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.ERASED));
        }

        @Test
        void an_agent_gets_no_key_any_more() {
            house().given(new AgentCreated("rover", HERE, null, sealed("rover", SealedPlace.AGENT, new AgentIdentity("Rover"))), erased("rover"))
                    .when(new IssueKey("rover", "k-1", "ab", null), by(ANN)).expectNoEvents().expectException(refused(RefusalCode.ERASED));
        }
    }

    private AggregateTestFixture<Account> house() {
        AggregateTestFixture<Account> fixture = new AggregateTestFixture<>(Account.class);
        fixture.registerInjectableResource(People.all());
        fixture.registerInjectableResource(keyring);
        return fixture;
    }

    private static Map<String, String> by(Principal actor) {
        return Map.of("actor", actor.id(), "workspace", actor.workspace());
    }

    private static PersonAdded added(Person person) {
        return new PersonAdded(person.id(), person.workspace(), person.role(),
                sealed(person.id(), SealedPlace.PERSON, new PersonIdentity(person.name(), person.email(), null)));
    }

    private static PrincipalErased erased(String id) {
        return new PrincipalErased(id, sealed(SealedPlace.ERASED + "/" + id, SealedPlace.ERASED, new ErasureReason(REASON)));
    }
}

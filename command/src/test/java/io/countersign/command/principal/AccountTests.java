package io.countersign.command.principal;

import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.ELSEWHERE;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.OLGA;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.People.VERA;
import static io.countersign.command.testing.PlainKeyring.sealed;
import static io.countersign.command.testing.Refusal.refused;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.ChangePassword;
import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.PrincipalCommand.DisablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.EnablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.PrincipalCommand.RevokeKey;
import io.countersign.command.principal.api.PrincipalEvent.AgentCreated;
import io.countersign.command.principal.api.PrincipalEvent.AgentIdentity;
import io.countersign.command.principal.api.PrincipalEvent.Credential;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.KeyRevoked;
import io.countersign.command.principal.api.PrincipalEvent.PasswordChanged;
import io.countersign.command.principal.api.PrincipalEvent.PersonAdded;
import io.countersign.command.principal.api.PrincipalEvent.PersonIdentity;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalDisabled;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalEnabled;
import io.countersign.command.principal.api.PrincipalEvent.RoleChanged;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import java.time.Instant;
import java.util.Map;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountTests {

    private static final String HASH = "{bcrypt}...";

    @Nested
    class Given_nothing_yet {

        @Test
        void an_admin_adds_a_person() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.ANALYST), by(ANN))
                    .expectEvents(personAdded("Paul", "paul@example.com", Role.ANALYST));
        }

        @Test
        void name_and_address_are_kept_without_blank_edges() {
            house().givenNoPriorActivity().when(addPerson(" Paul ", " paul@example.com ", Role.ANALYST), by(ANN))
                    .expectEvents(personAdded("Paul", "paul@example.com", Role.ANALYST));
        }

        @Test
        void only_an_owner_adds_an_owner() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.OWNER), by(OLGA))
                    .expectEvents(personAdded("Paul", "paul@example.com", Role.OWNER));
        }

        @Test
        void an_admin_may_not_add_an_owner() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.OWNER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage("Only an owner can manage owners.");
        }

        @Test
        void an_analyst_may_not_add_anybody() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.VIEWER), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage(containsString("Only an admin"));
        }

        @Test
        void an_agent_may_not_add_anybody() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.VIEWER), by(SCOUT)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only an admin of this workspace"));
        }

        @Test
        void a_disabled_admin_may_not_add_anybody() {
            house(People.all().with(People.disabled(ANN))).givenNoPriorActivity()
                    .when(addPerson("Paul", "paul@example.com", Role.VIEWER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only an admin of this workspace"));
        }

        @Test
        void an_owner_of_another_workspace_may_not_add_anybody_here() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.VIEWER), by(EVE)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("of this workspace"));
        }

        @Test
        void nobody_in_particular_may_not_add_anybody() {
            house().givenNoPriorActivity().when(addPerson("Paul", "paul@example.com", Role.VIEWER)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only an admin of this workspace"));
        }

        @Test
        void the_first_run_adds_the_first_owner() {
            house().givenNoPriorActivity()
                    .when(addPerson("Paul", "paul@example.com", Role.OWNER), Map.of("actor", Account.FIRST_RUN))
                    .expectEvents(personAdded("Paul", "paul@example.com", Role.OWNER));
        }

        @Test
        void an_address_is_used_once_whatever_its_case() {
            house().givenNoPriorActivity().when(addPerson("Ben Two", "BEN@example.com", Role.VIEWER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NAME_EXISTS)).expectExceptionMessage(containsString("already a person"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b,c@d", "<a@b>", "a@b\r\nBcc: x@y"})
        void what_is_not_one_address_is_refused(String email) {
            house().givenNoPriorActivity().when(addPerson("Paul", email, Role.VIEWER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR)).expectExceptionMessage("That is not one e-mail address.");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  ", "a\nb", "a\u0000b",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})
        void what_is_not_a_name_is_refused(String name) {
            house().givenNoPriorActivity().when(addPerson(name, "paul@example.com", Role.VIEWER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR)).expectExceptionMessage(containsString("1 to 100 characters"));
        }

        @Test
        void an_admin_creates_an_agent_and_says_who_answers_for_it() {
            house().givenNoPriorActivity().when(new CreateAgent("rover", HERE, "Rover", BEN.id()), by(ANN))
                    .expectEvents(agentCreated("rover", "Rover"));
        }

        @Test
        void two_agents_of_one_name_are_refused() {
            house().givenNoPriorActivity().when(new CreateAgent("rover", HERE, "SCOUT", BEN.id()), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NAME_EXISTS)).expectExceptionMessage("There is already an agent called SCOUT.");
        }

        @Test
        void an_analyst_may_not_create_an_agent() {
            house().givenNoPriorActivity().when(new CreateAgent("rover", HERE, "Rover", BEN.id()), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage(containsString("Only an admin"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"nobody", "scout", "eve"})
        void only_a_person_of_the_workspace_can_answer_for_an_agent(String ownerId) {
            house().givenNoPriorActivity().when(new CreateAgent("rover", HERE, "Rover", ownerId), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage("Only a person of this workspace can answer for an agent.");
        }
    }

    @Nested
    class Given_an_analyst {

        @Test
        void an_admin_gives_them_another_role() {
            house().given(added(BEN)).when(new ChangeRole(BEN.id(), Role.ADMIN), by(ANN))
                    .expectEvents(new RoleChanged(BEN.id(), Role.ANALYST, Role.ADMIN));
        }

        @Test
        void the_role_they_have_already_changes_nothing() {
            house().given(added(BEN)).when(new ChangeRole(BEN.id(), Role.ANALYST), by(ANN)).expectNoEvents()
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void an_admin_may_not_make_them_an_owner() {
            house().given(added(BEN)).when(new ChangeRole(BEN.id(), Role.OWNER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage("Only an owner can manage owners.");
        }

        @Test
        void they_may_not_promote_themselves() {
            house().given(added(BEN)).when(new ChangeRole(BEN.id(), Role.ADMIN), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage(containsString("Only an admin"));
        }

        @Test
        void they_change_their_own_password() {
            house().given(added(BEN)).when(new ChangePassword(BEN.id(), HASH), by(BEN)).expectEvents(passwordChanged(BEN));
        }

        @Test
        void an_admin_changes_their_password() {
            house().given(added(BEN)).when(new ChangePassword(BEN.id(), HASH), by(ANN)).expectEvents(passwordChanged(BEN));
        }

        @Test
        void a_colleague_may_not_change_their_password() {
            house().given(added(BEN)).when(new ChangePassword(BEN.id(), HASH), by(VERA)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage(containsString("Only an admin"));
        }

        @Test
        void an_admin_shuts_them_out() {
            house().given(added(BEN)).when(new DisablePrincipal(BEN.id()), by(ANN)).expectEvents(new PrincipalDisabled(BEN.id()));
        }

        @Test
        void they_hold_no_keys() {
            house().given(added(BEN)).when(new IssueKey(BEN.id(), "k-2", "ab", null), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND)).expectExceptionMessage("There is no such agent.");
        }

        @ParameterizedTest
        @CsvSource({"role", "password", "disable", "enable"})
        void for_an_owner_of_another_workspace_they_do_not_exist(String what) {
            house().given(added(BEN)).when(switch (what) {
                case "role" -> new ChangeRole(BEN.id(), Role.VIEWER);
                case "password" -> new ChangePassword(BEN.id(), HASH);
                case "disable" -> new DisablePrincipal(BEN.id());
                default -> new EnablePrincipal(BEN.id());
            }, by(EVE)).expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND))
                    .expectExceptionMessage("There is nothing with this id.");
        }
    }

    @Nested
    class Given_a_disabled_person {

        @Test
        void an_admin_lets_them_in_again() {
            house().given(added(BEN), new PrincipalDisabled(BEN.id())).when(new EnablePrincipal(BEN.id()), by(ANN))
                    .expectEvents(new PrincipalEnabled(BEN.id()));
        }

        @Test
        void disabling_them_again_changes_nothing() {
            house().given(added(BEN), new PrincipalDisabled(BEN.id())).when(new DisablePrincipal(BEN.id()), by(ANN)).expectNoEvents()
                    .expectSuccessfulHandlerExecution();
        }

        @Test
        void they_may_not_change_their_password() {
            house(People.all().with(People.disabled(BEN))).given(added(BEN), new PrincipalDisabled(BEN.id()))
                    .when(new ChangePassword(BEN.id(), HASH), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("Only an admin"));
        }
    }

    @Nested
    class Given_an_admin {

        @Test
        void they_cannot_disable_themselves() {
            house().given(added(ANN)).when(new DisablePrincipal(ANN.id()), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("ask another admin"));
        }

        @Test
        void they_may_step_down() {
            house().given(added(ANN)).when(new ChangeRole(ANN.id(), Role.VIEWER), by(ANN))
                    .expectEvents(new RoleChanged(ANN.id(), Role.ADMIN, Role.VIEWER));
        }
    }

    @Nested
    class Given_the_last_owner {

        @Test
        void they_cannot_step_down() {
            house().given(added(OLGA)).when(new ChangeRole(OLGA.id(), Role.ADMIN), by(OLGA)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Make somebody else an owner first"));
        }

        @Test
        void an_admin_cannot_take_the_role_from_them() {
            house().given(added(OLGA)).when(new ChangeRole(OLGA.id(), Role.ADMIN), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage("Only an owner can manage owners.");
        }

        @Test
        void an_admin_cannot_change_their_password() {
            house().given(added(OLGA)).when(new ChangePassword(OLGA.id(), HASH), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage("Only an owner can manage owners.");
        }

        @Test
        void not_even_the_process_itself_can_disable_them() {
            house().given(added(OLGA)).when(new DisablePrincipal(OLGA.id()), Map.of("actor", Account.FIRST_RUN)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("last owner cannot go"));
        }

        @Test
        void an_owner_who_is_shut_out_does_not_count_as_another() {
            Person former = People.disabled(People.as(BEN, Role.OWNER));
            house(People.all().with(former)).given(added(OLGA)).when(new ChangeRole(OLGA.id(), Role.ADMIN), by(OLGA)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Make somebody else an owner first"));
        }
    }

    @Nested
    class Given_two_owners {

        @Test
        void one_may_step_down() {
            house(People.all().with(People.as(BEN, Role.OWNER))).given(added(OLGA)).when(new ChangeRole(OLGA.id(), Role.ADMIN), by(OLGA))
                    .expectEvents(new RoleChanged(OLGA.id(), Role.OWNER, Role.ADMIN));
        }

        @Test
        void one_may_shut_the_other_out() {
            house(People.all().with(People.as(BEN, Role.OWNER))).given(added(OLGA)).when(new DisablePrincipal(OLGA.id()), by(BEN))
                    .expectEvents(new PrincipalDisabled(OLGA.id()));
        }
    }

    @Nested
    class Given_an_agent {

        private static final Instant TOMORROW = Instant.parse("2026-03-03T12:00:00Z");

        @Test
        void an_admin_issues_a_key_that_ends() {
            house().given(agentCreated("rover", "Rover")).when(new IssueKey("rover", "k-1", "ab", TOMORROW), by(ANN))
                    .expectEvents(new KeyIssued("rover", "k-1", "ab", TOMORROW, null));
        }

        @Test
        void two_keys_may_live_side_by_side() {
            house().given(agentCreated("rover", "Rover"), new KeyIssued("rover", "k-1", "ab", null, null))
                    .when(new IssueKey("rover", "k-2", "cd", null), by(ANN)).expectEvents(new KeyIssued("rover", "k-2", "cd", null, null));
        }

        @Test
        void a_key_id_is_used_once() {
            house().given(agentCreated("rover", "Rover"), new KeyIssued("rover", "k-1", "ab", null, null))
                    .when(new IssueKey("rover", "k-1", "cd", null), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NAME_EXISTS)).expectExceptionMessage(containsString("already a key"));
        }

        @Test
        void a_key_id_of_another_agent_is_not_used_again() {
            house().given(agentCreated("rover", "Rover")).when(new IssueKey("rover", "k-scout", "cd", null), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NAME_EXISTS)).expectExceptionMessage(containsString("already a key"));
        }

        @Test
        void an_admin_revokes_a_key() {
            house().given(agentCreated("rover", "Rover"), new KeyIssued("rover", "k-1", "ab", null, null))
                    .when(new RevokeKey("rover", "k-1"), by(ANN))
                    .expectEvents(new KeyRevoked("rover", "k-1"));
        }

        @Test
        void revoking_a_key_twice_changes_nothing() {
            house().given(agentCreated("rover", "Rover"), new KeyIssued("rover", "k-1", "ab", null, null), new KeyRevoked("rover", "k-1"))
                    .when(new RevokeKey("rover", "k-1"), by(ANN)).expectNoEvents().expectSuccessfulHandlerExecution();
        }

        @Test
        void a_key_it_never_had_cannot_be_revoked() {
            house().given(agentCreated("rover", "Rover")).when(new RevokeKey("rover", "k-9"), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND)).expectExceptionMessage("This agent has no such key.");
        }

        @Test
        void it_cannot_issue_itself_a_key() {
            Principal rover = new Principal.Agent("rover", HERE, "Rover", BEN.id(), true, java.util.List.of(), Instant.EPOCH);
            house(People.all().with(rover)).given(agentCreated("rover", "Rover"))
                    .when(new IssueKey("rover", "k-1", "ab", null), by(rover))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only an admin"));
        }

        @Test
        void it_has_no_role_to_change() {
            house().given(agentCreated("rover", "Rover")).when(new ChangeRole("rover", Role.VIEWER), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND)).expectExceptionMessage("There is no such person.");
        }

        @Test
        void an_admin_shuts_it_out() {
            house().given(agentCreated("rover", "Rover")).when(new DisablePrincipal("rover"), by(ANN))
                    .expectEvents(new PrincipalDisabled("rover"));
        }

        @Test
        void an_analyst_may_not_shut_it_out() {
            house().given(agentCreated("rover", "Rover")).when(new DisablePrincipal("rover"), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE)).expectExceptionMessage(containsString("Only an admin"));
        }

        @Test
        void for_an_owner_of_another_workspace_it_does_not_exist() {
            house().given(agentCreated("rover", "Rover")).when(new IssueKey("rover", "k-1", "ab", null), by(EVE)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND)).expectExceptionMessage("There is nothing with this id.");
        }
    }

    private static AggregateTestFixture<Account> house() {
        return house(People.all());
    }

    private static AggregateTestFixture<Account> house(Principals principals) {
        AggregateTestFixture<Account> fixture = new AggregateTestFixture<>(Account.class);
        fixture.registerInjectableResource(principals);
        fixture.registerInjectableResource(new PlainKeyring());
        return fixture;
    }

    private static Map<String, String> by(Principal actor) {
        return Map.of("actor", actor.id(), "workspace", actor.workspace().equals(ELSEWHERE) ? ELSEWHERE : HERE);
    }

    private static AddPerson addPerson(String name, String email, Role role) {
        return new AddPerson("paul", HERE, name, email, role, HASH);
    }

    private static PersonAdded personAdded(String name, String email, Role role) {
        return new PersonAdded("paul", HERE, role, sealed("paul", SealedPlace.PERSON, new PersonIdentity(name, email, HASH)));
    }

    private static PersonAdded added(Person person) {
        return new PersonAdded(person.id(), person.workspace(), person.role(),
                sealed(person.id(), SealedPlace.PERSON, new PersonIdentity(person.name(), person.email(), null)));
    }

    private static PasswordChanged passwordChanged(Person person) {
        return new PasswordChanged(person.id(), sealed(person.id(), SealedPlace.PASSWORD, new Credential(HASH)));
    }

    private static AgentCreated agentCreated(String id, String name) {
        return new AgentCreated(id, HERE, BEN.id(), sealed(id, SealedPlace.AGENT, new AgentIdentity(name)));
    }
}

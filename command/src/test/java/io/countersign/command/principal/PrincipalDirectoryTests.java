package io.countersign.command.principal;

import static io.countersign.command.testing.PlainKeyring.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.principal.api.Principal.Key;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.PrincipalCommand.ChangePassword;
import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.PrincipalCommand.DisablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.EnablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.PrincipalCommand.RevokeKey;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.command.principal.api.PrincipalEvent.AgentCreated;
import io.countersign.command.principal.api.PrincipalEvent.AgentIdentity;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.PersonAdded;
import io.countersign.command.principal.api.PrincipalEvent.PersonIdentity;
import io.countersign.command.principal.api.Role;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import io.countersign.command.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

class PrincipalDirectoryTests {

    @Nested
    class Given_two_nodes {

        private static TestDatabase database;
        private static CommandModule here;
        private static CommandModule there;
        private static String olga;

        @BeforeAll
        static void start() {
            database = TestDatabase.create();
            here = CommandModule.on(database);
            there = CommandModule.on(database);
            olga = here.person("olga", Role.OWNER);
        }

        @AfterAll
        static void stop() {
            here.close();
            there.close();
            database.close();
        }

        @Test
        void whoever_is_added_on_one_is_known_on_the_other_when_the_call_returns() {
            String paul = here.person("paul", Role.VIEWER);
            assertThat(there.principals().byId(paul)).hasValueSatisfying(person -> assertThat(person.name()).isEqualTo("paul"));
            assertThat(there.principals().byEmail(" PAUL@example.com ")).map(Person::id).hasValue(paul);
            assertThat(there.principals().people(People.HERE)).extracting(Principal::id).contains(olga, paul);
        }

        @Test
        void a_role_that_is_taken_on_one_is_gone_on_the_other_when_the_call_returns() {
            String ann = here.person("ann", Role.ADMIN);
            for (Role role : List.of(Role.VIEWER, Role.ADMIN, Role.ANALYST)) {
                there.as(olga, new ChangeRole(ann, role));
                assertThat(here.principals().byId(ann)).map(Person.class::cast).map(Person::role).hasValue(role);
            }
        }

        @Test
        void whoever_is_shut_out_on_one_is_shut_out_on_the_other_until_let_in_again() {
            String ben = here.person("ben", Role.ANALYST);
            there.as(olga, new DisablePrincipal(ben));
            assertThat(here.principals().byId(ben)).map(Principal::enabled).hasValue(false);
            here.as(olga, new EnablePrincipal(ben));
            assertThat(there.principals().byId(ben)).map(Principal::enabled).hasValue(true);
        }

        @Test
        void a_new_password_counts_on_both() {
            String vera = here.person("vera", Role.VIEWER);
            here.as(vera, new ChangePassword(vera, "{noop}new"));
            assertThat(there.principals().byId(vera)).map(Person.class::cast).map(Person::passwordHash).hasValue("{noop}new");
        }

        @Test
        void a_key_works_on_both_and_ends_on_both() {
            String scout = here.agent("scout", olga);
            here.as(olga, new IssueKey(scout, "k-1", "ab", null));
            assertThat(there.principals().byKeyId("k-1")).map(Agent::id).hasValue(scout);
            there.as(olga, new RevokeKey(scout, "k-1"));
            assertThat(here.principals().byKeyId("k-1").orElseThrow().keys()).singleElement()
                    .satisfies(key -> assertThat(key.usableAt(Instant.now())).isFalse());
        }

        @Test
        void a_person_whose_key_was_destroyed_is_called_erased_on_a_node_that_starts_later() {
            String zoe = here.person("zoe", Role.VIEWER);
            destroyKey(zoe);
            try (CommandModule later = CommandModule.on(database)) {
                assertThat(later.principals().byId(zoe)).hasValueSatisfying(person -> assertThat(person.name()).isEqualTo("erased"));
                assertThat(later.principals().byEmail("zoe@example.com")).isEmpty();
            }
        }

        private static void destroyKey(String keyId) {
            org.springframework.jdbc.core.simple.JdbcClient.create(database.ownerDataSource())
                    .sql("delete from command.data_key where key_id = ?").param(keyId).update();
        }
    }

    @Nested
    class Given_the_log_grows_while_it_is_read {

        private final Growing log = new Growing();
        private final PrincipalDirectory directory = new PrincipalDirectory(log, new PlainKeyring());

        @Test
        void what_came_after_the_epoch_was_read_is_not_taken_twice() {
            log.add(new AgentCreated("scout", People.HERE, null, sealed("scout", SealedPlace.AGENT, new AgentIdentity("Scout"))));
            log.add(new KeyIssued("scout", "k-1", "ab", null, null));
            log.epoch = 0; // the reader asked just before the key was issued
            assertThat(keys()).containsExactly("k-1");
            log.epoch = 1;
            assertThat(keys()).containsExactly("k-1");
        }

        private List<String> keys() {
            return ((Agent) directory.byId("scout").orElseThrow()).keys().stream().map(Key::id).toList();
        }
    }

    @Nested
    class Given_the_log_cannot_be_read {

        @Test
        void nobody_is_known_not_even_from_memory() {
            Growing log = new Growing();
            PrincipalDirectory directory = new PrincipalDirectory(log, new PlainKeyring());
            log.add(new PersonAdded("ann", People.HERE, Role.ADMIN, sealed("ann", SealedPlace.PERSON, new PersonIdentity("Ann",
                    "ann@example.com", null))));
            assertThat(directory.byId("ann")).isPresent();
            log.gone = true;
            assertThatThrownBy(() -> directory.byId("ann")).isInstanceOfSatisfying(Refused.class,
                    refused -> assertThat(refused.code()).isEqualTo(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE));
        }
    }

    /** A log of principals in memory. */
    private static final class Growing implements ConfigurationLog {

        private final List<Stored> events = new ArrayList<>();
        private long epoch = -1;
        private boolean gone;

        void add(PrincipalEvent event) {
            epoch = events.size();
            events.add(new Stored(epoch, "e-" + epoch, event.principalId(), epoch, "", null, Instant.EPOCH, event, Map.of(), "", ""));
        }

        @Override
        public long epoch() {
            if (gone) {
                throw new DataAccessResourceFailureException("gone");
            }
            return epoch;
        }

        @Override
        public List<Stored> after(String aggregateType, long index) {
            return events.stream().filter(event -> event.index() > index).toList();
        }
    }
}

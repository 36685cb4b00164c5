package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.People;
import io.countersign.command.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who may do what is decided on a copy. What was decided on a copy that is no longer true is not stored, but decided again. */
class ConfigurationInForceTests {

    private static TestDatabase database;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Nested
    class Given_the_configuration_changes_between_decision_and_append {

        @Test
        void nothing_is_stored_and_the_command_may_be_tried_again() {
            try (Node node = new Node(database); Node other = new Node(database)) {
                assertThatThrownBy(() -> node.inCommand(() -> {
                    node.stored.epoch();
                    other.configure("p-1", 0);
                    node.append("a-1", 0);
                })).isInstanceOf(ConcurrencyException.class);
                assertThat(events("a-1")).isZero();
            }
        }

        @Test
        void asking_again_later_in_the_command_does_not_heal_what_was_decided_before() {
            try (Node node = new Node(database); Node other = new Node(database)) {
                assertThatThrownBy(() -> node.inCommand(() -> {
                    node.stored.epoch();
                    other.configure("p-2", 0);
                    node.stored.epoch();
                    node.append("a-2", 0);
                })).isInstanceOf(ConcurrencyException.class);
            }
        }

        @Test
        void a_command_that_asked_for_nothing_is_stored() {
            try (Node node = new Node(database); Node other = new Node(database)) {
                node.inCommand(() -> {
                    other.configure("p-3", 0);
                    node.append("a-3", 0);
                });
                assertThat(events("a-3")).isOne();
            }
        }

        @Test
        void the_work_of_others_does_not_count_as_a_change() {
            try (Node node = new Node(database); Node other = new Node(database)) {
                node.inCommand(() -> {
                    node.stored.epoch();
                    other.append("a-4", 0);
                    node.append("a-5", 0);
                });
                assertThat(events("a-5")).isOne();
            }
        }

        private static long events(String aggregateId) {
            return database.jdbc().sql("select count(*) from command.domain_event_entry where aggregate_identifier = ?").param(aggregateId)
                    .query(Long.class).single();
        }
    }

    @Nested
    class Given_two_nodes_change_it_at_once {

        private static final int ROUNDS = 10;

        private static List<CommandModule> nodes;

        @BeforeAll
        static void start() {
            nodes = List.of(CommandModule.on(database), CommandModule.on(database));
        }

        @AfterAll
        static void stop() {
            nodes.forEach(CommandModule::close);
        }

        @Test
        void two_owners_who_dismiss_each_other_do_not_leave_a_house_without_one() {
            List<String> owners = List.of(nodes.getFirst().person("olga", Role.OWNER), nodes.getFirst().person("otto", Role.OWNER));
            for (int round = 0; round < ROUNDS; round++) {
                Threads.all(2, number -> {
                    try {
                        nodes.get(number).as(owners.get(number), new ChangeRole(owners.get(1 - number), Role.ADMIN));
                    } catch (Refused refused) {
                        assertThat(refused.code()).isIn(RefusalCode.FORBIDDEN, RefusalCode.INSUFFICIENT_ROLE);
                    }
                });
                List<Person> left = nodes.getFirst().principals().people(People.HERE).stream()
                        .filter(person -> owners.contains(person.id()) && person.role() == Role.OWNER).toList();
                assertThat(left).hasSize(1);
                owners.stream().filter(id -> !id.equals(left.getFirst().id()))
                        .forEach(id -> nodes.getLast().as(left.getFirst().id(), new ChangeRole(id, Role.OWNER)));
            }
        }

        @Test
        void an_address_that_is_added_on_both_belongs_to_one() {
            for (int round = 0; round < ROUNDS; round++) {
                String email = "twin" + round + "@example.com";
                AtomicInteger added = new AtomicInteger();
                Threads.all(4, number -> {
                    CommandModule node = nodes.get(number % 2);
                    try {
                        node.as("system:first-run", new AddPerson(node.part(Ids.class).next(), People.HERE, "Twin", email,
                                Role.VIEWER, null));
                        added.incrementAndGet();
                    } catch (Refused refused) {
                        assertThat(refused.code()).isEqualTo(RefusalCode.NAME_EXISTS);
                    }
                });
                assertThat(added).hasValue(1);
            }
        }
    }
}

package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Role;
import io.countersign.command.store.FaultyCommits.Fault;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.People;
import io.countersign.command.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GroupCommitTests {

    @Nested
    class Given_many_appends_wait_for_one_writer {

        private static final int MANY = 24;

        @Test
        void they_are_committed_together() {
            try (TestDatabase database = TestDatabase.create(); Node node = new Node(database)) {
                List<Future<Void>> appends = whileTheLockIsHeld(database, node, id -> id);
                appends.forEach(Threads::get);
                long transactions = database.jdbc().sql("select count(distinct xmin::text) from command.domain_event_entry")
                        .query(Long.class).single();
                assertThat(transactions).isLessThanOrEqualTo(2);
            }
        }

        @Test
        void a_conflict_fails_only_the_guilty_one() {
            try (TestDatabase database = TestDatabase.create(); Node node = new Node(database)) {
                node.append("taken", 0);
                List<Future<Void>> appends = whileTheLockIsHeld(database, node, id -> id.equals("a-7") ? "taken" : id);
                for (int i = 0; i < MANY; i++) {
                    Future<Void> append = appends.get(i);
                    if (i == 7) {
                        assertThatThrownBy(() -> Threads.get(append)).isInstanceOf(ConcurrencyException.class)
                                .hasMessageContaining("were not stored").hasMessageNotContaining("taken");
                    } else {
                        Threads.get(append);
                    }
                }
                assertThat(count(database)).isEqualTo(MANY);
            }
        }

        @Test
        void of_two_rivals_in_one_batch_exactly_one_wins() {
            try (TestDatabase database = TestDatabase.create(); Node node = new Node(database)) {
                List<Future<Void>> appends = whileTheLockIsHeld(database, node, id -> id.equals("a-3") ? "a-5" : id);
                AtomicInteger lost = new AtomicInteger();
                for (Future<Void> append : appends) {
                    try {
                        Threads.get(append);
                    } catch (ConcurrencyException e) {
                        lost.incrementAndGet();
                    }
                }
                assertThat(lost).hasValue(1);
                assertThat(count(database)).isEqualTo(MANY - 1);
            }
        }

        private static List<Future<Void>> whileTheLockIsHeld(TestDatabase database, Node node,
                java.util.function.UnaryOperator<String> stream) {
            List<Future<Void>> appends = new ArrayList<>();
            try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("select pg_advisory_xact_lock(" + AppendWriter.LOCK + ")");
                appends.add(appendLater(node, stream.apply("a-0")));
                await().until(() -> database.jdbc().sql("""
                        select count(*) from pg_locks where locktype = 'advisory' and not granted
                        and database = (select oid from pg_database where datname = current_database())""").query(Long.class).single() == 1);
                for (int i = 1; i < MANY; i++) {
                    appends.add(appendLater(node, stream.apply("a-" + i)));
                }
                await().until(() -> node.writer.waiting() == MANY - 1);
                connection.rollback();
                connection.setAutoCommit(true);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return appends;
        }
    }

    private static Future<Void> appendLater(Node node, String aggregateId) {
        return Threads.start(() -> {
            node.append(aggregateId, 0);
            return null;
        });
    }

    @Nested
    class Given_a_node_stops_in_the_middle_of_its_append {

        @Test
        void the_others_go_on_after_five_seconds_and_when_it_comes_back_it_appends_behind_them() {
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            try (TestDatabase database = TestDatabase.create(); Node stopped = new Node(database); Node other = new Node(database)) {
                stopped.append("warm", 0);
                other.append("up", 0);
                stopped.commits.once(Fault.stoppedUntil(reached, goOn));
                Future<Void> behind = appendLater(stopped, "stopped");
                await().until(() -> reached.getCount() == 0);
                Instant before = Instant.now();
                other.append("other", 0);
                assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(6));
                goOn.countDown();
                Threads.get(behind);
                assertThat(database.jdbc().sql("select aggregate_identifier from command.domain_event_entry order by global_index")
                        .query(String.class).list()).containsExactly("warm", "up", "other", "stopped");
            }
        }
    }

    @Nested
    class Given_two_nodes_with_people_and_agents {

        private static final int ACTIONS = 8;

        private static TestDatabase database;
        private static List<CommandModule> nodes;
        private static String ben;
        private static String scout;

        @BeforeAll
        static void start() {
            database = TestDatabase.create();
            nodes = List.of(CommandModule.on(database), CommandModule.on(database));
            ben = nodes.getFirst().person("ben", Role.ADMIN);
            scout = nodes.getFirst().agent("scout", ben);
        }

        @AfterAll
        static void stop() {
            nodes.forEach(CommandModule::close);
            database.close();
        }

        @Test
        void of_many_who_decide_at_once_exactly_one_wins_and_the_others_are_told_who_did() {
            for (int i = 0; i < ACTIONS; i++) {
                String id = submit(nodes.getFirst(), null).actionId();
                AtomicInteger won = new AtomicInteger();
                Set<RefusalCode> refusals = ConcurrentHashMap.newKeySet();
                Threads.all(12, thread -> {
                    try {
                        nodes.get(thread % 2).as(ben, switch (thread % 3) {
                            case 0 -> new ApproveAction(id, People.HERE, ben, "api", null, null);
                            case 1 -> new DenyAction(id, People.HERE, ben, "api", null);
                            default -> new CancelAction(id, People.HERE, scout, null);
                        });
                        won.incrementAndGet();
                    } catch (Refused refused) {
                        refusals.add(refused.code());
                        assertThat(refused.details()).containsKeys("current_status", "decided_by", "decided_at");
                    }
                });
                assertThat(won).hasValue(1);
                assertThat(refusals).isSubsetOf(RefusalCode.ALREADY_RESOLVED, RefusalCode.NOT_CANCELLABLE);
                assertThat(nodes.getLast().events(id)).hasSize(3);
            }
        }

        @Test
        void of_many_identical_requests_with_one_key_one_makes_the_action_and_all_get_its_id() {
            Set<Submitted> answers = ConcurrentHashMap.newKeySet();
            AtomicInteger first = new AtomicInteger();
            Threads.all(50, thread -> {
                Submitted answer = submit(nodes.get(thread % 2), "key-1");
                answers.add(new Submitted(answer.actionId(), true));
                first.addAndGet(answer.replayed() ? 0 : 1);
            });
            assertThat(answers).hasSize(1);
            assertThat(first).hasValue(1);
            List<ActionEvent> events = nodes.getLast().events(answers.iterator().next().actionId());
            assertThat(events).hasSize(2);
        }

        private static Submitted submit(CommandModule node, @org.jspecify.annotations.Nullable String key) {
            Submitted submitted = node.as(scout, new RequestAction(scout, People.HERE, "api", "mail:send",
                    "{\"to\":\"ben@example.com\"}", key,
                    key == null ? null : "body", null, null, null, false));
            return java.util.Objects.requireNonNull(submitted);
        }
    }

    private static long count(TestDatabase database) {
        return database.jdbc().sql("select count(*) from command.domain_event_entry").query(Long.class).single();
    }
}

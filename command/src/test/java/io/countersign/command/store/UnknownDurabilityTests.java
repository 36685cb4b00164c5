package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.EmbeddedPostgres;
import io.countersign.command.database.api.Migrations;
import io.countersign.command.store.FaultyCommits.Fault;
import io.countersign.command.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

class UnknownDurabilityTests {

    /** Who was told what about their append. */
    private record Answers(Set<String> stored, Set<String> notStored, Set<String> unknown) {

        Answers() {
            this(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
        }

        void append(Node node, String id) {
            try {
                node.append(id, 0);
                stored.add(id);
            } catch (Refused refused) {
                assertThat(refused.code()).isEqualTo(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE);
                (refused.details().get("stored").equals("no") ? notStored : unknown).add(id);
            }
        }

        void mustBeTrueOf(JdbcClient database) {
            // The pool may still hold connections of the server that was killed: only losing one is waited out.
            Set<String> log = await().ignoreExceptionsInstanceOf(DataAccessResourceFailureException.class).until(
                    () -> new HashSet<>(database.sql("select aggregate_identifier from command.domain_event_entry").query(String.class).list()),
                    found -> true);
            assertThat(log).containsAll(stored);
            assertThat(notStored).noneMatch(log::contains);
            assertThat(database.sql("select count(*) = max(global_index) + 1 from command.domain_event_entry")
                    .query(Boolean.class).single()).isTrue();
        }
    }

    @Nested
    class Given_one_append {

        private static TestDatabase database;
        private static Node node;
        private static Node rival;

        @BeforeAll
        static void start() {
            database = TestDatabase.create();
            node = new Node(database);
            rival = new Node(database);
        }

        @AfterAll
        static void stop() {
            node.close();
            rival.close();
            database.close();
        }

        @Test
        void that_was_lost_before_its_commit_is_appended_again() {
            node.commits.once(Fault.KILLED_BEFORE);
            node.append("lost", 0, 2);
            assertThat(events("lost")).isEqualTo(2);
        }

        @Test
        void whose_answer_was_lost_is_found_and_not_appended_twice() {
            node.commits.once(Fault.ANSWER_LOST);
            node.append("unanswered", 0, 2);
            assertThat(events("unanswered")).isEqualTo(2);
        }

        @Test
        void whose_answer_was_lost_keeps_its_place_against_a_rival_on_another_node() {
            node.commits.once((connection, commit) -> Fault.ANSWER_LOST.around(connection, () -> {
                commit.run();
                assertThatThrownBy(() -> rival.append("first", 0)).isInstanceOf(ConcurrencyException.class);
            }));
            node.append("first", 0);
            assertThat(events("first")).isEqualTo(1);
        }

        @Test
        void that_a_rival_overtook_while_it_was_lost_is_told_so() {
            node.commits.once((connection, commit) -> {
                connection.rollback();
                rival.append("overtaken", 0);
                Fault.KILLED_BEFORE.around(connection, commit);
            });
            assertThatThrownBy(() -> node.append("overtaken", 0)).isInstanceOf(ConcurrencyException.class);
            assertThat(events("overtaken")).isEqualTo(1);
        }

        private static long events(String aggregateId) {
            return database.jdbc().sql("select count(*) from command.domain_event_entry where aggregate_identifier = ?").param(aggregateId)
                    .query(Long.class).single();
        }
    }

    @Nested
    class Given_sessions_are_killed_all_the_time {

        private static final int THREADS = 8;
        private static final int EACH = Boolean.getBoolean("countersign.full") ? 1_000 : 40;
        private static final int ENOUGH = 5;

        @Test
        void every_answer_is_true() {
            Answers answers = new Answers();
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger killed = new AtomicInteger();
            try (TestDatabase database = TestDatabase.create(); Node one = new Node(database); Node other = new Node(database)) {
                Future<Void> killer = Threads.start(() -> {
                    while (!done.get()) {
                        killed.addAndGet(database.jdbc().sql("""
                                select count(pg_terminate_backend(pid)) from pg_stat_activity
                                where datname = current_database() and pid <> pg_backend_pid()
                                and (query like 'insert into command.domain_event_entry%' or query = 'COMMIT')""")
                                .query(Integer.class).single());
                        LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
                    }
                    return null;
                });
                long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                Threads.all(THREADS, thread -> {
                    // A fast machine is through with its share before enough sessions were hit, so it goes on until they were.
                    for (int i = 0; i < EACH || killed.get() < ENOUGH && System.nanoTime() < end; i++) {
                        answers.append(thread % 2 == 0 ? one : other, "a-" + thread + "-" + i);
                    }
                });
                done.set(true);
                Threads.get(killer);
                assertThat(killed).hasValueGreaterThanOrEqualTo(ENOUGH);
                answers.mustBeTrueOf(database.jdbc());
                assertThat(answers.stored()).hasSizeGreaterThan(THREADS * EACH / 2);
            }
        }
    }

    @Nested
    class Given_the_server_is_killed {

        @TempDir
        private Path folder;

        @Test
        void every_answer_is_true_and_appends_go_on_when_it_is_back() throws IOException {
            Answers answers = new Answers();
            AtomicBoolean done = new AtomicBoolean();
            Path programs = Path.of(System.getProperty("java.io.tmpdir"), "countersign-postgres-" + System.getProperty("user.name"));
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"), programs)) {
                DatabaseEndpoint endpoint = postgres.endpoint();
                Migrations.apply(endpoint);
                try (Node node = new Node(endpoint)) {
                    Map<Integer, Future<Void>> appenders = new ConcurrentHashMap<>();
                    for (int thread = 0; thread < 4; thread++) {
                        int number = thread;
                        appenders.put(thread, Threads.start(() -> {
                            for (int i = 0; !done.get(); i++) {
                                answers.append(node, "a-" + number + "-" + i);
                            }
                            return null;
                        }));
                    }
                    await().until(() -> answers.stored().size() > 20);
                    kill(postmaster());
                    int before = answers.stored().size();
                    await().atMost(Duration.ofSeconds(30)).until(() -> answers.stored().size() > before + 20);
                    done.set(true);
                    appenders.values().forEach(Threads::get);
                    answers.mustBeTrueOf(node.jdbc());
                }
            }
        }

        private long postmaster() throws IOException {
            return Long.parseLong(Files.readAllLines(folder.resolve("postgres/cluster/postmaster.pid")).getFirst());
        }

        private static void kill(long pid) {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
    }

    @Nested
    class Given_the_server_cannot_be_reached {

        @Test
        void the_command_is_told_whether_anything_may_have_been_stored() {
            try (TestDatabase database = TestDatabase.create(); Node node = new Node(database)) {
                node.append("a-1", 0);
                node.commits.unreachable(true);
                node.append("a-2", 0); // the writer's connection is still good
                node.commits.once(Fault.KILLED_BEFORE);
                assertThatThrownBy(() -> node.append("a-3", 0)).isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE);
                    assertThat(refused.details()).containsEntry("stored", "unknown");
                    assertThat(refused).hasMessageContaining("with the same Idempotency-Key");
                });
                assertThatThrownBy(() -> node.append("a-4", 0)).isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.details()).containsEntry("stored", "no");
                    assertThat(refused).hasMessageContaining("nothing was stored").hasMessageContaining("Try again");
                });
                node.commits.unreachable(false);
                node.append("a-5", 0);
                assertThat(database.jdbc().sql("select string_agg(aggregate_identifier, ' ' order by global_index) from command.domain_event_entry")
                        .query(String.class).single()).isEqualTo("a-1 a-2 a-5");
            }
        }
    }
}

package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.testing.TestDatabase;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AppendOrderTests {

    @Nested
    class Given_16_threads_on_two_nodes_appended_all_they_could {

        private static final int THREADS = 16;
        private static final int EACH = Boolean.getBoolean("countersign.full") ? 6_250 : 320;

        private static TestDatabase database;
        private static int seenWithGaps;
        private static int looks;

        @BeforeAll
        static void append() {
            database = TestDatabase.create();
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger gaps = new AtomicInteger();
            try (Node one = new Node(database); Node other = new Node(database)) {
                Future<Integer> watcher = Threads.start(() -> {
                    int count = 0;
                    while (!done.get()) {
                        boolean dense = database.jdbc().sql("""
                                select count(*) = coalesce(max(global_index), -1) + 1 from command.domain_event_entry
                                """).query(Boolean.class).single();
                        gaps.addAndGet(dense ? 0 : 1);
                        count++;
                        LockSupport.parkNanos(2_000_000);
                    }
                    return count;
                });
                Threads.all(THREADS, thread -> {
                    Node node = thread % 2 == 0 ? one : other;
                    for (int i = 0; i < EACH; i++) {
                        node.append("a-" + thread + "-" + i, 0, 1 + i % 2);
                    }
                });
                done.set(true);
                looks = Threads.get(watcher);
                seenWithGaps = gaps.get();
            }
        }

        @AfterAll
        static void close() {
            database.close();
        }

        @Test
        void every_event_is_there() {
            assertThat(number("select count(*) from command.domain_event_entry")).isEqualTo(THREADS * EACH * 3L / 2);
        }

        @Test
        void the_indexes_start_at_0_and_have_no_gap() {
            assertThat(number("select min(global_index) from command.domain_event_entry")).isZero();
            assertThat(number("select max(global_index) - count(*) + 1 from command.domain_event_entry")).isZero();
        }

        @Test
        void at_no_moment_did_anybody_see_an_index_without_all_before_it() {
            assertThat(looks).isGreaterThan(20);
            assertThat(seenWithGaps).isZero();
        }

        /** A transaction draws its number when it first writes, which is after it got the lock, and keeps the lock until it is committed. */
        @Test
        void the_order_of_the_indexes_is_the_order_of_the_commits() {
            assertThat(number("""
                    select count(*) from (
                        select xmin::text::bigint as own, lag(xmin::text::bigint) over (order by global_index) as before
                        from command.domain_event_entry) as neighbours
                    where own < before""")).isZero();
        }

        @Test
        void what_one_command_appended_stands_together() {
            assertThat(number("""
                    select count(*) from command.domain_event_entry as first
                    join command.domain_event_entry as second using (aggregate_identifier)
                    where first.sequence_number = 0 and second.sequence_number = 1 and second.global_index <> first.global_index + 1""")).isZero();
        }

        private static long number(String question) {
            return database.jdbc().sql(question).query(Long.class).single();
        }
    }
}

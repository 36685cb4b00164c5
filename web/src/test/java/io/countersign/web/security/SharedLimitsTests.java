package io.countersign.web.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.testing.TestDatabase;
import io.countersign.web.limits.Allowances;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Limits of keys and of sign-ins, on two nodes that share one database. */
class SharedLimitsTests {

    private static final int LIMIT = 100;
    private static final int TENTH = LIMIT / 10;
    private static TestDatabase database;

    private final AtomicInteger round = new AtomicInteger();
    private final KeyRates one = node();
    private final KeyRates other = node();
    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @AfterEach
    void stop() {
        one.destroy();
        other.destroy();
    }

    private static Allowances allowances() {
        return new Allowances(database.jdbc(), Clock.systemUTC());
    }

    private static KeyRates node() {
        return new KeyRates(new SecuritySettings("127.0.0.1", List.of(), List.of(), LIMIT), allowances(), Clock.systemUTC());
    }

    private int used() {
        return database.jdbc().sql("select coalesce(sum(used), 0) from web.allowance where subject = :subject").param("subject", "key:" + key)
                .query(Integer.class).single();
    }

    private static boolean granted(KeyRates.Usage usage) {
        return usage.retryAfterSeconds() == 0;
    }

    @Nested
    class Given_a_key_that_calls {

        @Test
        void all_that_one_node_lets_through_is_known_to_the_other_a_moment_later() {
            IntStream.range(0, 7).forEach(call -> assertThat(granted(one.call(key))).isTrue());
            await().until(() -> used() == 7);
            other.call(key);
            other.settle();
            assertThat(other.call(key).remaining()).isEqualTo(LIMIT - 9);
        }

        @Test
        void a_key_that_is_used_up_on_one_node_is_refused_on_the_other() {
            long granted = IntStream.range(0, 2 * LIMIT).filter(call -> granted(one.call(key))).count();
            assertThat(granted).isEqualTo(LIMIT);
            one.settle();
            other.call(key);
            other.settle();
            assertThat(other.call(key).retryAfterSeconds()).isBetween(1L, 60L);
        }

        @Test
        void calls_on_both_nodes_at_once_stay_within_the_limit_and_one_tenth() {
            long granted = IntStream.range(0, 4 * LIMIT).parallel()
                    .filter(call -> granted((round.incrementAndGet() % 2 == 0 ? one : other).call(key))).count();
            assertThat(granted).isBetween((long) LIMIT, (long) LIMIT + TENTH);
            Stream.of(one, other).forEach(KeyRates::settle);
            assertThat(used()).isEqualTo((int) granted);
        }

        @Test
        void a_node_that_stops_leaves_its_count_behind() {
            one.call(key);
            one.destroy();
            assertThat(used()).isEqualTo(1);
        }

        @Test
        void the_next_window_begins_empty() {
            IntStream.range(0, LIMIT).forEach(call -> one.call(key));
            one.settle();
            database.jdbc().sql("update web.allowance set ends_at = now() where subject = :subject").param("subject", "key:" + key).update();
            other.call(key);
            other.settle();
            assertThat(used()).isEqualTo(1);
        }
    }

    @Nested
    class Given_wrong_passwords {

        private final String account = UUID.randomUUID() + "@example.com";
        private final String address = UUID.randomUUID().toString();
        private final Tries here = new Tries(allowances());
        private final Tries there = new Tries(allowances());

        @Test
        void tries_on_two_nodes_count_together() {
            for (int i = 0; i < Tries.PER_ACCOUNT; i++) {
                assertThat((i % 2 == 0 ? here : there).take(account, address)).isTrue();
            }
            assertThat(here.take(account, address)).isFalse();
            assertThat(there.take(account.toUpperCase(), address)).isFalse();
            assertThat(there.take("another@example.com", address)).isTrue();
        }

        @Test
        void one_address_may_not_try_many_accounts() {
            for (int i = 0; i < Tries.PER_ADDRESS; i++) {
                assertThat((i % 2 == 0 ? here : there).take(i + account, address)).isTrue();
            }
            assertThat(here.take(account, address)).isFalse();
            assertThat(here.take(account, "another " + address)).isTrue();
        }

        @Test
        void the_right_password_gives_its_tries_back_everywhere() {
            for (int i = 0; i < Tries.PER_ACCOUNT; i++) {
                here.take(account, address);
            }
            there.succeeded(account, address);
            assertThat(here.take(account, address)).isTrue();
        }

        @Test
        void the_table_tells_neither_names_nor_addresses() {
            here.take(account, address);
            assertThat(database.jdbc().sql("select subject from web.allowance").query(String.class).list())
                    .noneMatch(subject -> subject.contains(account) || subject.contains(address));
        }
    }
}

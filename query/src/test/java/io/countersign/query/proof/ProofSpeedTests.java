package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.sealing.api.Safe;
import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.RawLogs;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.proof.api.Verification;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** How fast the tree follows and the check reads; the figures stand in the log. The whole million only with {@code -Pfull}. */
class ProofSpeedTests {

    private static final Logger LOG = LoggerFactory.getLogger(ProofSpeedTests.class);
    private static final int EVENTS = Boolean.getBoolean("countersign.full") ? 1_000_000 : 20_000;

    @Nested
    class Given_a_long_log_without_a_tree {

        @Test
        void the_tree_catches_up_and_the_check_passes() {
            try (TestDatabase database = TestDatabase.create()) {
                JdbcClient.create(database.ownerDataSource()).sql("""
                        insert into command.domain_event_entry
                        select g, 'event-' || g, 'action-' || g / 5, g % 5, 'Action', '2026-11-21T08:00:00.000000Z', 'action.approval_given', '1',
                            '{"actionId":"action-' || g / 5 || '","approverId":"person-1","channel":"api","remark":{"box":"' || repeat('QUJD', 60) || '"}}',
                            '{"actor":"person-1","workspace":"default","origin":"api","request_id":"r-1","trace_id":"t-1"}'
                        from generate_series(0, ?) g""").param(EVENTS - 1).update();
                RawLog log = ServiceLoader.load(RawLogs.class).findFirst().orElseThrow().of(database.dataSource());
                Head head = () -> EVENTS - 1;
                JdbcClient jdbc = database.jdbc();
                TreeStore store = new TreeStore(database.dataSource());
                SigningKeys keys = new SigningKeys(jdbc, new Open(), Clock.systemUTC());
                TreeKeeper keeper = new TreeKeeper(log, head, store, keys, List.of(), Clock.systemUTC(),
                        new DataSourceTransactionManager(database.dataSource()));
                long began = System.nanoTime();
                keeper.reach(EVENTS - 1);
                double grown = EVENTS / ((System.nanoTime() - began) / 1e9);
                Verification found = new LogVerifier(log, head, store, index -> { }, keys, List.of(), Clock.systemUTC(), null).verify();
                double checked = EVENTS / found.seconds();
                LOG.info("{} events: the tree grows by {}/s, the check reads {}/s", EVENTS, Math.round(grown), Math.round(checked));
                assertThat(found.passed()).isTrue();
                assertThat(found.checked()).isEqualTo(EVENTS);
            }
        }
    }

    /** Locks nothing away. */
    private static final class Open implements Safe {

        @Override
        public String lock(String place, byte[] secret) {
            return Base64.getEncoder().encodeToString(secret);
        }

        @Override
        public byte[] unlock(String place, String box) {
            return Base64.getDecoder().decode(box);
        }
    }
}

package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.bench.PastLog;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.testing.TestDatabase;
import io.countersign.faults.Api.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;

/** Archiving moves what auditors rely on out of the database: however a node ends in the midst of it, the next look goes on where it stood. */
@EnabledIfSystemProperty(named = "countersign.full", matches = "true", disabledReason = "it starts the service a dozen times")
class ArchiveKillTests {

    private static final int ACTIONS = 1_000;
    private static final int KILLS = 10;
    private static final String EVENTS = "select count(*) from command.domain_event_entry where payload_type = 'action.content_archived'";
    private static final String STUBS = "select count(*) from command.archived_action";

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Given_a_past_that_is_past_retention {

        private final TestDatabase database = TestDatabase.create();
        private final Random random = new Random(20261121);
        private ServiceProcess service;

        @BeforeAll
        void start() throws InterruptedException {
            PastLog.into(database.dataSource(), ACTIONS, Clock.offset(Clock.systemUTC(), Duration.ofDays(-30)));
            DatabaseEndpoint endpoint = database.endpoint();
            Map<String, String> settings = new HashMap<>(Map.of("COUNTERSIGN_DB_URL", endpoint.jdbcUrl(),
                    "COUNTERSIGN_DB_USER", endpoint.applicationUser(), "COUNTERSIGN_DB_PASSWORD", endpoint.applicationPassword(),
                    "COUNTERSIGN_DB_MIGRATION_USER", endpoint.migrationUser(), "COUNTERSIGN_DB_MIGRATION_PASSWORD", endpoint.migrationPassword(),
                    "COUNTERSIGN_RETENTION_DAYS", "7",
                    "COUNTERSIGN_ARCHIVE_DIR", Path.of("target", "faults", "archiving", "archives").toAbsolutePath().toString()));
            service = ServiceProcess.fresh("archiving", settings).start();
            await().atMost(Duration.ofSeconds(60)).until(() -> archivable() == ACTIONS);
        }

        @AfterAll
        void stop() {
            service.close();
            database.close();
        }

        @Test
        void every_action_is_archived_once_and_the_log_is_valid_after_each_kill() throws InterruptedException {
            int inTheMidst = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                String progress = kill % 2 == 0 ? EVENTS : STUBS;
                long wanted = count(progress) + 1 + random.nextInt(ACTIONS / KILLS);
                CompletableFuture<Void> look = CompletableFuture.runAsync(() -> service.api().post("/api/v1/admin/retention/run", "{}"));
                while (count(progress) < wanted && !look.isDone()) {
                    TimeUnit.MILLISECONDS.sleep(2);
                }
                service.kill();
                look.exceptionally(failure -> null).join();
                inTheMidst += count(STUBS) < ACTIONS ? 1 : 0;
                service.start();
                assertThat(valid()).as("after kill %d, at %s", kill, progress).isTrue();
            }
            assertThat(inTheMidst).as("kills in the midst of it").isGreaterThan(KILLS / 2);

            await().atMost(Duration.ofMinutes(2)).until(() -> service.api().post("/api/v1/admin/retention/run", "{}").succeeded()
                    && archivable() == 0);

            assertThat(count(EVENTS)).isEqualTo(ACTIONS);
            assertThat(count(STUBS)).as("actions with stubs").isEqualTo(ACTIONS);
            assertThat(count("""
                    select count(*) from command.domain_event_entry where payload_type = 'action.requested'
                        and payload::jsonb #>> '{content,box}' <> ''""")).as("requests that still hold their content").isZero();
            assertThat(valid()).isTrue();
            JsonNode archived = service.api().get("/api/v1/audit/verify").body().path("archived");
            assertThat(archived.path("files").asInt()).as("files that were checked").isPositive();
            assertThat(archived.path("away").size()).as("files that are missing").isZero();
        }

        private long archivable() {
            return service.api().get("/api/v1/admin/retention").body().path("archivable").asLong(-1);
        }

        private boolean valid() {
            Answer found = service.api().get("/api/v1/audit/verify");
            return found.succeeded() && found.body().at("/integrity/valid").asBoolean(false);
        }

        private long count(String sql) {
            return database.jdbc().sql(sql).query(Long.class).single();
        }
    }
}

package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.testing.SampleJar;
import io.countersign.faults.Api.Answer;
import io.countersign.faults.Api.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** However the service and its own database end, the next start on the same folder finds everything. */
@Execution(ExecutionMode.CONCURRENT)
class RestartTests {

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Given_a_service_with_its_own_database {

        private final Map<String, String> acknowledged = new LinkedHashMap<>();
        private ServiceProcess service;

        @BeforeAll
        void start() throws IOException {
            service = ServiceProcess.fresh("restart", Map.of("COUNTERSIGN_REQUIRE_COMMIT_APPROVAL", "true",
                    "COUNTERSIGN_REQUIRE_ROLLBACK_APPROVAL", "true"));
            SampleJar.make(service.data().resolve("plugins/pin.jar"), SampleJar.sourceIn(Path.of("..", "docs", "plugins.md")),
                    "io.countersign.executors.plugin.api.Plugin");
            Files.writeString(service.data().resolve("plugins/broken.jar"), "no jar");
            service.start();
        }

        @AfterAll
        void stop() {
            service.close();
        }

        @Test
        void a_service_that_was_stopped_starts_again() {
            work("stopped");
            assertThat(service.stop()).isLessThan(Duration.ofSeconds(10));
            assertThat(service.postmaster()).as("the database goes with it").isEmpty();

            service.start();

            everythingIsThere();
        }

        @Test
        void the_database_that_a_killed_service_left_behind_is_taken_over_or_replaced() {
            work("killed");
            service.kill();
            assertThat(service.postmaster()).as("the orphan").isPresent();

            service.start();

            everythingIsThere();
        }

        @Test
        void a_service_that_was_killed_with_its_database_starts_again() {
            work("both-killed");
            service.kill();
            service.killDatabase();

            service.start();

            everythingIsThere();
        }

        @Test
        void a_database_that_was_killed_alone_is_started_again() {
            work("database-killed");
            service.killDatabase();

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Answer answer = service.api().get(Api.ACTIONS);
                assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
            });

            everythingIsThere();
        }

        @Test
        void what_its_settings_say_waits_for_a_person_does() {
            Api api = service.api();
            assertThat(api.put("/api/v1/catalogue/commit_work", "{\"action_type\":\"git_commit\",\"tier\":\"immediate\"}").succeeded()).isTrue();
            Answer commit = api.ask("commit_work", "{\"message\":\"done\"}");
            assertThat(commit.text("status")).as("%s", commit.body()).isEqualTo("pending");

            Answer made = api.ask("file_create", "{\"path\":\"gated\",\"content\":\"1\"}");
            becomes(made.text("id"), "executed");
            Answer wish = api.decide(made.text("id"), "rollback");
            assertThat(wish.status()).as("%s", wish.body()).isEqualTo(202);
            assertThat(wish.text("action")).isEqualTo("action:undo");
            assertThat(wish.text("status")).isEqualTo("pending");
            becomes(made.text("id"), "executed");
            api.approve(wish.text("id"));
            becomes(made.text("id"), "rolled_back");
        }

        @Test
        void a_plug_in_acts_behind_the_gate_and_a_broken_one_is_named() {
            Api api = service.api();
            Path board = service.folder("board");
            assertThat(service.lines()).anyMatch(line -> line.contains("PLUGIN_BROKEN") && line.contains("broken.jar"));
            assertThat(api.ask("plugin.pin_note", "{\"text\":\"hello\"}").text("code")).isEqualTo("action_unknown");
            Answer entry = api.put("/api/v1/catalogue/pin_note",
                    "{\"action_type\":\"plugin.pin_note\",\"tier\":\"staged\",\"config\":{\"board\":\"" + board + "\"}}");
            assertThat(entry.succeeded()).as("%s", entry.body()).isTrue();
            assertThat(api.ask("pin_note", "{\"text\":\"hello\",\"board\":\"/etc\"}").status()).isEqualTo(400);

            Answer asked = api.ask("pin_note", "{\"text\":\"hello\"}");
            assertThat(asked.text("status")).as("%s", asked.body()).isEqualTo("pending");
            assertThat(asked.text("summary")).contains("Pin \"hello\" to the board");
            assertThat(board.resolve(asked.text("id"))).doesNotExist();
            api.approve(asked.text("id"));
            becomes(asked.text("id"), "executed");
            assertThat(board.resolve(asked.text("id"))).hasContent("hello");
        }

        private void becomes(String id, String status) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Answer answer = service.api().read(id);
                assertThat(answer.text("status")).as("%s", answer.body()).isEqualTo(status);
            });
        }

        private void work(String key) {
            Api api = service.api();
            Answer pending = api.submit(Type.JIRA, key + "-pending");
            assertThat(pending.status()).as("%s", pending.body()).isEqualTo(201);
            acknowledged.put(pending.text("id"), "pending");
            Answer denied = api.submit(Type.JIRA, key + "-denied");
            assertThat(api.decide(denied.text("id"), "deny").text("status")).isEqualTo("denied");
            acknowledged.put(denied.text("id"), "denied");
        }

        private void everythingIsThere() {
            acknowledged.forEach((id, status) -> assertThat(service.api().read(id).text("status")).isEqualTo(status));
        }
    }
}

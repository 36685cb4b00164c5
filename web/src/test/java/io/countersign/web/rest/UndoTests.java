package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class UndoTests {

    @Autowired
    private Cast cast;

    private final String conversation = UUID.randomUUID().toString();

    private String file(String action, String path, String content, String in) {
        var made = cast.agent().post("/api/v1/actions", """
                {"action":"%s","params":{"path":"%s","content":"%s"},"conversation_id":"%s"}""".formatted(action, path, content, in));
        assertThat(made.text("status")).as(made.body()).isEqualTo("executed");
        return made.text("id");
    }

    private String status(String id) {
        return cast.agent().get("/api/v1/actions/" + id).text("status");
    }

    @Nested
    class Given_three_changes_in_one_conversation {

        @Test
        void they_are_listed_and_undone_the_newest_first() {
            var first = file("file_create", conversation, "1", conversation);
            var second = file("file_write", conversation, "2", conversation);
            var third = file("file_write", conversation, "3", conversation);
            assertThat(cast.viewer().get("/api/v1/undo?conversation_id=" + conversation).json().path("items"))
                    .extracting(item -> item.path("id").asString()).containsExactly(third, second, first);
            assertThat(cast.viewer().post("/api/v1/undo", "{}").text("code")).isEqualTo("insufficient_role");
            var report = cast.analyst().post("/api/v1/undo", "{\"conversation_id\":\"" + conversation + "\"}");
            assertThat(report.json().path("undone")).as(report.body()).extracting(id -> id.asString()).containsExactly(third, second, first);
            assertThat(status(first)).isEqualTo("rolled_back");
            assertThat(cast.viewer().get("/api/v1/undo?conversation_id=" + conversation).json().path("items")).isEmpty();
        }

        @Test
        void the_first_that_cannot_be_undone_stops_the_rest_unless_told_to_go_on() {
            var early = file("file_create", conversation + "-a", "1", conversation);
            var late = file("file_create", conversation + "-b", "1", conversation);
            file("file_write", conversation + "-b", "somebody else's", "another");
            var stopped = cast.analyst().post("/api/v1/undo", "{\"conversation_id\":\"" + conversation + "\"}");
            assertThat(stopped.json().at("/failed/0/code").asString()).as(stopped.body()).isEqualTo("changed_since");
            assertThat(stopped.json().at("/not_tried/0").asString()).isEqualTo(early);
            var gone = cast.analyst().post("/api/v1/undo", "{\"conversation_id\":\"" + conversation + "\",\"continue_on_failure\":true}");
            assertThat(gone.json().at("/undone/0").asString()).as(gone.body()).isEqualTo(early);
            assertThat(status(late)).isEqualTo("rollback_failed");
        }
    }

    @Nested
    class Given_an_agent_that_regrets {

        @Test
        void it_asks_and_a_person_has_it_undone_in_their_own_name() {
            var made = file("file_create", conversation, "1", conversation);
            var asked = cast.agent().post("/api/v1/actions", "{\"action\":\"action:undo\",\"params\":{\"action_id\":\"" + made + "\"}}");
            assertThat(asked.text("status")).as(asked.body()).isEqualTo("pending");
            var approved = cast.analyst().post("/api/v1/actions/" + asked.text("id") + "/approve", "{}");
            assertThat(approved.text("status")).as(approved.body()).isEqualTo("executed");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(status(made)).isEqualTo("rolled_back"));
            assertThat(cast.viewer().get("/api/v1/actions/" + made).body()).contains(cast.analyst().id());
        }
    }

    @Nested
    class Given_a_window_of_time {

        @Test
        void a_plan_says_what_can_be_undone_runs_and_is_completed_when_something_was_said_of_all() {
            var earlier = Instant.now().minusSeconds(1);
            var made = file("file_create", conversation, "1", conversation);
            var body = "{\"rollback_from\":\"%s\",\"rollback_to\":\"%s\",\"conversation_id\":\"%s\"}";
            var plan = cast.analyst().post("/v1/compensations/preview", body.formatted(Instant.now().plusSeconds(1), earlier, conversation));
            assertThat(plan.status()).as(plan.body()).isEqualTo(201);
            assertThat(plan.text("status")).isEqualTo("pending");
            assertThat(plan.json().at("/actions/0/trace_id").asString()).isEqualTo(made);
            assertThat(plan.json().at("/actions/0/reversible").asBoolean(false)).isTrue();
            var path = "/v1/compensations/" + plan.text("compensation_id");
            assertThat(status(made)).as("a plan undoes nothing").isEqualTo("executed");
            assertThat(cast.foreignAdmin().get(path).status()).isEqualTo(404);
            assertThat(cast.viewer().get("/v1/compensations").body()).contains(plan.text("compensation_id"));
            var run = cast.analyst().post(path + "/run", "{}");
            assertThat(run.text("status")).as(run.body()).isEqualTo("completed");
            assertThat(status(made)).isEqualTo("rolled_back");
            var said = cast.analyst().call("PATCH", path + "/actions/0", "{\"status\":\"skipped\",\"detail\":\"by hand\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(said.json().at("/actions/0/detail").asString()).as(said.body()).isEqualTo("by hand");
            assertThat(cast.analyst().call("PATCH", path + "/actions/7", "{\"status\":\"skipped\"}".getBytes(StandardCharsets.UTF_8)).status())
                    .isEqualTo(404);
            assertThat(cast.analyst().post("/v1/compensations/preview", body.formatted(earlier, Instant.now(), conversation)).status()).isEqualTo(400);
        }
    }
}

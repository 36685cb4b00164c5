package io.countersign.web.rest;

import static io.countersign.web.rest.RequestActionTests.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ApiTest
class DecideActionTests {

    private static final String PATH = "/api/v1/actions/";

    @Autowired
    private Cast cast;

    @Nested
    class Given_a_pending_action {

        @Test
        void an_approval_answers_with_the_outcome() {
            var id = cast.agent().asks();
            var seen = cast.analyst().get(PATH + id).text("payload_sha256");
            var answer = cast.analyst().post(PATH + id + "/approve", "{\"comment\":\"fine\",\"payload_sha256\":\"" + seen + "\"}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.text("status")).as(answer.toString()).isEqualTo("executed");
            assertThat(answer.text("decided_by")).isEqualTo(cast.analyst().id());
            assertThat(answer.text("approved_by")).isEqualTo(cast.analyst().id());
            assertThat(answer.text("decision")).isEqualTo("approved");
            assertThat(answer.text("decision_reason")).isEqualTo("fine");
            assertThat(answer.json().path("result").isObject()).isTrue();
        }

        @Test
        void a_person_who_does_not_want_to_wait_is_answered_at_once() {
            var id = cast.agent().asks();
            var answer = cast.analyst().post(PATH + id + "/approve", "", "Prefer", "respond-async, wait=0");
            assertThat(answer.text("decision")).isEqualTo("approved");
            assertThat(cast.analyst().get(PATH + id + "?wait=20&since_status=approved").status()).isEqualTo(200);
        }

        @Test
        void a_denial_keeps_its_reason() {
            var id = cast.agent().asks();
            var answer = cast.analyst().post(PATH + id + "/deny", "{\"reason\":\" not now \"}");
            assertThat(answer.text("status")).isEqualTo("denied");
            assertThat(answer.text("decision_reason")).isEqualTo("not now");
            assertThat(answer.text("legacy_status")).isEqualTo("denied");
        }

        @Test
        void a_body_is_not_needed_but_must_be_right() {
            assertThat(cast.analyst().post(PATH + cast.agent().asks() + "/deny", "").text("status")).isEqualTo("denied");
            var id = cast.agent().asks();
            assertProblem(cast.analyst().post(PATH + id + "/deny", "{\"reason\":5}"), 400, "validation_error");
            assertProblem(cast.analyst().post(PATH + id + "/deny", "{\"reason\":\"" + "x".repeat(1001) + "\"}"), 400, "validation_error");
            assertProblem(cast.analyst().post(PATH + id + "/approve", "{\"payload_sha256\":\"abc\"}"), 400, "validation_error");
            assertThat(cast.analyst().get(PATH + id).text("status")).isEqualTo("pending");
        }

        @Test
        void another_digest_is_a_stale_view() {
            var id = cast.agent().asks();
            var answer = cast.analyst().post(PATH + id + "/approve", "{\"payload_sha256\":\"" + "0".repeat(64) + "\"}");
            assertProblem(answer, 409, "stale_view");
            assertThat(answer.text("current_status")).isEqualTo("pending");
        }

        @Test
        void its_agent_can_withdraw_it_and_another_agent_cannot_see_it() {
            var id = cast.agent().asks();
            assertProblem(cast.otherAgent().post(PATH + id + "/cancel", ""), 404, "not_found");
            assertProblem(cast.otherAgent().get(PATH + id), 404, "not_found");
            assertThat(cast.agent().post(PATH + id + "/cancel", "").text("status")).isEqualTo("cancelled");
        }

        @Test
        void an_agent_cannot_decide_it() {
            var id = cast.agent().asks();
            for (var verb : List.of("approve", "deny", "rollback", "resolve")) {
                assertProblem(cast.agent().post(PATH + id + "/" + verb, ""), 403, "forbidden");
            }
        }

        @Test
        void a_viewer_has_too_low_a_role() {
            assertProblem(cast.viewer().post(PATH + cast.agent().asks() + "/approve", ""), 403, "insufficient_role");
        }

        @Test
        void what_is_blocked_can_be_neither_approved_nor_denied() {
            var id = cast.agent().post("/api/v1/actions", "{\"action\":\"submit\",\"params\":{\"description\":\"No\",\"tier\":\"blocked\"}}").text("id");
            for (var verb : List.of("approve", "deny")) {
                var refused = cast.analyst().post(PATH + id + "/" + verb, "");
                assertProblem(refused, 409, "already_resolved");
                assertThat(refused.text("detail")).isEqualTo("This action is blocked. What is blocked can be neither approved nor denied.");
                assertThat(refused.text("current_status")).isEqualTo("blocked");
            }
        }

        @Test
        void a_person_cannot_approve_their_own_admin_only_action() {
            var id = cast.admin().post("/api/v1/actions",
                    "{\"action\":\"email:send\",\"params\":{\"to\":\"ann@example.com\",\"subject\":\"s\",\"body\":\"<p>b</p>\"}}").text("id");
            assertProblem(cast.admin().post(PATH + id + "/approve", ""), 403, "separation_of_duties");
            assertProblem(cast.admin().post(PATH + id + "/deny", ""), 403, "separation_of_duties");
        }

        @Test
        void whoever_waits_is_told_when_it_is_decided() throws Exception {
            var id = cast.agent().asks();
            var waiting = CompletableFuture.supplyAsync(() -> cast.agent().get(PATH + id + "?wait=30&since_status=pending"));
            cast.analyst().post(PATH + id + "/deny", "");
            assertThat(waiting.get(20, TimeUnit.SECONDS).text("status")).isEqualTo("denied");
        }

        @Test
        void whoever_waits_for_another_status_is_answered_at_once() {
            var id = cast.agent().asks();
            assertThat(cast.agent().get(PATH + id + "?wait=60&since_status=approved").text("status")).isEqualTo("pending");
        }
    }

    @Nested
    class Given_a_denied_action {

        @Test
        void a_second_decision_is_told_who_was_first() {
            var id = cast.agent().asks();
            cast.analyst().post(PATH + id + "/deny", "");
            for (var verb : List.of("approve", "deny", "cancel", "rollback")) {
                var answer = cast.admin().post(PATH + id + "/" + verb, "");
                assertProblem(answer, 409, switch (verb) {
                    case "cancel" -> "not_cancellable";
                    case "rollback" -> "rollback_conflict";
                    default -> "already_resolved";
                });
                assertThat(answer.text("current_status")).isEqualTo("denied");
                assertThat(answer.text("decided_by")).isEqualTo(cast.analyst().id());
                assertThat(answer.text("decided_at")).endsWith("Z");
            }
            var resolution = cast.admin().post(PATH + id + "/resolve", "{\"resolution\":\"failed\"}");
            assertProblem(resolution, 409, "not_resolvable");
        }

        @Test
        void an_unknown_resolution_is_refused_before_anything_else() {
            var id = cast.agent().asks();
            assertProblem(cast.admin().post(PATH + id + "/resolve", "{\"resolution\":\"maybe\"}"), 400, "invalid_decision");
            assertProblem(cast.admin().post(PATH + id + "/resolve", "{}"), 400, "invalid_decision");
        }
    }

    @Nested
    class Given_an_executed_action {

        @Test
        void it_can_be_undone() {
            var id = cast.agent().asks();
            var executed = cast.analyst().post(PATH + id + "/approve", "");
            assertThat(executed.json().path("rollback_info").path("params").isObject()).as(executed.toString()).isTrue();
            var undone = cast.analyst().post(PATH + id + "/rollback", "{\"reason\":\"mistake\"}");
            assertThat(undone.status()).as(undone.toString()).isEqualTo(200);
            assertThat(undone.text("status")).as(undone.toString()).isEqualTo("rolled_back");
            assertThat(undone.text("rolled_back_by")).isEqualTo(cast.analyst().id());
        }
    }

    @Nested
    class Given_many_actions {

        @Test
        void the_answer_parts_the_ids_among_its_lists() {
            var fine = cast.agent().asks();
            var done = cast.agent().asks();
            var foreign = cast.foreignAgent().asks();
            var unknown = UUID.randomUUID().toString();
            var mine = cast.admin().post("/api/v1/actions",
                    "{\"action\":\"email:send\",\"params\":{\"to\":\"ann@example.com\",\"subject\":\"s\",\"body\":\"b\"}}").text("id");
            cast.analyst().post(PATH + done + "/deny", "");
            var ids = List.of(fine, done, foreign, unknown, mine, fine.toUpperCase(java.util.Locale.ROOT));
            var answer = cast.admin().post(PATH + "bulk", "{\"action\":\"deny\",\"reason\":\"all\",\"ids\":" + list(ids) + "}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(texts(answer.json().path("updated"))).containsExactly(fine);
            assertThat(texts(answer.json().path("not_found"))).containsExactlyInAnyOrder(foreign, unknown);
            assertThat(texts(answer.json().path("forbidden"))).containsExactly(mine);
            assertThat(answer.json().path("errors").get(0).path("id").asString()).isEqualTo(done);
            assertThat(answer.json().path("errors").get(0).path("code").asString()).isEqualTo("already_resolved");
            assertThat(answer.json().path("errors").size()).isEqualTo(1);
        }

        @Test
        void one_to_a_hundred_ids_are_taken() {
            assertProblem(cast.admin().post(PATH + "bulk", "{\"action\":\"deny\",\"ids\":[]}"), 400, "validation_error");
            var hundred = Stream.generate(() -> UUID.randomUUID().toString()).limit(100).toList();
            var answer = cast.admin().post(PATH + "bulk", "{\"action\":\"deny\",\"ids\":" + list(hundred) + "}");
            assertThat(answer.json().path("not_found").size()).isEqualTo(100);
            var more = new ArrayList<>(hundred);
            more.add(UUID.randomUUID().toString());
            assertProblem(cast.admin().post(PATH + "bulk", "{\"action\":\"deny\",\"ids\":" + list(more) + "}"), 400, "validation_error");
            var repeated = new ArrayList<>(hundred);
            repeated.addAll(Collections.nCopies(50, hundred.getFirst()));
            assertThat(cast.admin().post(PATH + "bulk", "{\"action\":\"deny\",\"ids\":" + list(repeated) + "}").status()).isEqualTo(200);
        }

        @Test
        void an_unknown_decision_is_refused() {
            assertProblem(cast.admin().post(PATH + "bulk", "{\"action\":\"maybe\",\"ids\":[\"" + UUID.randomUUID() + "\"]}"), 400, "invalid_decision");
            assertProblem(cast.agent().post(PATH + "bulk", "{\"action\":\"deny\",\"ids\":[\"" + UUID.randomUUID() + "\"]}"), 403, "forbidden");
        }

        private String list(List<String> ids) {
            return "[\"" + String.join("\",\"", ids) + "\"]";
        }

        private List<String> texts(JsonNode list) {
            return list.valueStream().map(JsonNode::asString).toList();
        }
    }
}

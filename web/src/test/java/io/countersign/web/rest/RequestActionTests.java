package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class RequestActionTests {

    private static final String PATH = "/api/v1/actions";

    @Autowired
    private Cast cast;

    private static String key(String name) {
        return name + "-" + System.nanoTime();
    }

    @Nested
    class Given_an_agent {

        @Test
        void the_answer_is_201_with_the_row_and_its_address() throws Exception {
            var params = "{ \"summary\" : \"Gr\\u00fc\\u00dfe \",\"description\":\"\",\"project\":\"OPS\" }";
            var answer = cast.agent().post(PATH, "{\"action\":\"jira:create\",\"params\":" + params + ",\"reason\":\" tidy \",\"conversation_id\":\"c-1\"}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            var row = answer.json();
            assertThat(answer.header("Location")).isEqualTo(PATH + "/" + row.path("id").asString());
            assertThat(answer.body()).contains("\"payload\":" + params);
            assertThat(row.path("payload_sha256").asString())
                    .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(params.getBytes(StandardCharsets.UTF_8))));
            assertThat(row.path("status").asString()).isEqualTo("pending");
            assertThat(row.path("legacy_status").asString()).isEqualTo("pending");
            assertThat(row.path("approval_mode").asString()).isEqualTo("manual");
            assertThat(row.path("connector").asString() + ":" + row.path("operation").asString()).isEqualTo("jira:create");
            assertThat(row.path("requested_by").asString()).isEqualTo(cast.agent().id());
            assertThat(row.path("requested_at").asString()).endsWith("Z");
            assertThat(Instant.parse(row.path("expires_at").asString()))
                    .isEqualTo(Instant.parse(row.path("requested_at").asString()).plus(Duration.ofHours(24)));
            assertThat(row.path("reason").asString()).isEqualTo("tidy");
            assertThat(row.path("conversation_id").asString()).isEqualTo("c-1");
            assertThat(row.path("request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
            assertThat(row.has("decided_by") && row.path("decided_by").isNull()).isTrue();
            assertThat(row.path("links").has("cancel")).isTrue();
            assertThat(row.path("links").has("approve")).as("an agent has nothing to approve").isFalse();
        }

        @Test
        void a_dry_run_is_200_and_leaves_nothing_behind() {
            var answer = cast.agent().post(PATH, Cast.JIRA.replace("{\"action\"", "{\"dry_run\":true,\"conversation_id\":\"dry\",\"action\""));
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.text("outcome")).isEqualTo("require_approval");
            assertThat(answer.json().path("trace").isArray()).isTrue();
            assertThat(cast.agent().get(PATH + "?status=all&conversation_id=dry").json().path("actions").size()).isZero();
        }

        @Test
        void the_address_may_ask_for_a_dry_run_too() {
            var note = "{\"action\":\"note:keep\",\"conversation_id\":\"dry-address\",\"params\":{}}";
            var answer = cast.agent().post(PATH + "?dry_run=true", note);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.text("outcome")).isEqualTo("allow");
            var agreeing = note.replace("{\"action\"", "{\"dry_run\":true,\"action\"");
            assertThat(cast.agent().post(PATH + "?dry_run=true", agreeing).status()).isEqualTo(200);
            for (var refused : List.of(cast.agent().post(PATH + "?dry_run=yes", note), cast.agent().post(PATH + "?dry_run=", note),
                    cast.agent().post(PATH + "?dry_run=true&dry_run=false", note), cast.agent().post(PATH + "?dry_run=false", agreeing),
                    cast.agent().post(PATH + "?dry_run=true", agreeing.replace(":true", ":false")))) {
                assertProblem(refused, 400, "validation_error");
                assertThat(refused.json().path("details").path(0).path("field").asString()).isEqualTo("dry_run");
            }
            assertThat(cast.agent().get(PATH + "?status=all&conversation_id=dry-address").json().path("actions").size()).isZero();
            assertThat(cast.agent().post(PATH + "?dry_run=false", note).status()).isEqualTo(201);
        }

        @Test
        void what_an_address_says_in_vain_is_refused_by_name() {
            var note = "{\"action\":\"note:keep\",\"conversation_id\":\"in-vain\",\"params\":{}}";
            for (var address : List.of("?dryrun=true", "?dry_run=true&dry-run=true", "?Dry_Run=true", "?=true", "?%64ry=true")) {
                var refused = cast.agent().post(PATH + address, note);
                assertProblem(refused, 400, "validation_error");
                assertThat(refused.text("detail")).endsWith("is not known in the address of this call.");
            }
            assertThat(cast.agent().get(PATH + "?status=all&conversation_id=in-vain").json().path("actions").size()).isZero();
        }

        @Test
        void what_needs_nobody_is_answered_with_its_outcome() {
            var answer = cast.agent().post(PATH, "{\"action\":\"note:keep\",\"params\":{}}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
            assertThat(answer.text("status")).as(answer.toString()).isEqualTo("failed");
            assertThat(answer.text("decided_by")).isEqualTo("system:auto");
        }

        @Test
        void an_unknown_action_is_404_and_faulty_parameters_are_named() {
            assertProblem(cast.agent().post(PATH, "{\"action\":\"moon:fly\",\"params\":{}}"), 404, "action_unknown");
            var faulty = cast.agent().post(PATH, "{\"action\":\"jira:create\",\"params\":{\"colour\":1}}");
            assertProblem(faulty, 400, "validation_error");
            assertThat(faulty.json().path("details").isArray()).isTrue();
        }

        @Test
        void sizes_beyond_the_bounds_are_413() {
            assertProblem(cast.agent().post(PATH, "{\"action\":\"" + "a".repeat(201) + "\",\"params\":{}}"), 413, "payload_too_large");
            assertProblem(cast.agent().post(PATH, "{\"action\":\"a\",\"params\":{\"x\":\"" + "y".repeat(256 * 1024) + "\"}}"), 413, "payload_too_large");
            assertProblem(cast.agent().post(PATH, "{\"action\":\"a\",\"params\":{\"x\":\"" + "y".repeat(1 << 20) + "\"}}"), 413, "payload_too_large");
        }

        @Test
        void another_media_type_is_415() {
            assertProblem(cast.agent().post(PATH, Cast.JIRA, "Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported_media_type");
            assertProblem(cast.agent().post(PATH, Cast.JIRA, "Content-Type", "application/json; charset=utf-16"), 415, "unsupported_media_type");
        }
    }

    @Nested
    class Given_an_idempotency_key {

        @Test
        void a_repeat_answers_with_the_same_action_and_says_so() {
            var key = key("repeat");
            var first = cast.agent().post(PATH, Cast.JIRA, "Idempotency-Key", key);
            var second = cast.agent().post(PATH, Cast.JIRA, "Idempotency-Key", key);
            assertThat(first.header("Idempotent-Replayed")).isEmpty();
            assertThat(second.status()).isEqualTo(201);
            assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        }

        @Test
        void another_body_is_422() {
            var key = key("other-body");
            cast.agent().post(PATH, Cast.JIRA, "Idempotency-Key", key);
            assertProblem(cast.agent().post(PATH, Cast.JIRA + " ", "Idempotency-Key", key), 422, "idempotency_conflict");
        }

        @Test
        void another_agent_with_the_same_key_gets_another_action() {
            var key = key("two-agents");
            var one = cast.agent().post(PATH, Cast.JIRA, "Idempotency-Key", key);
            var two = cast.otherAgent().post(PATH, Cast.JIRA, "Idempotency-Key", key);
            assertThat(two.status()).isEqualTo(201);
            assertThat(two.text("id")).isNotEqualTo(one.text("id"));
        }

        @Test
        void fifty_at_once_make_one_action() throws Exception {
            var key = key("fifty");
            cast.agent();
            var ids = new HashSet<String>();
            int first = 0;
            try (var threads = Executors.newFixedThreadPool(50)) {
                var calls = IntStream.range(0, 50)
                        .<Callable<Cast.Answer>>mapToObj(i -> () -> cast.agent().post(PATH, Cast.JIRA, "Idempotency-Key", key)).toList();
                for (var call : threads.invokeAll(calls)) {
                    var answer = call.get();
                    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
                    ids.add(answer.text("id"));
                    first += answer.header("Idempotent-Replayed").isEmpty() ? 1 : 0;
                }
            }
            assertThat(ids).hasSize(1);
            assertThat(first).isEqualTo(1);
        }

        @Test
        void a_key_that_is_empty_long_or_not_visible_ascii_is_400() {
            for (var key : new String[] {"", "a b", "k".repeat(256)}) {
                assertProblem(cast.agent().post(PATH, Cast.JIRA, "Idempotency-Key", key), 400, "validation_error");
            }
        }
    }

    static void assertProblem(Cast.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.text("code")).as(answer.toString()).isEqualTo(code);
        assertThat(answer.text("error")).isEqualTo(code);
        assertThat(answer.text("type")).endsWith(code);
        assertThat(answer.text("message")).isNotBlank().isEqualTo(answer.text("detail"));
        assertThat(answer.text("requestId")).isNotBlank().isEqualTo(answer.header("X-Request-Id"));
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("io.countersign", "Exception", "\tat ");
    }
}

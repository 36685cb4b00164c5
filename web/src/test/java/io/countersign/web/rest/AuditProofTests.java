package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.bootstrap.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class AuditProofTests {

    @Autowired
    private Cast cast;

    @Nested
    class Given_a_running_service {

        @Test
        void a_viewer_has_the_whole_log_checked() {
            cast.agent().asks();
            var found = cast.viewer().get("/api/v1/audit/verify");
            assertThat(found.status()).isEqualTo(200);
            assertThat(found.json().path("passed").asBoolean()).as("%s", found).isTrue();
            assertThat(found.json().path("checked").asLong()).isPositive();
            assertThat(found.json().path("integrity").path("valid").asBoolean()).isTrue();
            assertThat(found.json().path("integrity").path("first_bad").isNull()).isTrue();
            assertThat(found.json().path("completeness").path("complete").asBoolean()).isTrue();
        }

        @Test
        void a_checkpoint_is_signed_on_demand_and_anchored_in_the_data_folder() {
            cast.agent().asks();
            var note = cast.viewer().get("/api/v1/audit/checkpoint").body();
            assertThat(note).startsWith("countersign.log/").contains("\n\n\u2014 countersign.log/");
            var newest = cast.viewer().get("/api/v1/audit/checkpoints?limit=1").json().path("checkpoints").path(0);
            assertThat(newest.path("size").asLong()).isGreaterThanOrEqualTo(Long.parseLong(note.split("\n")[1]));
            assertThat(newest.path("anchored_in").path(0).asString()).isEqualTo("folder");
        }

        @Test
        void everybody_may_know_the_public_keys() {
            cast.viewer().get("/api/v1/audit/checkpoint");
            var keys = cast.nobody().get("/.well-known/countersign/keys");
            assertThat(keys.status()).isEqualTo(200);
            assertThat(keys.text("origin")).startsWith("countersign.log/");
            assertThat(keys.json().path("keys").path(0).path("algorithm").asString()).isEqualTo("Ed25519");
            assertThat(keys.body()).doesNotContain("private");
        }

        @Test
        void an_inclusion_and_a_consistency_proof_are_given_for_what_there_is() {
            var proof = cast.viewer().get("/api/v1/audit/inclusion?index=0");
            assertThat(proof.status()).isEqualTo(200);
            assertThat(proof.json().path("path").size()).isPositive();
            assertThat(cast.viewer().get("/api/v1/audit/consistency?earlier=1").status()).isEqualTo(200);
            assertThat(cast.viewer().get("/api/v1/audit/inclusion?index=999999999").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/api/v1/audit/inclusion?index=x").status()).isEqualTo(400);
        }

        private static int verified(String bundle) throws IOException {
            var file = Files.writeString(Files.createTempFile(Path.of("target"), "bundle", ".jsonl"), bundle);
            try {
                return CommandLine.run(new String[] {"audit", "verify", "--from", "bundle", file.toString()});
            } finally {
                Files.delete(file);
            }
        }

        @Test
        void the_queue_and_an_action_are_shown_as_they_stood() {
            var before = Instant.now().minusSeconds(3600).toString();
            var id = cast.agent().asks();
            var asked = cast.viewer().get("/api/v1/actions/" + id).text("requested_at");
            assertThat(cast.viewer().get("/api/v1/queue").body()).contains(id);
            assertThat(cast.analyst().post("/api/v1/actions/" + id + "/deny", "{}").text("status")).isEqualTo("denied");
            assertThat(cast.viewer().get("/api/v1/actions/" + id + "?as_of=" + asked).text("status")).isEqualTo("pending");
            assertThat(cast.viewer().get("/api/v1/actions/" + id + "?as_of=" + before).status()).isEqualTo(404);
            assertThat(cast.viewer().get("/api/v1/queue?as_of=" + asked).body()).contains(id);
            assertThat(cast.viewer().get("/api/v1/queue").body()).doesNotContain(id);
            assertThat(cast.viewer().get("/api/v1/queue?as_of=" + before).body()).doesNotContain(id);
            assertThat(cast.viewer().get("/api/v1/queue?as_of=yesterday").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/api/v1/actions/" + id + "?as_of=" + asked + "&wait=3").status()).isEqualTo(400);
        }

        @Test
        void the_bundle_holds_the_own_workspace_and_hashes_of_the_others() throws IOException {
            cast.agent().asks();
            var bundle = cast.viewer().get("/api/v1/audit/bundle");
            assertThat(bundle.status()).isEqualTo(200);
            assertThat(bundle.body()).startsWith("{\"format\":\"countersign-bundle/1\"").contains("\"action.requested\"");
            assertThat(verified(bundle.body())).isZero();
            assertThat(verified(bundle.body().replaceFirst("\"action.requested\"", "\"action.executed!\""))).isOne();
            assertThat(cast.foreignAdmin().get("/api/v1/audit/bundle").body()).doesNotContain("\"action.requested\"");
        }
    }
}

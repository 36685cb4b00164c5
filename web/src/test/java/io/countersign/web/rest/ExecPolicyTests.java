package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class ExecPolicyTests {

    private static final String STANDARD = "\"strict_inline_eval\":true,\"allowed\":[],\"denied\":[\"rm\",\"sudo\",\"chmod\"]";

    @Autowired
    private Cast cast;

    private Cast.Answer change(String body) {
        return cast.admin().call("PUT", "/api/v1/exec-policy", body.getBytes(StandardCharsets.UTF_8));
    }

    private Cast.Answer run(String argv) {
        return cast.agent().post("/api/v1/actions", "{\"action\":\"exec:run\",\"params\":{\"argv\":[" + argv + "]}}");
    }

    @AfterEach
    void backToStandard() {
        assertThat(change("{\"enabled\":false,\"mode\":\"deny\"," + STANDARD + "}").status()).isEqualTo(200);
    }

    @Nested
    class Given_the_standard {

        @Test
        void it_is_off_and_programs_are_blocked() {
            var policy = cast.viewer().get("/api/v1/exec-policy").json();
            assertThat(policy.path("enabled").asBoolean()).isFalse();
            assertThat(policy.path("mode").asString()).isEqualTo("deny");
            assertThat(policy.path("denied").valueStream().map(name -> name.asString())).containsExactly("rm", "sudo", "chmod");
            assertThat(run("\"ls\"").body()).contains("exec_disabled");
        }
    }

    @Nested
    class Given_an_allow_list {

        @Test
        void what_is_on_it_runs_and_what_matches_a_pattern_waits() {
            change("{\"enabled\":true,\"mode\":\"allowlist\",\"strict_inline_eval\":true,\"allowed\":[\"ls\",\"git\"],\"denied\":[\"rm\"],"
                    + "\"approval_required_patterns\":[\"git push*\",\"note:*\"]}");
            assertThat(run("\"ls\",\"-la\"").text("status")).isEqualTo("executed");
            assertThat(run("\"cat\",\"x\"").body()).contains("program_not_allowed");
            assertThat(run("\"git\",\"push\",\"origin\"").text("status")).isEqualTo("pending");
            assertThat(run("\"git\",\"--version\"").text("status")).isEqualTo("executed");
            assertThat(cast.agent().post("/api/v1/actions", "{\"action\":\"note:keep\",\"params\":{\"text\":\"x\"}}").text("status")).isEqualTo("pending");
        }

        @Test
        void with_approvals_switched_off_neither_patterns_nor_the_requester_ask_but_modes_do() {
            change("{\"enabled\":false,\"mode\":\"deny\"," + STANDARD + ",\"approvals_enabled\":false,\"approval_required_patterns\":[\"note:*\"]}");
            var forced = "{\"action\":\"note:keep\",\"params\":{\"text\":\"x\"},\"force_approval\":true}";
            assertThat(cast.agent().post("/api/v1/actions", forced).text("status")).isNotEqualTo("pending");
            assertThat(cast.agent().post("/api/v1/actions", Cast.JIRA).text("status")).isEqualTo("pending");
        }
    }

    @Nested
    class Given_a_change {

        @Test
        void one_of_a_version_that_is_no_more_is_a_conflict() {
            var version = cast.admin().get("/api/v1/exec-policy").json().path("version").asLong();
            assertThat(change("{\"enabled\":true,\"mode\":\"full\"," + STANDARD + ",\"version\":" + version + "}").status()).isEqualTo(200);
            assertThat(change("{\"enabled\":true,\"mode\":\"deny\"," + STANDARD + ",\"version\":" + version + "}").text("code")).isEqualTo("stale_view");
        }

        @Test
        void a_broken_pattern_or_word_is_named() {
            assertThat(change("{\"enabled\":true,\"mode\":\"full\"," + STANDARD + ",\"approval_required_patterns\":[\"re:(\"]}").body())
                    .contains("approval_required_patterns[0]");
            assertThat(change("{\"enabled\":true,\"mode\":\"some\"," + STANDARD + "}").status()).isEqualTo(400);
            assertThat(change("{\"enabled\":true,\"mode\":\"full\",\"allowed\":[\"a/b\"],\"denied\":[\"/bin/rm\"]}").body()).contains("allowed[0]", "denied[0]");
            assertThat(cast.analyst().call("PUT", "/api/v1/exec-policy", "{}".getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(403);
        }
    }
}

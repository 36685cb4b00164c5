package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class ExplainActionTests {

    @Autowired
    private Cast cast;

    private String approved() {
        var id = cast.agent().post("/api/v1/actions", """
                {"action":"jira:create","params":{"summary":"Paint the bridge","description":"Twice. \u00e4\u20ac","project":"OPS"},
                 "reason":"it rusts","context":{"memories":[{"memory_id":"m1","observation":"rust","importance":0.5,"tags":[],"created_at":"2026-01-01T00:00:00Z"}]}}
                """).text("id");
        assertThat(cast.analyst().post("/api/v1/actions/" + id + "/approve", "{\"comment\":\"go on\"}").text("status")).isEqualTo("executed");
        return id;
    }

    @Nested
    class Given_an_executed_action {

        @Test
        void the_explanation_tells_the_whole_story_with_the_hashes_of_the_log() {
            var id = approved();
            var told = cast.viewer().get("/api/v1/actions/" + id + "/explain").json();
            assertThat(told.path("summary").asString()).startsWith("scribe asked for jira:create").contains("ann approved it")
                    .endsWith("it was captured, not sent.");
            assertThat(told.path("agent_id").asString()).isEqualTo(cast.agent().id());
            assertThat(told.path("policy_result").path("status").asString()).isEqualTo("require_approval");
            assertThat(told.path("policy_result").path("trace").size()).isPositive();
            assertThat(told.path("approval").path("status").asString()).isEqualTo("approved");
            assertThat(told.path("approval").path("votes").path(0).path("comment").asString()).isEqualTo("go on");
            assertThat(told.path("attempts").path(0).path("outcome").asString()).isEqualTo("action.executed");
            assertThat(told.path("memories_at_time").path(0).path("memory_id").asString()).isEqualTo("m1");
            assertThat(told.path("audit_trail").size()).isEqualTo(5);
            assertThat(told.path("audit_trail")).allSatisfy(event -> assertThat(event.path("entry_hash").asString()).matches("sha256:[0-9a-f]{64}"));
        }

        @Test
        void its_agent_may_ask_at_both_addresses() {
            var id = approved();
            assertThat(cast.agent().get("/v1/actions/" + id + "/explain").body())
                    .isEqualTo(cast.agent().get("/api/v1/actions/" + id + "/explain").body());
        }
    }

    @Nested
    class Given_an_action_that_waits {

        @Test
        void nothing_is_said_about_an_approval() {
            var told = cast.viewer().get("/api/v1/actions/" + cast.agent().asks() + "/explain").json();
            assertThat(told.path("approval").isNull()).isTrue();
            assertThat(told.path("memories_at_time").isNull()).isTrue();
            assertThat(told.path("summary").asString()).endsWith("it waits for a person to decide.");
        }
    }

    @Nested
    class Given_a_proof_pack_in_other_hands {

        private static final Path VERIFIER = Path.of("..", "docs", "verifier", "verify.mjs");

        @TempDir
        private Path folder;

        @Test
        void node_alone_finds_it_valid_and_knows_whose_it_is() throws IOException {
            var id = approved();
            var key = cast.nobody().get("/.well-known/countersign/keys").json().path("keys").path(0).path("verifier").asString();
            var zip = Files.write(folder.resolve("proof.zip"), cast.viewer().bytes("/api/v1/actions/" + id + "/proof"));
            var json = Files.writeString(folder.resolve("proof.json"), cast.viewer().call("GET", "/api/v1/actions/" + id + "/proof", new byte[0],
                    "Accept", "application/json").body());
            assertThat(verify(List.of("--key", key), List.of(zip, json)))
                    .allMatch(line -> line.contains(" VALID 5 events of action " + id)).hasSize(2);
        }

        @Test
        void one_byte_changed_anywhere_makes_it_invalid() throws IOException {
            var id = approved();
            everyFlipIsFound(cast.viewer().bytes("/api/v1/actions/" + id + "/proof"));
            everyFlipIsFound(cast.viewer().call("GET", "/api/v1/actions/" + id + "/proof", new byte[0], "Accept", "application/json").body()
                    .getBytes(StandardCharsets.UTF_8));
        }

        /** Every byte of both ends, where a ZIP keeps its own affairs, and many in between. */
        private void everyFlipIsFound(byte[] pack) throws IOException {
            var places = new TreeSet<Integer>();
            for (int i = 0; i < pack.length; i += i < 100 || i > pack.length - 250 ? 1 : 37) {
                places.add(i);
            }
            var files = new ArrayList<Path>();
            for (int place : places) {
                var changed = pack.clone();
                changed[place] ^= (byte) (place % 2 == 0 ? 1 : 32);
                files.add(Files.write(folder.resolve("flip-" + place), changed));
            }
            assertThat(files).hasSizeGreaterThan(500);
            assertThat(verify(List.of(), files)).hasSize(files.size()).allMatch(line -> line.contains(" INVALID "));
        }

        @Test
        void names_can_be_left_out() {
            var id = approved();
            var plain = cast.viewer().call("GET", "/api/v1/actions/" + id + "/proof", new byte[0], "Accept", "application/json").body();
            var pseudonymous = cast.viewer().call("GET", "/api/v1/actions/" + id + "/proof?identities=pseudonymous", new byte[0],
                    "Accept", "application/json").body();
            assertThat(plain).contains("ann approved it");
            assertThat(pseudonymous).doesNotContain("ann approved it").contains(cast.analyst().id());
        }

        private List<String> verify(List<String> options, List<Path> files) throws IOException {
            assumeTrue(hasNode(), "Node 18 or later is needed for the second verifier");
            var command = new ArrayList<>(List.of("node", VERIFIER.toString()));
            command.addAll(options);
            files.forEach(file -> command.add(file.toString()));
            var process = new ProcessBuilder(command).redirectErrorStream(true);
            process.environment().keySet().retainAll(Map.of("PATH", "").keySet());
            return new String(process.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }

        private static boolean hasNode() {
            try {
                new ProcessBuilder("node", "--version").start().getInputStream().readAllBytes();
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }
}

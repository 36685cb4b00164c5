package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.policy.api.PolicyJson;
import io.countersign.web.policy.PolicyYaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ApiTest
class PoliciesTests {

    private static final String PATH = "/api/v1/policies";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    private Cast cast;

    private static String policy(String name, String more) {
        return "{\"name\":\"" + name + "\"," + more + "\"rules\":[{\"condition\":{\"type\":\"pattern\",\"regex\":\"" + name
                + "\"},\"effect\":\"block\",\"reason\":\"Says {match}.\"}]}";
    }

    private Cast.Answer define(String name) {
        return cast.admin().post(PATH, policy(name, ""));
    }

    private Cast.Answer put(String id, String body, String... headers) {
        return cast.admin().call("PUT", PATH + "/" + id, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private Cast.Answer asks(String summary) {
        return cast.agent().post("/api/v1/actions", "{\"action\":\"jira:create\",\"params\":{\"summary\":\"" + summary
                + "\",\"description\":\"x\",\"project\":\"OPS\"}}");
    }

    @Nested
    class Given_a_policy {

        @Test
        void its_life_over_rest() {
            var defined = define("walrus");
            assertThat(defined.status()).as(defined.toString()).isEqualTo(201);
            var id = defined.text("id");
            assertThat(defined.header("Location")).isEqualTo(PATH + "/" + id);
            assertThat(defined.header("ETag")).isEqualTo("\"1\"");
            assertThat(asks("A Walrus").text("status")).isEqualTo("blocked");

            assertThat(put(id, policy("walrus", "\"enabled\":false,"), "If-Match", "\"1\"").header("ETag")).isEqualTo("\"2\"");
            assertThat(put(id, policy("walrus", "\"version\":2,\"description\":\"still off\",")).json().path("enabled").booleanValue())
                    .as("what is off stays off until somebody says otherwise").isFalse();
            assertThat(asks("A Walrus").text("status")).isEqualTo("pending");
            assertThat(put(id, policy("walrus", "\"version\":2,")).text("code")).isEqualTo("stale_version");
            assertThat(put(id, policy("walrus", "")).status()).isEqualTo(400);

            assertThat(cast.admin().call("DELETE", PATH + "/" + id, new byte[0]).status()).isEqualTo(204);
            assertThat(define("walrus").text("code")).isEqualTo("name_exists");
            assertThat(cast.admin().post(PATH + "/" + id + "/restore", "{}").json().path("retired").booleanValue()).isFalse();
            assertThat(cast.analyst().get(PATH + "/" + id + "/versions").json().path("policies")).hasSize(5);
            cast.admin().call("DELETE", PATH + "/" + id, new byte[0]);
        }

        @Test
        void the_blocked_action_says_which_rule_and_why_in_full() {
            var id = define("pelican").text("id");
            var answer = asks("Feed the Pelican");
            JsonNode row = cast.analyst().get("/api/v1/actions/" + answer.text("id")).json();
            assertThat(row.toString()).contains("Says Pelican.").contains("\"policy\":\"pelican\"").contains("\"nearest\"");
            cast.admin().call("DELETE", PATH + "/" + id, new byte[0]);
        }

        @Test
        void analysts_read_admins_write_and_agents_know_nothing() {
            assertThat(cast.analyst().get(PATH).status()).isEqualTo(200);
            assertThat(cast.analyst().post(PATH, policy("heron", "")).status()).isEqualTo(403);
            assertThat(cast.viewer().get(PATH).status()).isEqualTo(403);
            assertThat(cast.agent().get(PATH).status()).isEqualTo(403);
            var id = define("heron").text("id");
            assertThat(cast.foreignAdmin().get(PATH + "/" + id).status()).isEqualTo(404);
            cast.admin().call("DELETE", PATH + "/" + id, new byte[0]);
        }
    }

    @Nested
    class Given_a_standing_approval {

        private static String approving(String end) {
            return "{\"name\":\"puffin\",\"rules\":[{\"id\":\"usual\",\"condition\":{\"type\":\"expression\",\"cel\":\"action.name == 'jira:create' && "
                    + "params.summary == 'Feed the puffin'\"},\"effect\":\"approve\",\"expires_at\":\"" + end + "\"}]}";
        }

        @Test
        void it_decides_and_is_named_wherever_the_decision_is_told() {
            var author = cast.admin().post(PATH, approving(Instant.now().plus(Duration.ofDays(30)).toString()));
            assertThat(author.status()).as(author.toString()).isEqualTo(201);
            var answer = asks("Feed the puffin");
            assertThat(answer.text("decided_by")).isEqualTo("rule:puffin/usual");
            assertThat(answer.text("decision")).isEqualTo("auto_approved");
            assertThat(answer.json().at("/policy_result/standing_approval/rule_id").stringValue()).isEqualTo("usual");
            var explained = cast.analyst().get("/api/v1/actions/" + answer.text("id") + "/explain");
            assertThat(explained.text("summary")).contains("the standing approval puffin/usual that").contains("wrote stood in for a person");
            assertThat(explained.json().at("/policy_result/standing_approval/decided_by").stringValue())
                    .isEqualTo(answer.json().at("/policy_result/standing_approval/author_id").stringValue());
            assertThat(asks("Feed the puffin twice").text("status")).isEqualTo("pending");
            cast.admin().call("DELETE", PATH + "/" + author.text("id"), new byte[0]);
            assertThat(asks("Feed the puffin").text("status")).isEqualTo("pending");
        }

        @Test
        void one_without_a_near_end_is_refused_with_its_place() {
            var answer = cast.admin().post(PATH, approving("2099-01-01T00:00:00Z"));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().at("/details/0/field").stringValue()).isEqualTo("rules[0].expires_at");
        }

        @Test
        void a_file_that_holds_one_changes_nothing_either() {
            var file = "policies:\n- name: auk\n  rules:\n  - condition: {type: action, glob: 'x:*'}\n    effect: warn\n- name: razorbill\n  rules:\n"
                    + "  - condition: {type: action, glob: 'x:*'}\n    effect: approve\n    expires_at: '2099-01-01T00:00:00Z'\n";
            var answer = cast.admin().post(PATH + "/import", JSON.writeValueAsString(Map.of("yaml", file)));
            assertThat(answer.json().at("/details/0/field").stringValue()).as("%s", answer).isEqualTo("policies[1].rules[0].expires_at");
            assertThat(cast.admin().get(PATH).body()).doesNotContain("\"auk\"");
        }
    }

    @Nested
    class Given_a_policy_that_cannot_be_taken {

        @ParameterizedTest
        @ValueSource(strings = {"\"regex\":\"(\"", "\"regex\":\"a\",\"x\":1", "\"cel\":\"a\""})
        void the_answer_tells_the_place(String condition) {
            var answer = cast.admin().post(PATH, "{\"name\":\"bad\",\"rules\":[{\"condition\":{\"type\":\"pattern\"," + condition
                    + "},\"effect\":\"block\"}]}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("details").get(0).path("field").stringValue()).startsWith("rules[0].condition.");
        }

        @Test
        void what_is_built_in_stays_as_it_is() {
            var id = "builtin:FinancialSafetyPolicy";
            assertThat(cast.analyst().get(PATH + "/" + id).text("source")).isEqualTo("builtin");
            assertThat(put(id, policy("x", "\"version\":1,")).text("code")).isEqualTo("built_in");
            assertThat(cast.admin().call("DELETE", PATH + "/" + id, new byte[0]).status()).isEqualTo(403);
            assertThat(define("financialsafetypolicy").text("code")).isEqualTo("name_exists");
        }
    }

    @Nested
    class Given_a_file {

        @Test
        void it_defines_revises_and_leaves_alone() {
            var first = yaml("policies:\n- name: stork\n  rules:\n  - condition: {type: action, glob: 'x:*'}\n    effect: warn\n");
            assertThat(first.status()).as(first.toString()).isEqualTo(200);
            var exported = cast.analyst().get(PATH + "/export").json().path("yaml").stringValue();
            assertThat(exported).contains("name: stork");
            var again = yaml(exported);
            assertThat(again.json().path("policies").valueStream().filter(p -> p.path("name").stringValue().equals("stork")))
                    .singleElement().satisfies(p -> assertThat(p.path("version").intValue()).isEqualTo(1));
            var id = first.json().path("policies").get(0).path("id").stringValue();
            cast.admin().call("DELETE", PATH + "/" + id, new byte[0]);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a: [", "policies: []", "policies:\n- name: p\n  rules: 1", "policies: !!java.net.URL ['http://x']",
            "a: &a [1]\nb: *a", "x: 1\nx: 2", "policies:\n- 1"})
        void one_that_is_wrong_changes_nothing_and_tells_where(String text) {
            var answer = yaml(text);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
            assertThat(answer.text("code")).isEqualTo("validation_error");
        }

        private Cast.Answer yaml(String text) {
            return cast.admin().post(PATH + "/import", JSON.writeValueAsString(Map.of("yaml", text)));
        }
    }

    @Nested
    class Given_the_guide {

        private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```\n```json\n(.*?)```", Pattern.DOTALL);

        @Test
        void its_examples_do_what_it_says() throws IOException {
            List<MatchResult> examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/policies.md"))).results().toList();
            assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
            for (MatchResult example : examples) {
                List<Map<String, Object>> drafts = PolicyYaml.read(example.group(1)).stream().map(PolicyJson::write).toList();
                example.group(2).lines().forEach(line -> {
                    JsonNode sample = JSON.readTree(line);
                    var answer = cast.analyst().post(PATH + "/test", JSON.writeValueAsString(Map.of("action", sample.path("action"),
                            "params", sample.path("params"), "drafts", drafts, "drafts_only", true)));
                    assertThat(answer.text("outcome")).as("%s: %s", line, answer).isEqualTo(sample.path("expect").stringValue());
                });
            }
        }
    }

    @Nested
    class Given_a_rule_about_a_rate {

        @Test
        void a_sample_is_judged_by_what_its_window_holds_now_and_takes_nothing() {
            var rated = "{\"name\":\"%s\",\"rules\":[{\"id\":\"often\",\"condition\":{\"type\":\"rate\",\"glob\":\"jira:create\",\"per\":\"workspace\","
                    + "\"limit\":%d,\"window_seconds\":86400},\"effect\":\"warn\"}]}";
            var id = cast.admin().post(PATH, rated.formatted("avocet", 2)).text("id");
            asks("An avocet");
            var sample = "{\"action\":\"jira:create\",\"params\":{},\"drafts_only\":true,\"drafts\":[" + rated + "]}";
            assertThat(cast.analyst().post(PATH + "/test", sample.formatted("avocet", 2)).json().path("hits")).isEmpty();
            assertThat(cast.analyst().post(PATH + "/test", sample.formatted("avocet", 2)).json().path("hits")).isEmpty();
            assertThat(cast.analyst().post(PATH + "/test", sample.formatted("avocet", 1)).json().at("/hits/0/undecided").asBoolean(true)).isFalse();
            assertThat(cast.analyst().post(PATH + "/test", sample.formatted("godwit", 1)).json().path("hits")).isEmpty();
            assertThat(cast.admin().call("DELETE", PATH + "/" + id, new byte[0]).status()).isEqualTo(204);
        }
    }

    @Nested
    class Given_verdicts_on_record {

        @Test
        void computed_again_they_are_the_same() {
            var id = define("egret").text("id");
            asks("An egret");
            asks("No bird");
            cast.admin().call("DELETE", PATH + "/" + id, new byte[0]);
            var answer = cast.admin().post("/api/v1/admin/policies/recompute", "{}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.json().path("computed").intValue()).isGreaterThanOrEqualTo(2);
            assertThat(answer.json().path("differences")).isEmpty();
        }
    }
}

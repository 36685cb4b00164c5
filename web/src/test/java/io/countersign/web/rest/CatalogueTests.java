package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ApiTest
class CatalogueTests {

    private static final String NOTE = "\"action_type\":\"note:keep\"";

    @Autowired
    private Cast cast;

    @Autowired
    private ActionTypes types;

    private Cast.Answer put(String name, String entry) {
        return cast.admin().call("PUT", "/api/v1/catalogue/" + name, ("{" + entry + "}").getBytes(StandardCharsets.UTF_8));
    }

    private Cast.Answer imports(String body) {
        return cast.admin().post("/api/v1/catalogue/import", body);
    }

    private Cast.Answer asks(Cast.Voice voice, String action, String params) {
        return voice.post("/api/v1/actions", "{\"action\":\"" + action + "\",\"params\":" + params + "}");
    }

    private JsonNode offered(Cast.Voice voice, String name) {
        return voice.get("/api/v1/catalogue").json().path("actions").valueStream().filter(action -> action.path("name").asString().equals(name))
                .findFirst().orElse(cast.agent().get("/api/v1/catalogue").json().path("nothing"));
    }

    @AfterEach
    void clear() {
        imports("{\"actions\":[],\"replace\":true}");
    }

    @Nested
    class Given_an_entry {

        @Test
        void agents_see_its_name_parameters_and_tier_and_nothing_of_how_it_works() {
            put("tell", "\"description\":\"Tell them\",\"action_type\":\"http_post\",\"config\":{\"url\":\"https://hooks.example.com/secret-path\","
                    + "\"auth_vault_key\":\"HOOK_KEY\"}");
            var seen = offered(cast.agent(), "tell");
            assertThat(seen.path("tier").asString()).isEqualTo("staged");
            assertThat(seen.path("scope").asString()).isEqualTo("external");
            assertThat(seen.path("params").valueStream().map(param -> param.path("name").asString())).containsExactlyInAnyOrder("body", "content_type", "headers");
            assertThat(cast.agent().get("/api/v1/catalogue").body()).doesNotContain("secret-path", "HOOK_KEY");
            assertThat(offered(cast.agent(), "http_post").isMissingNode()).as("a type that needs an entry is not offered").isTrue();
            assertThat(asks(cast.agent(), "http_post", "{\"url\":\"https://example.com/\"}").text("code")).isEqualTo("action_unknown");
        }

        @Test
        void what_it_fixes_cannot_be_set_and_what_it_does_not_know_is_named() {
            put("tell", "\"action_type\":\"http_post\",\"config\":{\"url\":\"https://hooks.example.com/\"}");
            var locked = asks(cast.agent(), "tell", "{\"url\":\"https://evil.example.com/\",\"body\":{}}");
            assertThat(locked.status()).isEqualTo(400);
            assertThat(locked.body()).contains("params.url", "fixed by the catalogue");
            assertThat(asks(cast.agent(), "tell", "{\"colour\":\"red\"}").body()).contains("params.colour");
            put("say", "\"action_type\":\"http_post\",\"config\":{\"url\":\"https://hooks.example.com/\"},\"params\":[{\"name\":\"text\",\"required\":true}]");
            assertThat(asks(cast.agent(), "say", "{}").body()).contains("params.text");
            var asked = asks(cast.agent(), "say", "{\"text\":\"hello\"}");
            assertThat(asked.text("status")).isEqualTo("pending");
            assertThat(asked.text("action")).isEqualTo("say");
            assertThat(asked.text("action_type")).isEqualTo("http_post");
            assertThat(asked.text("summary")).isEqualTo("say: POST https://hooks.example.com/");
        }

        @Test
        void a_change_binds_the_next_call_and_one_made_from_an_older_version_is_refused() {
            assertThat(put("keep", NOTE + ",\"tier\":\"staged\",\"version\":0").status()).isEqualTo(200);
            assertThat(asks(cast.agent(), "keep", "{}").text("status")).isEqualTo("pending");
            assertThat(put("keep", NOTE + ",\"tier\":\"blocked\",\"version\":1").status()).isEqualTo(200);
            var blocked = asks(cast.agent(), "keep", "{}");
            assertThat(blocked.text("status")).isEqualTo("blocked");
            assertThat(blocked.body()).contains("tier_blocked");
            assertThat(put("keep", NOTE + ",\"version\":1").text("code")).isEqualTo("stale_version");
        }

        @Test
        void the_tier_decides_unless_a_mode_is_set() {
            put("now", NOTE + ",\"tier\":\"immediate_protected\"");
            assertThat(asks(cast.agent(), "now", "{}").text("tier")).isEqualTo("immediate");
            put("now", NOTE + ",\"tier\":\"immediate\",\"approval\":\"admin-only\"");
            var asked = asks(cast.agent(), "now", "{}");
            assertThat(asked.text("status")).isEqualTo("pending");
            assertThat(asked.text("approval_mode")).isEqualTo("admin-only");
        }

        @Test
        void what_was_approved_through_it_does_not_start_once_it_is_gone() {
            put("keep", NOTE + ",\"tier\":\"staged\"");
            var id = asks(cast.agent(), "keep", "{}").text("id");
            cast.admin().call("DELETE", "/api/v1/catalogue/keep", new byte[0]);
            cast.analyst().post("/api/v1/actions/" + id + "/approve", "{}");
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(cast.agent().get("/api/v1/actions/" + id).text("status")).isEqualTo("blocked"));
        }

        @Test
        void only_those_it_is_granted_to_know_of_it() {
            put("mine", NOTE + ",\"agents\":[\"" + cast.agent().id() + "\"]");
            assertThat(offered(cast.agent(), "mine").isMissingNode()).isFalse();
            assertThat(offered(cast.otherAgent(), "mine").isMissingNode()).isTrue();
            assertThat(asks(cast.otherAgent(), "mine", "{}").text("code")).isEqualTo("action_unknown");
            assertThat(asks(cast.foreignAgent(), "mine", "{}").text("code")).isEqualTo("action_unknown");
            assertThat(put("mine", NOTE + ",\"agents\":[\"nobody\"]").status()).isEqualTo(400);
        }

        @Test
        void a_disabled_one_is_unknown_and_its_own_limit_holds() {
            put("keep", NOTE + ",\"enabled\":false");
            assertThat(asks(cast.agent(), "keep", "{}").text("code")).isEqualTo("action_unknown");
            put("keep", NOTE + ",\"tier\":\"staged\",\"rate_limit_per_minute\":1");
            asks(cast.agent(), "keep", "{}");
            assertThat(asks(cast.agent(), "keep", "{}").status()).isEqualTo(429);
        }
    }

    @Nested
    class Given_a_delayed_entry {

        @Test
        void it_waits_can_be_withdrawn_and_runs_at_once_when_a_person_says_so() {
            put("later", NOTE + ",\"tier\":\"delayed\",\"delay_seconds\":3600");
            var one = asks(cast.agent(), "later", "{}");
            assertThat(one.text("status")).isEqualTo("scheduled");
            assertThat(one.text("tier")).isEqualTo("delayed");
            assertThat(cast.agent().post("/api/v1/actions/" + one.text("id") + "/cancel", "{}").text("status")).isEqualTo("cancelled");
            var two = asks(cast.agent(), "later", "{}").text("id");
            assertThat(cast.analyst().post("/api/v1/actions/" + two + "/approve", "{}").status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(cast.agent().get("/api/v1/actions/" + two).text("status")).isEqualTo("failed"));
        }

        @Test
        void it_runs_by_itself_when_its_time_comes() {
            put("soon", NOTE + ",\"tier\":\"delayed\",\"delay_seconds\":1");
            var id = asks(cast.agent(), "soon", "{}").text("id");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(cast.agent().get("/api/v1/actions/" + id).text("status")).isEqualTo("failed"));
        }
    }

    @Nested
    class Given_a_file {

        @Test
        void it_is_taken_in_whole_and_comes_out_again() {
            var file = """
                    {"actions":[
                      {"name":"get_page","description":"Read","action_type":"http_get","tier":"immediate_protected","config":{"base_url":"https://example.com"}},
                      {"name":"ask_human","description":"Somebody does it","tier":"staged","params":[{"name":"what","description":"x","required":true}]}]}""";
            var taken = imports(file);
            assertThat(taken.json().path("set").toString()).isEqualTo("[\"ask_human\",\"get_page\"]");
            assertThat(imports(file).json().path("unchanged").toString()).isEqualTo("[\"ask_human\",\"get_page\"]");
            var exported = cast.admin().get("/api/v1/catalogue/export").json().path("actions");
            assertThat(imports("{\"actions\":" + exported + ",\"replace\":true}").json().path("set")).isEmpty();
            assertThat(exported.toString()).contains("\"tier\":\"immediate\"", "\"base_url\":\"https://example.com\"");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {
            "{\"name\":\"bad\",\"tier\":\"sometimes\"} | bad: tier",
            "{\"name\":\"bad\",\"action_type\":\"teleport\"} | bad: action_type",
            "{\"name\":\"bad\",\"action_type\":\"http_get\",\"config\":{\"speed\":\"1\"}} | bad: config.speed",
            "{\"name\":\"bad\",\"action_type\":\"http_get\",\"config\":{\"auth_scheme\":\"token\"}} | bad: config.auth_scheme",
            "{\"name\":\"bad\",\"action_type\":\"http_get\",\"reversible\":true} | bad: reversible",
            "{\"name\":\"bad\",\"colour\":\"red\"} | bad: colour",
            "{\"name\":\"no blanks\"} | no blanks: name",
            "{\"description\":\"x\"} | entry 1: name"})
        void one_bad_entry_is_named_and_nothing_changes(String bad, String fault) {
            var answer = imports("{\"actions\":[{\"name\":\"good\"," + NOTE + "}," + bad + "]}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("details").get(0).path("field").asString()).isEqualTo(fault);
            assertThat(offered(cast.agent(), "good").isMissingNode()).isTrue();
        }

        @Test
        void an_external_type_that_runs_by_itself_is_pointed_out() {
            assertThat(put("loose", "\"action_type\":\"http_post\",\"tier\":\"immediate\"").json().path("warnings").toString())
                    .contains("loose reaches outside and runs without asking a person");
        }
    }

    @Nested
    class Given_the_action_types_of_the_code {

        private static final Path FILE = Path.of("..", "docs", "action-types.md");

        @Test
        void the_documentation_lists_each() throws IOException {
            var expected = "# Action types\n\nWritten from the code by a test. *Entry*: callable only through an entry of the [catalogue](catalogue.md). A parameter "
                    + "with an asterisk is required. After a crash in the middle, *idempotent* types are done again, *checkable* ones are looked up first, and "
                    + "for *once* a person must find out.\n\n| type | what | parameters | tier | scope | class | settings |\n|---|---|---|---|---|---|---|\n"
                    + types.all().stream().filter(type -> !type.name().startsWith("note:")).map(this::row).collect(Collectors.joining());
            if (Boolean.getBoolean("update.docs")) {
                Files.writeString(FILE, expected);
            }
            assertThat(FILE).as("run this test with -Dupdate.docs=true to write it anew").exists().content().isEqualTo(expected);
        }

        private String row(ActionType type) {
            var schema = JsonMapper.shared().readTree(type.parametersSchema());
            var required = schema.path("required").valueStream().map(JsonNode::asString).toList();
            return "| `" + type.name() + "` | " + type.description() + (type.needsEntry() ? " *Entry*" : "") + " | " + schema.path("properties").propertyNames()
                    .stream().sorted().map(name -> "`" + name + "`" + (required.contains(name) ? "*" : "")).collect(Collectors.joining(", ")) + " | "
                    + type.defaultTier().wire() + " | " + type.scope() + " | " + type.executionClass().name().toLowerCase(Locale.ROOT) + " | "
                    + type.settings().stream().sorted().map(key -> "`" + key + "`").collect(Collectors.joining(", ")) + " |\n";
        }
    }

    @Nested
    class Given_callers_without_the_right {

        @Test
        void only_admins_write_it() {
            var put = "{}".getBytes(StandardCharsets.UTF_8);
            assertThat(cast.analyst().call("PUT", "/api/v1/catalogue/x", put).text("code")).isEqualTo("insufficient_role");
            assertThat(cast.agent().call("PUT", "/api/v1/catalogue/x", put).text("code")).isEqualTo("forbidden");
            assertThat(cast.agent().get("/api/v1/catalogue/export").text("code")).isEqualTo("forbidden");
        }
    }
}

package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ApiTest
class CatalogueTests {

    private static final String NOTE = "\"action_type\":\"note:keep\"";

    @Autowired
    private Cast cast;

    @Autowired
    private ActionTypes types;

    @Autowired
    private List<DiagnosticSource> diagnostics;

    @Value("${countersign.data-dir}")
    private String dataFolder;

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
        void the_version_it_was_changed_from_may_stand_in_if_match() {
            var entry = ("{" + NOTE + ",\"tier\":\"staged\"}").getBytes(StandardCharsets.UTF_8);
            var made = cast.admin().call("PUT", "/api/v1/catalogue/matched", entry);
            var version = offered(cast.agent(), "matched").path("version").asLong();
            assertThat(made.header("ETag")).isEqualTo("\"" + version + "\"");
            var other = ("{" + NOTE + ",\"tier\":\"blocked\"}").getBytes(StandardCharsets.UTF_8);
            var late = cast.admin().call("PUT", "/api/v1/catalogue/matched", other, "If-Match", "\"" + (version - 1) + "\"");
            assertThat(late.status()).as(late.toString()).isEqualTo(409);
            assertThat(late.text("code")).isEqualTo("stale_version");
            assertThat(cast.admin().call("PUT", "/api/v1/catalogue/matched", other, "If-Match", "yesterday").status()).isEqualTo(400);
            assertThat(offered(cast.agent(), "matched").path("tier").asString()).isEqualTo("staged");
            assertThat(cast.admin().call("PUT", "/api/v1/catalogue/matched", other, "If-Match", "\"" + version + "\"").header("ETag"))
                    .isEqualTo("\"" + (version + 1) + "\"");
        }

        @Test
        void a_secret_in_the_place_of_its_name_is_refused_and_not_repeated() {
            for (var key : List.of("auth_vault_key", "signing_vault_key")) {
                var entry = "\"action_type\":\"webhook\",\"config\":{\"" + key + "\":\"sk-live-1234 spaces\"}";
                for (var refused : List.of(put("hook", entry), imports("{\"actions\":[{\"name\":\"hook\"," + entry + "}]}"))) {
                    assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
                    assertThat(refused.body()).contains("config." + key, "must be the name of a secret in the vault").doesNotContain("sk-live");
                }
            }
            assertThat(put("hook", "\"action_type\":\"webhook\",\"config\":{\"auth_vault_key\":\"HOOK_KEY\"}").status()).isEqualTo(200);
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
        void a_request_may_make_it_wait_longer_and_never_shorter() {
            put("later", NOTE + ",\"tier\":\"delayed\",\"delay_seconds\":3600");
            var longer = delayed("later", "7200");
            assertThat(longer.text("status")).as(longer.toString()).isEqualTo("scheduled");
            assertThat(Instant.parse(longer.text("execute_at"))).isEqualTo(Instant.parse(longer.text("requested_at")).plusSeconds(7200));
            assertThat(delayed("later", "3600").text("status")).isEqualTo("scheduled");
            var shorter = delayed("later", "3599");
            assertThat(shorter.status()).isEqualTo(400);
            assertThat(shorter.json().path("details").path(0).path("field").asString()).isEqualTo("delay_seconds");
            assertThat(shorter.text("detail")).contains("at least 3600", "may wait longer, never shorter");
            for (var bad : List.of("0", "86401", "-1", "1.5", "\"60\"")) {
                assertThat(delayed("later", bad).body()).as(bad).contains("delay_seconds must be a whole number from 1 to 86400");
            }
        }

        @Test
        void the_delay_of_a_request_is_for_what_is_delayed_only() {
            put("now", NOTE + ",\"tier\":\"immediate\"");
            put("asked", NOTE + ",\"tier\":\"staged\"");
            assertThat(delayed("now", "60").text("detail")).isEqualTo("delay_seconds is for what the catalogue delays; now is immediate.");
            assertThat(delayed("asked", "60").text("detail")).isEqualTo("delay_seconds is for what the catalogue delays; asked is staged.");
        }

        private Cast.Answer delayed(String action, String seconds) {
            return cast.agent().post("/api/v1/actions", "{\"action\":\"" + action + "\",\"params\":{},\"delay_seconds\":" + seconds + "}");
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
        void a_path_may_be_written_as_agents_in_containers_see_it() {
            assertThat(imports("""
                    {"actions":[{"name":"write_summary","description":"Write a summary of the work to /workspace/SUMMARY.md","action_type":"file_write",
                      "tier":"immediate","params":[{"name":"content","description":"Markdown","required":true}],"config":{"path":"/workspace/SUMMARY.md"}}]}""")
                    .status()).isEqualTo(200);
            var done = asks(cast.agent(), "write_summary", "{\"content\":\"# All done\"}");
            assertThat(done.text("status")).as("%s", done).isEqualTo("executed");
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
        private static final Set<String> OF_TESTS = Set.of("note:keep", "errand:run");

        @Test
        void the_documentation_lists_each() throws IOException {
            var expected = "# Action types\n\nWritten from the code by a test. *Entry*: callable only through an entry of the [catalogue](catalogue.md). A parameter "
                    + "with an asterisk is required. After a crash in the middle, *idempotent* types are done again, *checkable* ones are looked up first, and "
                    + "for *once* a person must find out.\n\n| type | what | parameters | tier | scope | class | settings | shown to work, and to refuse, by |\n|---|---|---|---|---|---|---|---|\n"
                    + types.all().stream().filter(type -> !OF_TESTS.contains(type.name())).map(this::row).collect(Collectors.joining());
            if (Boolean.getBoolean("update.docs")) {
                Files.writeString(FILE, expected);
            }
            assertThat(FILE).as("run this test with -Dupdate.docs=true to write it anew").exists().content().isEqualTo(expected);
        }

        /** By the beginning of a type's name: the specification, and the two sentences that show it work and refuse. */
        private static final Map<String, List<String>> PROOFS = proofs();

        private static Map<String, List<String>> proofs() {
            Map<String, List<String>> proofs = new LinkedHashMap<>();
            String executors = "executors/src/test/java/io/countersign/executors/";
            String rest = "web/src/test/java/io/countersign/web/rest/";
            proofs.put("action:undo", List.of(rest + "UndoTests", "it_asks_and_a_person_has_it_undone_in_their_own_name",
                    "the_first_that_cannot_be_undone_stops_the_rest_unless_told_to_go_on"));
            proofs.put("db_execute", List.of(executors + "sql/SqlChangeExecutorTests", "it_happens_and_undoing_restores_every_row_as_it_was",
                    "anything_but_a_plain_change_of_one_table_is_blocked"));
            proofs.put("db_query|sql:query", List.of(executors + "sql/SqlQueryExecutorTests", "its_rows_come_back_with_their_types",
                    "what_can_never_run_is_blocked_before_anybody_is_asked"));
            proofs.put("file_.*|dir_.*", List.of(executors + "file/FileExecutorTests",
                    "each_change_is_made_can_be_told_afterwards_and_is_undone_to_the_last_byte", "what_cannot_be_done_changes_nothing_and_says_why"));
            proofs.put("email:send|send_email", List.of(executors + "email/EmailExecutorTests", "each_recipient_gets_one_mail_under_its_own_key",
                    "refused_for_all_it_failed"));
            proofs.put("exec:run|shell_command", List.of(executors + "exec/ExecExecutorTests",
                    "it_runs_without_a_shell_and_with_nothing_of_our_environment", "the_policy_of_this_moment_has_the_last_word"));
            proofs.put("git_commit", List.of(executors + "git/GitExecutorTests", "of_the_paths_that_are_named_and_no_others",
                    "without_any_nothing_is_committed"));
            proofs.put("git_push", List.of(executors + "git/GitExecutorTests", "a_branch_is_pushed_with_the_credential_of_the_entry",
                    "a_push_that_would_lose_commits_is_rejected"));
            proofs.put("git_pull", List.of(executors + "git/GitExecutorTests", "a_branch_is_pulled", "nothing_but_https_is_spoken"));
            proofs.put("git_tag", List.of(executors + "git/GitExecutorTests", "a_tag_is_set_and_pushed",
                    "they_are_blocked_before_anybody_is_asked"));
            proofs.put("git_(checkout|branch)", List.of(executors + "git/GitExecutorTests", "they_are_made_changed_to_and_deleted",
                    "one_with_commits_of_its_own_is_not_deleted"));
            proofs.put("http_.*", List.of(executors + "http/HttpExecutorTests", "each_kind_makes_its_request", "nothing_reaches_the_inside"));
            proofs.put("webhook", List.of(executors + "http/HttpExecutorTests", "it_is_signed_both_ways",
                    "it_is_sent_again_while_the_far_side_is_in_trouble_and_never_after_a_refusal"));
            proofs.put("jira:create", List.of(executors + "jira/JiraExecutorTests",
                    "the_issue_carries_the_label_of_the_action_and_the_description_as_a_document", "its_words_are_the_error"));
            proofs.put("payment:transfer", List.of(executors + "payment/PaymentExecutorTests", "money_is_moved_under_the_id_of_the_action",
                    "what_it_refuses_has_not_happened"));
            proofs.put("discord_message|teams_message", List.of(executors + "http/OperationTests",
                    "a_message_goes_to_the_address_that_the_vault_keeps_and_nowhere_else", "nothing_is_sent_and_a_demo_renders_it"));
            proofs.put("(github|slack|linear|pagerduty)[._].*|send_sms", List.of(executors + "http/OperationTests",
                    "the_request_is_what_the_vendor_describes", "nothing_is_sent_and_a_demo_renders_it"));
            proofs.put("submit", List.of(rest + "CatalogueTests", "a_person_decides_and_a_worker_does_it", "more_than_twenty_in_a_minute_are_refused"));
            return proofs;
        }

        private static String proof(String type) {
            var proof = PROOFS.entrySet().stream().filter(entry -> type.matches(entry.getKey())).map(Map.Entry::getValue).findFirst()
                    .orElseThrow(() -> new AssertionError(type + " has no specification"));
            var file = Path.of("..", proof.getFirst() + ".java");
            assertThat(file).content().contains(" " + proof.get(1)).contains(" " + proof.get(2));
            var subjects = proof.subList(1, 3).stream().map(subject -> subject.replace('_', ' ')).distinct().collect(Collectors.joining("; "));
            return "`" + file.getFileName().toString().replace(".java", "") + "`: " + subjects;
        }

        private String row(ActionType type) {
            var schema = JsonMapper.shared().readTree(type.parametersSchema());
            var required = schema.path("required").valueStream().map(JsonNode::asString).toList();
            return "| `" + type.name() + "` | " + type.description() + (type.needsEntry() ? " *Entry*" : "") + " | " + schema.path("properties").propertyNames()
                    .stream().sorted().map(name -> "`" + name + "`" + (required.contains(name) ? "*" : "")).collect(Collectors.joining(", ")) + " | "
                    + type.defaultTier().wire() + " | " + type.scope() + " | " + type.executionClass().name().toLowerCase(Locale.ROOT) + " | "
                    + type.settings().stream().sorted().map(key -> "`" + key + "`").collect(Collectors.joining(", ")) + " | " + proof(type.name()) + " |\n";
        }
    }

    @Nested
    class Given_something_that_only_words_can_say {

        private String asked(Cast.Voice voice, String tier) {
            return voice.post("/api/v1/actions", "{\"action\":\"submit\",\"params\":{\"description\":\"Water the plants\",\"tier\":\"" + tier + "\"}}")
                    .text("status");
        }

        @Test
        void a_person_decides_and_a_worker_does_it() {
            assertThat(asked(cast.agent(), "immediate")).isEqualTo("pending");
            assertThat(asked(cast.agent(), "blocked")).isEqualTo("blocked");
            var id = cast.agent().post("/api/v1/actions", "{\"action\":\"submit\",\"params\":{\"description\":\"Water them\"}}").text("id");
            assertThat(cast.admin().post("/api/v1/actions/" + id + "/approve", "{}").text("status")).isEqualTo("awaiting_external");
        }

        @Test
        void more_than_twenty_in_a_minute_are_refused() {
            put("words", "\"action_type\":\"submit\"");
            var answers = IntStream.range(0, 45).mapToObj(i -> asks(cast.agent(), "words", "{\"description\":\"again\"}")).toList();
            assertThat(answers).anyMatch(answer -> answer.status() == 429 && answer.text("code").equals("rate_limited"));
            assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSizeLessThanOrEqualTo(40);
        }
    }

    @Nested
    class Given_an_agent_with_a_list_of_hosts {

        private Cast.Answer limit(Cast.Voice voice, String hosts) {
            return voice.call("PUT", hostsOf(cast.agent()), ("{\"hosts\":" + hosts + "}").getBytes(StandardCharsets.UTF_8));
        }

        private String hostsOf(Cast.Voice agent) {
            return "/api/v1/agents/" + agent.id() + "/hosts";
        }

        @AfterEach
        void lift() {
            assertThat(cast.admin().call("DELETE", hostsOf(cast.agent()), new byte[0]).json().path("limited").asBoolean()).isFalse();
        }

        @Test
        void calls_to_other_hosts_are_blocked_and_the_rest_goes_on() {
            put("fetch", "\"action_type\":\"http_get\",\"tier\":\"staged\"");
            assertThat(limit(cast.admin(), "[\"api.example.com\",\"*.example.org\"]").json().path("limited").asBoolean()).isTrue();
            assertThat(asks(cast.agent(), "fetch", "{\"url\":\"https://api.example.com/x\"}").text("status")).isEqualTo("pending");
            assertThat(asks(cast.agent(), "fetch", "{\"url\":\"https://a.example.org/x\"}").text("status")).isEqualTo("pending");
            for (String host : List.of("example.org", "evil-example.org", "api.example.com.evil.test", "example.com")) {
                assertThat(asks(cast.agent(), "fetch", "{\"url\":\"https://" + host + "/x\"}").body()).as(host).contains("host_out_of_reach");
            }
            var approvedThen = asks(cast.agent(), "fetch", "{\"url\":\"https://api.example.com/y\"}").text("id");
            limit(cast.admin(), "[]");
            assertThat(cast.admin().post("/api/v1/actions/" + approvedThen + "/approve", "{}").text("status")).isEqualTo("blocked");
        }

        @Test
        void only_admins_change_it_and_only_for_agents_of_the_house() {
            assertThat(limit(cast.analyst(), "[]").text("code")).isEqualTo("insufficient_role");
            assertThat(limit(cast.agent(), "[]").text("code")).isEqualTo("forbidden");
            assertThat(limit(cast.admin(), "[\"https://x\"]").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/api/v1/agents/nobody/hosts").status()).isEqualTo(404);
        }
    }

    @Nested
    class Given_a_file_in_the_data_folder {

        private void file(String text) throws IOException {
            Files.writeString(Path.of(dataFolder, "actions.json"), text);
        }

        private boolean isOffered(String name) {
            return !offered(cast.agent(), name).isMissingNode();
        }

        @Test
        void it_is_taken_in_when_it_changes_and_a_broken_one_changes_nothing() throws IOException {
            cast.admin();
            file("[{\"name\":\"watched_one\"," + NOTE + "},{\"name\":\"watched_two\"," + NOTE + "}]");
            await().atMost(Duration.ofSeconds(20)).until(() -> isOffered("watched_one") && isOffered("watched_two"));
            file("[{\"name\":\"watched_three\"," + NOTE + "},{\"name\":\"bad\",\"tier\":\"sometimes\"}]");
            await().atMost(Duration.ofSeconds(20)).until(() -> diagnostics.stream().flatMap(source -> source.diagnose().stream())
                    .anyMatch(finding -> finding.code().equals("CATALOGUE_FILE_REFUSED") && finding.message().contains("bad: tier")));
            assertThat(isOffered("watched_one")).isTrue();
            assertThat(isOffered("watched_three")).isFalse();
            file("[{\"name\":\"watched_three\"," + NOTE + "}]");
            await().atMost(Duration.ofSeconds(20)).until(() -> isOffered("watched_three") && !isOffered("watched_one"));
            assertThat(diagnostics.stream().flatMap(source -> source.diagnose().stream())).noneMatch(finding -> finding.code().equals("CATALOGUE_FILE_REFUSED"));
        }

        @AfterEach
        void takeItAway() throws IOException {
            Files.deleteIfExists(Path.of(dataFolder, "actions.json"));
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

package io.countersign.executors.jira;

import static io.countersign.executors.Attempts.first;
import static io.countersign.executors.Attempts.undoing;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.LocalServer.Request;
import io.countersign.executors.outbound.OutboundClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JiraExecutorTests {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final String TOKEN = "sesame-token-1234";
    private static final String PARAMS = """
            {"summary":"Disk full","description":"First\\nline\\n\\nSecond","labels":["ops"]}""";
    private static final String FOUND = """
            {"issues":[{"id":"10001","key":"OPS-7","fields":{"labels":["ops","countersign-a-1"]}}],"isLast":true}""";
    private static final String NOT_FOUND = "{\"issues\":[],\"isLast\":true}";
    private static final Rollback CLOSE = new Rollback("transition", "{\"issueKey\":\"OPS-7\",\"targetStatus\":\"Closed\"}");

    private LocalServer jira;

    @BeforeEach
    void start() throws Exception {
        jira = new LocalServer();
    }

    @AfterEach
    void stop() {
        jira.close();
    }

    private JiraExecutor executor() {
        return executor(Map.of("JIRA_BASE_URL", jira.url() + "/", "JIRA_EMAIL", "bot@example.org", "JIRA_API_TOKEN", TOKEN,
                "JIRA_DEFAULT_PROJECT", "OPS"));
    }

    private JiraExecutor executor(Map<String, Object> settings) {
        return new JiraExecutor(OutboundClient.allowing(jira.hostAndPort()), Attempts.settings(settings));
    }

    private ExecutionOutcome create() throws InterruptedException {
        return executor().execute(first("jira:create", PARAMS), TEN_SECONDS);
    }

    private static boolean isCreate(Request request) {
        return request.path().equals("/rest/api/3/issue");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private void creating(Answer created, String search) {
        jira.answering(request -> isCreate(request) ? created : Answer.of(200, search));
    }

    @Nested
    class Given_a_site_that_creates {

        @BeforeEach
        void script() {
            creating(Answer.of(201, "{\"id\":\"10001\",\"key\":\"OPS-7\",\"self\":\"x\"}"), NOT_FOUND);
        }

        @Test
        void the_issue_carries_the_label_of_the_action_and_the_description_as_a_document() throws Exception {
            create();
            assertThat(jira.requests()).singleElement().satisfies(request -> {
                assertThat(request.header("Authorization")).isEqualTo("Basic Ym90QGV4YW1wbGUub3JnOnNlc2FtZS10b2tlbi0xMjM0");
                assertThat(json(request.body())).isEqualTo(json("""
                        {"fields":{"project":{"key":"OPS"},"summary":"Disk full","issuetype":{"name":"Task"},
                         "description":{"type":"doc","version":1,"content":[
                           {"type":"paragraph","content":[{"type":"text","text":"First"},{"type":"hardBreak"},{"type":"text","text":"line"}]},
                           {"type":"paragraph","content":[{"type":"text","text":"Second"}]}]},
                         "labels":["ops","countersign-a-1"]}}"""));
            });
        }

        @Test
        void the_result_names_the_issue_and_the_way_back() throws Exception {
            assertThat(create()).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(json(it.output())).isEqualTo(json("{\"key\":\"OPS-7\",\"id\":\"10001\",\"url\":\"" + jira.url() + "/browse/OPS-7\"}"));
                assertThat(it.rollback()).isEqualTo(CLOSE);
            });
        }

        @Test
        void without_any_project_nothing_is_asked() throws Exception {
            var executor = executor(Map.of("JIRA_BASE_URL", jira.url(), "JIRA_EMAIL", "a@b.example", "JIRA_API_TOKEN", TOKEN));
            assertThat(executor.execute(first("jira:create", PARAMS), TEN_SECONDS))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("project_missing"));
            assertThat(jira.requests()).isEmpty();
        }
    }

    @Nested
    class Given_a_site_that_refuses {

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {
            "{\"errorMessages\":[\"No project\"],\"errors\":{\"summary\":\"too long\"}} | No project; summary: too long",
            "{\"errorMessages\":[],\"errors\":{}} | Jira answered HTTP 400: {\"errorMessages\":[],\"errors\":{}}",
            "<html>nope</html> | Jira answered HTTP 400: <html>nope</html>"})
        void its_words_are_the_error(String body, String error) throws Exception {
            creating(Answer.of(400, body), NOT_FOUND);
            assertThat(create()).isEqualTo(new Failed("http_4xx", error, null));
        }

        @Test
        void long_words_are_cut_and_secrets_masked() throws Exception {
            creating(Answer.of(401, TOKEN + " Ym90QGV4YW1wbGUub3JnOnNlc2FtZS10b2tlbi0xMjM0 " + "x".repeat(5_000)), NOT_FOUND);
            assertThat(create()).isInstanceOfSatisfying(Failed.class,
                    it -> assertThat(it.error()).doesNotContain("sesame", "Ym90").hasSizeLessThan(250));
        }

        @Test
        void too_many_requests_are_repeated_a_little() throws Exception {
            jira.answering(request -> jira.requests().size() == 1 ? new Answer(429, "", Map.of("Retry-After", "1"))
                    : Answer.of(201, "{\"id\":\"1\",\"key\":\"OPS-7\"}"));
            assertThat(create()).isInstanceOf(Succeeded.class);
        }

        @Test
        void nobody_there_is_known_not_to_have_created() throws Exception {
            jira.close();
            assertThat(create()).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("not_reached"));
        }
    }

    @Nested
    class Given_a_site_whose_answer_is_no_answer {

        @ParameterizedTest
        @ValueSource(strings = {"", "OK", "{}", "[]", "null", "{\"key\":null}", "{\"key\":\"../../x\"}", "{\"key\":\"OPS-7"})
        void a_created_issue_without_a_key_is_looked_up(String body) throws Exception {
            creating(Answer.of(201, body), FOUND);
            assertThat(create()).isInstanceOfSatisfying(Succeeded.class, it -> assertThat(it.rollback()).isEqualTo(CLOSE));
        }

        @ParameterizedTest
        @ValueSource(strings = {NOT_FOUND, "[]", "no"})
        void not_found_either_it_may_exist(String search) throws Exception {
            creating(Answer.of(201, "OK"), search);
            assertThat(create()).isInstanceOfSatisfying(Unknown.class, it -> {
                assertThat(it.errorClass()).isEqualTo("answer_unreadable");
                assertThat(it.error()).contains("may exist", "countersign-a-1");
            });
        }

        @Test
        void a_broken_connection_or_a_fault_is_looked_up_and_never_repeated() throws Exception {
            creating(Answer.BREAK, NOT_FOUND);
            assertThat(create()).isInstanceOf(Unknown.class);
            creating(Answer.of(502, ""), NOT_FOUND);
            assertThat(create()).isInstanceOf(Unknown.class);
            assertThat(jira.requests().stream().filter(JiraExecutorTests::isCreate)).hasSize(2);
        }

        @Test
        void silence_is_unknown_when_the_time_is_up() throws Exception {
            creating(Answer.SILENCE, NOT_FOUND);
            assertThat(executor().execute(first("jira:create", PARAMS), Duration.ofMillis(600)))
                    .isInstanceOfSatisfying(Unknown.class, it -> assertThat(it.errorClass()).isEqualTo("timeout"));
        }
    }

    @Nested
    class Given_an_earlier_attempt_was_cut_off {

        private java.util.Optional<ExecutionOutcome> lookUp(Answer search, Duration timeLeft) throws InterruptedException {
            jira.answering(request -> search);
            return executor().lookUp(first("jira:create", PARAMS), timeLeft);
        }

        @Test
        void its_issue_is_found_by_the_label() throws Exception {
            assertThat(lookUp(Answer.of(200, FOUND), TEN_SECONDS)).get().isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(json(it.output()).path("key").asString()).isEqualTo("OPS-7");
                assertThat(it.rollback()).isEqualTo(CLOSE);
            });
            assertThat(jira.requests()).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("GET");
                assertThat(request.path()).startsWith("/rest/api/3/search/jql?").contains("countersign-a-1");
            });
        }

        @Test
        void not_found_twice_it_is_not_there() throws Exception {
            assertThat(lookUp(Answer.of(200, NOT_FOUND), TEN_SECONDS)).isEmpty();
            assertThat(jira.requests()).hasSize(2);
        }

        @Test
        void an_issue_with_another_label_is_not_ours() throws Exception {
            assertThat(lookUp(Answer.of(200, FOUND.replace("countersign-a-1", "countersign-a-10")), Duration.ofSeconds(1))).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {"500|", "401|{}", "200|no", "200|{}", "200|{\"issues\":{}}", "404|{}", "429|"})
        void when_it_cannot_be_asked_nobody_knows(int status, String body) throws Exception {
            assertThat(lookUp(Answer.of(status, Objects.requireNonNullElse(body, "")), Duration.ofSeconds(2)))
                    .get().isInstanceOf(Unknown.class);
        }
    }

    @Nested
    class Given_an_issue_to_undo {

        private static final String TRANSITIONS = """
                {"transitions":[{"id":"11","name":"Start","to":{"name":"In Progress"}},{"id":"31","name":"Finish","to":{"name":"CLOSED"}}]}""";

        private ExecutionOutcome undo(Answer transitions, Answer transition, String status) throws InterruptedException {
            jira.answering(request -> {
                if (request.method().equals("POST")) {
                    return transition;
                }
                return request.path().endsWith("/transitions") ? transitions
                        : Answer.of(200, "{\"fields\":{\"status\":{\"name\":\"" + status + "\"}}}");
            });
            return executor().rollBack(undoing("jira:create", CLOSE), TEN_SECONDS);
        }

        @Test
        void it_is_closed_by_the_transition_that_leads_there() throws Exception {
            assertThat(undo(Answer.of(200, TRANSITIONS), Answer.of(204, ""), "Open")).isInstanceOf(Succeeded.class);
            assertThat(jira.requests()).last().satisfies(request -> {
                assertThat(request.path()).isEqualTo("/rest/api/3/issue/OPS-7/transitions");
                assertThat(request.body()).isEqualTo("{\"transition\":{\"id\":\"31\"}}");
            });
        }

        @Test
        void or_by_one_that_is_called_so() throws Exception {
            undo(Answer.of(200, "{\"transitions\":[{\"id\":\"5\",\"name\":\"closed\"}]}"), Answer.of(204, ""), "Open");
            assertThat(jira.requests()).last().satisfies(request -> assertThat(request.body()).contains("\"5\""));
        }

        @Test
        void closed_already_is_undone() throws Exception {
            assertThat(undo(Answer.of(200, "{\"transitions\":[]}"), Answer.of(500, ""), "closed")).isInstanceOf(Succeeded.class);
        }

        @Test
        void without_such_a_transition_it_says_what_is_offered() throws Exception {
            assertThat(undo(Answer.of(200, "{\"transitions\":[{\"id\":\"1\",\"name\":\"Done\"}]}"), Answer.of(500, ""), "Open"))
                    .isInstanceOfSatisfying(Failed.class, it -> {
                        assertThat(it.errorClass()).isEqualTo("no_transition");
                        assertThat(it.error()).contains("Done");
                    });
        }

        @Test
        void a_deleted_issue_is_not_found() throws Exception {
            assertThat(undo(Answer.of(404, "{}"), Answer.of(500, ""), "Open"))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("not_found"));
        }

        @Test
        void a_conflict_is_tried_once_more_and_then_told() throws Exception {
            assertThat(undo(Answer.of(200, TRANSITIONS), Answer.of(409, "{}"), "Open"))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("conflict"));
            assertThat(jira.requests().stream().filter(it -> it.method().equals("POST"))).hasSize(2);
        }

        @Test
        void after_a_lost_answer_the_status_tells() throws Exception {
            assertThat(undo(Answer.of(200, TRANSITIONS), Answer.BREAK, "Closed")).isInstanceOf(Succeeded.class);
            assertThat(undo(Answer.of(200, TRANSITIONS), Answer.BREAK, "Open")).isInstanceOf(Unknown.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"issueKey\":\"../OPS-7\"}", "{}", "{\"issueKey\":\"OPS-7?x\"}"})
        void a_way_back_without_an_issue_asks_nobody(String params) throws Exception {
            assertThat(executor().rollBack(undoing("jira:create", new Rollback("transition", params)), TEN_SECONDS)).isInstanceOf(Failed.class);
            assertThat(executor().rollBack(undoing("jira:create", null), TEN_SECONDS)).isInstanceOf(Failed.class);
            assertThat(jira.requests()).isEmpty();
        }
    }

    @Nested
    class Given_no_credentials {

        @Test
        void a_demo_captures_the_issue_and_its_undoing() throws Exception {
            var executor = executor(Map.of("countersign.demo", "true", "JIRA_BASE_URL", jira.url()));
            var outcome = executor.execute(first("jira:create", PARAMS), TEN_SECONDS);
            assertThat(outcome).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(it.captured()).isTrue();
                assertThat(json(it.output()).path("key").asString()).matches("CAPTURED-[0-9]+");
            });
            var back = ((Succeeded) outcome).rollback();
            assertThat(executor.rollBack(undoing("jira:create", back), TEN_SECONDS))
                    .isInstanceOfSatisfying(Succeeded.class, it -> assertThat(it.captured()).isTrue());
            assertThat(jira.requests()).isEmpty();
        }

        @Test
        void production_fails_before_any_call_and_names_what_is_missing() throws Exception {
            var outcome = executor(Map.of("JIRA_BASE_URL", jira.url())).execute(first("jira:create", PARAMS), TEN_SECONDS);
            assertThat(outcome).isEqualTo(new Failed("secret_missing", "JIRA_EMAIL, JIRA_API_TOKEN are not set.", null));
            assertThat(jira.requests()).isEmpty();
        }
    }
}

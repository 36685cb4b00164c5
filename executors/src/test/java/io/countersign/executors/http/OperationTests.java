package io.countersign.executors.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.outbound.OutboundClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Each operation makes the request that the vendor's documentation, named in its file, asks for. */
class OperationTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    private LocalServer server;
    private OutboundClient client;
    private final Keyhole vault = new Keyhole();

    @BeforeEach
    void open() throws IOException {
        server = new LocalServer().answering(request -> Answer.of(200,
                "{\"ok\":true,\"merged\":true,\"data\":{\"issueCreate\":{\"success\":true},\"issueUpdate\":{\"success\":true}}}"));
        client = OutboundClient.allowing(server.hostAndPort());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of("github.merge_pr", "{\"owner\":\"acme\",\"repo\":\"shop\",\"number\":7,\"merge_method\":\"squash\"}", "PUT",
                        "/repos/acme/shop/pulls/7/merge", "{\"merge_method\":\"squash\"}", "Bearer tok-123456"),
                Arguments.of("github.create_issue", "{\"owner\":\"acme\",\"repo\":\"shop\",\"title\":\"Leak\",\"labels\":[\"bug\"]}", "POST",
                        "/repos/acme/shop/issues", "{\"title\":\"Leak\",\"labels\":[\"bug\"]}", "Bearer tok-123456"),
                Arguments.of("github.comment", "{\"owner\":\"acme\",\"repo\":\"shop\",\"number\":7,\"body\":\"Seen\"}", "POST",
                        "/repos/acme/shop/issues/7/comments", "{\"body\":\"Seen\"}", "Bearer tok-123456"),
                Arguments.of("slack.post_message", "{\"channel\":\"#ops\",\"text\":\"Hi {secret}\"}", "POST", "/chat.postMessage",
                        "{\"channel\":\"#ops\",\"text\":\"Hi {secret}\"}", "Bearer tok-123456"),
                Arguments.of("slack_message", "{\"channel\":\"#ops\",\"text\":\"Hi\"}", "POST", "/chat.postMessage",
                        "{\"channel\":\"#ops\",\"text\":\"Hi\"}", "Bearer tok-123456"),
                Arguments.of("linear.create_issue", "{\"team_id\":\"T\",\"title\":\"Leak\"}", "POST", "/graphql",
                        "{\"query\":\"mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { id identifier url } } }\","
                                + "\"variables\":{\"input\":{\"teamId\":\"T\",\"title\":\"Leak\"}}}", "tok-123456"),
                Arguments.of("linear.update_issue", "{\"id\":\"L-1\",\"state_id\":\"S\"}", "POST", "/graphql",
                        "{\"query\":\"mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success issue { id identifier"
                                + " url } } }\",\"variables\":{\"id\":\"L-1\",\"input\":{\"stateId\":\"S\"}}}", "tok-123456"),
                Arguments.of("pagerduty.trigger_incident", "{\"dedup_key\":\"d\",\"summary\":\"s\",\"source\":\"x\",\"severity\":\"critical\"}", "POST",
                        "/v2/enqueue", "{\"routing_key\":\"tok-123456\",\"event_action\":\"trigger\",\"dedup_key\":\"d\",\"payload\":{\"summary\":\"s\","
                                + "\"source\":\"x\",\"severity\":\"critical\"}}", ""),
                Arguments.of("pagerduty.acknowledge_incident", "{\"dedup_key\":\"d\"}", "POST", "/v2/enqueue",
                        "{\"routing_key\":\"tok-123456\",\"event_action\":\"acknowledge\",\"dedup_key\":\"d\"}", ""),
                Arguments.of("pagerduty.resolve_incident", "{\"dedup_key\":\"d\"}", "POST", "/v2/enqueue",
                        "{\"routing_key\":\"tok-123456\",\"event_action\":\"resolve\",\"dedup_key\":\"d\"}", ""),
                Arguments.of("send_sms", "{\"to\":\"+15551234567\",\"text\":\"a&b\"}", "POST", "/2010-04-01/Accounts/AC1/Messages.json",
                        "To=%2B15551234567&From=%2B15557654321&Body=a%26b", "Basic QUMxOnRvay0xMjM0NTY="));
    }

    private static Operation named(String name) {
        return Operation.all().stream().filter(operation -> operation.name().equals(name)).findFirst().orElseThrow();
    }

    private ExecutionOutcome make(String name, String params, Map<String, String> more, boolean demo) throws InterruptedException {
        var operation = named(name);
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(new OperationType(operation).parametersSchema());
        assertThat(schema.validate(JSON.readTree(params))).isEmpty();
        var config = new HashMap<>(Map.of("base_url", server.url(), "auth_vault_key", "TOKEN"));
        config.putAll(more);
        var plain = Attempts.first(name, params);
        return new OperationExecutor(operation, client, vault, demo).execute(new Attempt("a-1", "default", "agent", "system:auto", name, 1, params, config,
                plain.terms(), null,
                plain.deadlineEpochMillis(), plain.firstStartedAtEpochMillis()), Duration.ofSeconds(20));
    }

    @Nested
    class Given_a_secret {

        @ParameterizedTest(name = "{0}")
        @MethodSource("io.countersign.executors.http.OperationTests#requests")
        void the_request_is_what_the_vendor_describes(String name, String params, String method, String path, String body, String authorization)
                throws InterruptedException {
            vault.with("TOKEN", "tok-123456", null);
            var outcome = make(name, params, Map.of("account_sid", "AC1", "from", "+15557654321"), false);
            assertThat(outcome).isInstanceOf(Succeeded.class);
            var request = server.requests().getFirst();
            assertThat(request.method()).isEqualTo(method);
            assertThat(request.path()).isEqualTo(path);
            assertThat(request.body()).isEqualTo(body);
            assertThat(request.header("Authorization")).isEqualTo(authorization);
        }

        @Test
        void a_message_goes_to_the_address_that_the_vault_keeps_and_nowhere_else() throws InterruptedException {
            vault.with("TOKEN", server.url() + "/hooks/1/very-secret", null);
            assertThat(make("discord_message", "{\"text\":\"Hi @everyone\"}", Map.of(), false)).isInstanceOf(Succeeded.class);
            assertThat(server.requests().getFirst().path()).isEqualTo("/hooks/1/very-secret");
            assertThat(server.requests().getFirst().body()).isEqualTo("{\"content\":\"Hi @everyone\",\"allowed_mentions\":{\"parse\":[]}}");
            vault.with("TOKEN", "https://elsewhere.example.com/hook", null);
            assertThat(make("teams_message", "{\"text\":\"Hi\"}", Map.of(), false)).isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.errorClass()).isEqualTo("host_not_allowed");
                assertThat(failed.error()).doesNotContain("elsewhere.example.com/hook");
            });
        }

        @Test
        void an_answer_that_means_no_is_a_failure() throws InterruptedException {
            vault.with("TOKEN", "tok-123456", null);
            server.answering(request -> Answer.of(200, "{\"ok\":false,\"error\":\"channel_not_found\"}"));
            assertThat(make("slack_message", "{\"channel\":\"#ops\",\"text\":\"Hi\"}", Map.of(), false)).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.error()).contains("channel_not_found"));
        }
    }

    @Nested
    class Given_a_person_who_is_to_decide {

        private Optional<Observation> seen(String name, String params, boolean demo) throws InterruptedException {
            return new OperationExecutor(named(name), client, vault, demo).observe(Attempts.with(Attempts.first(name, params),
                    Map.of("base_url", server.url(), "auth_vault_key", "TOKEN")), Duration.ofSeconds(5));
        }

        @Test
        void a_pull_request_is_seen_and_that_somebody_pushed_to_it() throws InterruptedException {
            vault.with("TOKEN", "tok-123456", null);
            var params = "{\"owner\":\"acme\",\"repo\":\"shop\",\"number\":7}";
            server.answering(request -> Answer.of(200, "{\"state\":\"open\",\"title\":\"Leak\",\"head\":{\"sha\":\"aa\"},\"base\":{\"ref\":\"main\"}}"));
            var then = seen("github.merge_pr", params, false).orElseThrow();
            assertThat(then.facts()).containsExactly(new Fact("State", "open"), new Fact("Head", "aa"), new Fact("Into", "main"), new Fact("Title", "Leak"));
            assertThat(server.requests().getFirst().method()).isEqualTo("GET");
            assertThat(server.requests().getFirst().path()).isEqualTo("/repos/acme/shop/pulls/7");
            assertThat(server.requests().getFirst().header("Authorization")).isEqualTo("Bearer tok-123456");
            server.answering(request -> Answer.of(200, "{\"state\":\"open\",\"title\":\"Leak\",\"head\":{\"sha\":\"bb\"},\"base\":{\"ref\":\"main\"}}"));
            assertThat(then.differencesTo(seen("github.merge_pr", params, false).orElseThrow())).containsExactly("Head was aa, is now bb");
            server.answering(request -> Answer.of(404, "{}"));
            assertThat(seen("github.merge_pr", params, false).orElseThrow().unseen()).contains("HTTP 404");
        }

        @Test
        void the_status_of_an_issue_is_seen_by_a_query_that_changes_nothing() throws InterruptedException {
            vault.with("TOKEN", "tok-123456", null);
            server.answering(request -> Answer.of(200, "{\"data\":{\"issue\":{\"title\":\"Leak\",\"state\":{\"name\":\"Todo\"},\"updatedAt\":\"t1\"}}}"));
            assertThat(seen("linear.update_issue", "{\"id\":\"L-1\",\"state_id\":\"S\"}", false).orElseThrow().facts()).containsExactly(
                    new Fact("State", "Todo"), new Fact("Title", "Leak"), new Fact("Changed", "t1"));
            assertThat(server.requests().getFirst().body()).startsWith("{\"query\":\"query(").doesNotContain("mutation");
        }

        @Test
        void without_its_secret_it_was_not_seen_and_a_demo_does_not_look() throws InterruptedException {
            var params = "{\"owner\":\"acme\",\"repo\":\"shop\",\"number\":7,\"body\":\"Seen\"}";
            assertThat(seen("github.comment", params, false).orElseThrow().unseen()).contains("TOKEN");
            assertThat(seen("github.comment", params, true)).isEmpty();
            assertThat(server.requests()).isEmpty();
        }
    }

    @Nested
    class Given_no_secret {

        @ParameterizedTest(name = "{0}")
        @MethodSource("io.countersign.executors.http.OperationTests#requests")
        void nothing_is_sent_and_a_demo_renders_it(String name, String params) throws InterruptedException {
            var more = Map.of("account_sid", "AC1", "from", "+15557654321");
            assertThat(make(name, params, more, false)).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.errorClass()).isEqualTo("secret_missing"));
            assertThat(make(name, params, more, true)).isInstanceOfSatisfying(Succeeded.class, done -> assertThat(done.captured()).isTrue());
            assertThat(server.requests()).isEmpty();
        }
    }

    @Nested
    class Given_all_of_them {

        @Test
        void each_says_in_words_what_it_would_do() {
            assertThat(Operation.all()).hasSizeGreaterThanOrEqualTo(13).allSatisfy(operation -> {
                assertThat(operation.name()).matches("[a-z]+([._][a-z]+)+");
                assertThat(operation.description()).endsWith(".");
                assertThat(new OperationType(operation).describe(JSON.createObjectNode()).summary()).isNotBlank();
            });
        }
    }
}

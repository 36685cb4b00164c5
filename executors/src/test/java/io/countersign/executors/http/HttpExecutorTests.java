package io.countersign.executors.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.command.vault.api.Secret;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.outbound.OutboundClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class HttpExecutorTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final GateFacts FACTS = new GateFacts("default", email -> false, Map.of());

    private LocalServer server;
    private OutboundClient client;
    private final Keyhole vault = new Keyhole();

    @BeforeEach
    void open() throws IOException {
        server = new LocalServer().answering(request -> Answer.of(200, "{\"fine\":true}"));
        client = OutboundClient.allowing(server.hostAndPort());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private ExecutionOutcome make(HttpKind kind, String params, Map<String, String> config) throws InterruptedException {
        var type = new HttpType(kind);
        var plain = Attempts.first(kind.typeName(), type.complete(JSON.readTree(params), config).toString());
        var attempt = new Attempt(plain.actionId(), plain.workspace(), plain.requesterId(), plain.decidedBy(), plain.actionType(), 1, plain.params(), config, plain.terms(), null,
                plain.deadlineEpochMillis(), plain.firstStartedAtEpochMillis());
        return new HttpExecutor(kind, client, vault, Clock.fixed(Attempts.NOON, ZoneOffset.UTC)).execute(attempt, Duration.ofSeconds(20));
    }

    @Nested
    class Given_a_person_who_is_to_decide {

        private Optional<Observation> seen(HttpKind kind, Map<String, String> config) throws InterruptedException {
            var params = new HttpType(kind).complete(JSON.readTree("{\"url\":\"" + server.url() + "/thing?x=1\",\"body\":{}}"), config).toString();
            return new HttpExecutor(kind, client, vault, Clock.fixed(Attempts.NOON, ZoneOffset.UTC))
                    .observe(Attempts.with(Attempts.first(kind.typeName(), params), config), Duration.ofSeconds(5));
        }

        private Map<String, String> house() {
            return Map.of("base_url", server.url(), "auth_vault_key", "KEY");
        }

        @ParameterizedTest
        @EnumSource(value = HttpKind.class, names = {"PUT", "PATCH", "DELETE"})
        void the_version_of_what_is_there_is_seen_and_that_it_changed(HttpKind kind) throws InterruptedException {
            vault.with("KEY", "s3cret", null);
            server.answering(request -> new Answer(200, "", Map.of("ETag", "\"v1\"")));
            var then = seen(kind, house()).orElseThrow();
            assertThat(then.facts()).containsExactly(new Fact("Status", "HTTP 200"), new Fact("ETag", "\"v1\""));
            assertThat(server.requests()).extracting(LocalServer.Request::method).containsOnly("HEAD");
            assertThat(server.requests().getFirst().header("Authorization")).isEqualTo("Bearer s3cret");
            server.answering(request -> new Answer(200, "", Map.of("ETag", "\"v2\"")));
            assertThat(then.differencesTo(seen(kind, house()).orElseThrow())).containsExactly("ETag was \"v1\", is now \"v2\"");
            server.answering(request -> Answer.of(404, "{}"));
            assertThat(then.differencesTo(seen(kind, house()).orElseThrow())).contains("Status was HTTP 200, is now HTTP 404");
        }

        @Test
        void without_a_version_it_is_known_by_its_content() throws InterruptedException {
            vault.with("KEY", "s3cret", null);
            server.answering(request -> request.method().equals("HEAD") ? Answer.of(405, "") : Answer.of(200, "one"));
            var then = seen(HttpKind.PUT, house()).orElseThrow();
            assertThat(seen(HttpKind.PUT, house())).contains(then);
            server.answering(request -> request.method().equals("HEAD") ? Answer.of(405, "") : Answer.of(200, "two"));
            assertThat(then.differencesTo(seen(HttpKind.PUT, house()).orElseThrow())).hasSize(1);
        }

        @Test
        void what_changes_by_itself_says_nothing() throws InterruptedException {
            vault.with("KEY", "s3cret", null);
            var counter = new AtomicInteger();
            server.answering(request -> request.method().equals("HEAD") ? Answer.of(200, "") : Answer.of(200, "at " + counter.incrementAndGet()));
            assertThat(seen(HttpKind.PUT, house()).orElseThrow().facts()).containsExactly(new Fact("Status", "HTTP 200"));
        }

        @Test
        void a_far_side_that_fails_or_breaks_off_was_not_seen() throws InterruptedException {
            vault.with("KEY", "s3cret", null);
            server.answering(request -> Answer.of(503, "{}"));
            assertThat(seen(HttpKind.PUT, house()).orElseThrow().unseen()).contains("HTTP 503");
            server.answering(request -> Answer.BREAK);
            assertThat(seen(HttpKind.PUT, house()).orElseThrow().unseen()).isNotBlank();
            assertThat(seen(HttpKind.PUT, Map.of("base_url", server.url(), "auth_vault_key", "GONE")).orElseThrow().unseen()).contains("GONE");
        }

        @Test
        void nothing_is_asked_of_an_address_that_only_the_caller_chose() throws InterruptedException {
            assertThat(seen(HttpKind.PUT, Map.of())).isEmpty();
            assertThat(seen(HttpKind.PUT, Map.of("allowed_hosts", "api.example.com"))).isEmpty();
            assertThat(seen(HttpKind.POST, Map.of("base_url", server.url()))).isEmpty();
            assertThat(server.requests()).isEmpty();
        }
    }

    @Nested
    class Given_a_far_side_that_answers {

        @ParameterizedTest
        @EnumSource
        void each_kind_makes_its_request(HttpKind kind) throws InterruptedException {
            var outcome = make(kind, "{\"url\":\"/things?x=1\",\"body\":{\"a\":1},\"payload\":{\"a\":1}}", Map.of("base_url", server.url() + "/v2/"));
            assertThat(outcome).isInstanceOf(Succeeded.class);
            assertThat(((Succeeded) outcome).output()).isEqualTo("{\"status_code\":200,\"body\":{\"fine\":true}}");
            var request = server.requests().getFirst();
            assertThat(request.method()).isEqualTo(kind.method());
            assertThat(request.path()).isEqualTo("/v2/things?x=1");
            assertThat(request.body()).isEqualTo(kind == HttpKind.GET || kind == HttpKind.DELETE ? "" : "{\"a\":1}");
        }

        @Test
        void text_goes_as_it_is_with_its_own_kind_of_content() throws InterruptedException {
            make(HttpKind.PUT, "{\"url\":\"/t\",\"body\":\"a=b\",\"content_type\":\"text/plain\"}", Map.of("base_url", server.url()));
            assertThat(server.requests().getFirst().body()).isEqualTo("a=b");
            assertThat(server.requests().getFirst().header("Content-Type")).isEqualTo("text/plain");
        }

        @Test
        void parameters_of_the_address_are_encoded() throws InterruptedException {
            make(HttpKind.GET, "{\"url\":\"/q\",\"query\":{\"a b\":\"c&d\",\"n\":3}}", Map.of("base_url", server.url()));
            assertThat(server.requests().getFirst().path()).isEqualTo("/q?a+b=c%26d&n=3");
        }

        @ParameterizedTest
        @CsvSource({"bearer, Authorization, Bearer s3cret", "basic, Authorization, Basic bWU6czNjcmV0", "header:X-Key, X-Key, s3cret",
            "'X-API-Key: k={value}', X-API-Key, k=s3cret"})
        void a_secret_goes_in_the_header_that_the_entry_says(String scheme, String header, String value) throws InterruptedException {
            vault.with("KEY", "s3cret", null);
            var outcome = make(HttpKind.GET, "{\"url\":\"/\"}",
                    Map.of("base_url", server.url(), "auth_vault_key", "KEY", "auth_scheme", scheme, "username", "me"));
            assertThat(outcome).isInstanceOf(Succeeded.class);
            assertThat(server.requests().getFirst().header(header)).isEqualTo(value);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Authorization", "authorization", "AUTHORIZATION"})
        void a_header_of_the_caller_never_stands_in_for_ours(String name) throws InterruptedException {
            vault.with("KEY", "s3cret", null);
            make(HttpKind.POST, "{\"url\":\"/\",\"body\":{},\"headers\":{\"" + name + "\":\"mine\",\"X-Mine\":\"1\",\"Host\":\"evil.test\"}}",
                    Map.of("base_url", server.url(), "auth_vault_key", "KEY"));
            var headers = server.requests().getFirst().headers();
            assertThat(headers.get("Authorization")).containsExactly("Bearer s3cret");
            assertThat(headers.get("Host")).containsExactly(server.hostAndPort());
            assertThat(headers.get("X-mine")).containsExactly("1");
        }

        @Test
        void what_it_echoes_of_a_secret_is_masked() throws InterruptedException {
            vault.with("KEY", "s3cret-and-long", null);
            server.answering(request -> Answer.of(200, "{\"you_sent\":\"" + request.header("Authorization") + "\"}"));
            var outcome = (Succeeded) make(HttpKind.GET, "{\"url\":\"/\"}", Map.of("base_url", server.url(), "auth_vault_key", "KEY"));
            assertThat(outcome.output()).doesNotContain("s3cret").contains("[masked]");
        }
    }

    @Nested
    class Given_a_secret_that_cannot_be_used {

        @Test
        void nothing_is_sent_when_it_is_missing() throws InterruptedException {
            assertThat(make(HttpKind.POST, "{\"url\":\"/\"}", Map.of("base_url", server.url(), "auth_vault_key", "NONE")))
                    .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.errorClass()).isEqualTo("secret_missing"));
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void nothing_is_sent_when_it_belongs_to_another_host() throws InterruptedException {
            vault.with("KEY", "s3cret", new Secret.Binding("api.example.com", "X: {value}"));
            assertThat(make(HttpKind.POST, "{\"url\":\"/\"}", Map.of("base_url", server.url(), "auth_vault_key", "KEY")))
                    .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.errorClass()).isEqualTo("secret_bound_elsewhere"));
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void a_bound_one_goes_to_its_host_in_its_own_header() throws InterruptedException {
            vault.with("KEY", "s3cret", new Secret.Binding(server.hostAndPort(), "X-Bound: <{value}>"));
            make(HttpKind.GET, "{\"url\":\"/\"}", Map.of("base_url", server.url(), "auth_vault_key", "KEY"));
            assertThat(server.requests().getFirst().header("X-Bound")).isEqualTo("<s3cret>");
        }

        @Test
        void an_unknown_scheme_is_refused_and_not_taken_for_another() {
            assertThat(new HttpType(HttpKind.GET).configFaults(Map.of("auth_scheme", "token"))).containsKey("auth_scheme");
        }
    }

    @Nested
    class Given_a_far_side_that_refuses {

        @ParameterizedTest
        @CsvSource({"GET, 404, Failed", "POST, 404, Failed", "POST, 503, Unknown", "GET, 503, Failed", "POST, 302, Failed", "GET, 302, Failed"})
        void the_outcome_says_what_is_known(HttpKind kind, int status, String outcome) throws InterruptedException {
            server.answering(request -> new Answer(status, "no", Map.of("Location", "https://elsewhere.example.com/")));
            assertThat(make(kind, "{\"url\":\"/\",\"body\":{}}", Map.of("base_url", server.url())).getClass().getSimpleName()).isEqualTo(outcome);
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void a_status_that_the_entry_names_is_a_success() throws InterruptedException {
            server.answering(request -> Answer.of(404, ""));
            assertThat(make(HttpKind.DELETE, "{\"url\":\"/\"}", Map.of("base_url", server.url(), "success", "204, 404"))).isInstanceOf(Succeeded.class);
        }

        @Test
        void silence_after_a_post_is_not_taken_for_a_failure() throws InterruptedException {
            server.answering(request -> Answer.BREAK);
            assertThat(make(HttpKind.POST, "{\"url\":\"/\",\"body\":{}}", Map.of("base_url", server.url()))).isInstanceOf(Unknown.class);
        }
    }

    @Nested
    class Given_a_webhook {

        @Test
        void it_is_signed_both_ways() throws InterruptedException {
            vault.with("SIGN", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null);
            make(HttpKind.WEBHOOK, "{\"url\":\"/hook\",\"payload\":{\"test\":2432232314},\"secret_header\":\"X-Signature\"}",
                    Map.of("base_url", server.url(), "signing_vault_key", "SIGN"));
            var request = server.requests().getFirst();
            assertThat(request.header("webhook-id")).isEqualTo("a-1");
            assertThat(request.header("X-Signature")).matches("sha256=[0-9a-f]{64}");
            assertThat(request.header("webhook-signature")).isEqualTo(Signature.standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a-1",
                    request.header("webhook-timestamp"), request.body()));
            assertThat(request.header("Idempotency-Key")).isEqualTo("a-1");
        }

        @Test
        void the_signature_is_that_of_the_published_example() {
            assertThat(Signature.standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                    "{\"test\": 2432232314}")).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        }

        @Test
        void it_is_sent_again_while_the_far_side_is_in_trouble_and_never_after_a_refusal() throws InterruptedException {
            var calls = new AtomicInteger();
            server.answering(request -> Answer.of(calls.incrementAndGet() < 3 ? 503 : 200, "{}"));
            assertThat(make(HttpKind.WEBHOOK, "{\"url\":\"/\",\"payload\":{}}", Map.of("base_url", server.url()))).isInstanceOf(Succeeded.class);
            assertThat(calls).hasValue(3);
            server.answering(request -> Answer.of(calls.incrementAndGet() > 0 ? 422 : 0, "{}"));
            assertThat(make(HttpKind.WEBHOOK, "{\"url\":\"/\",\"payload\":{}}", Map.of("base_url", server.url()))).isInstanceOf(Failed.class);
            assertThat(calls).hasValue(4);
        }
    }

    @Nested
    class Given_addresses_and_headers_that_are_not_allowed {

        @ParameterizedTest
        @ValueSource(strings = {"http://127.0.0.1:1/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
            "https://10.0.0.7/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://2130706433/", "https://0x7f.1/",
            "https://0177.0.0.1/", "https://[fd00::1]/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "https://0.0.0.0/",
            "https://168.63.129.16/", "https://100.64.0.1/"})
        void nothing_reaches_the_inside(String address) throws InterruptedException {
            var outcome = make(HttpKind.GET, "{\"url\":\"" + address + "\"}", Map.of());
            assertThat(outcome).as(address).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.errorClass()).isIn("address_refused", "not_reached"));
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void a_host_beside_the_list_of_the_entry_is_refused() throws InterruptedException {
            assertThat(make(HttpKind.GET, "{\"url\":\"" + server.url() + "\"}", Map.of("allowed_hosts", "*.example.com")))
                    .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.errorClass()).isEqualTo("host_not_allowed"));
            assertThat(server.requests()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"Host", "content-length", "Transfer-Encoding", "webhook-signature", "X\\r\\nY", "Connection"})
        void a_header_of_ours_is_blocked_before_anybody_is_asked(String name) {
            var params = JSON.readTree("{\"url\":\"https://example.com/\",\"headers\":{\"" + name + "\":\"x\"}}");
            assertThat(new HttpType(HttpKind.POST).gate(params, FACTS).orElseThrow().code()).isEqualTo("header_not_allowed");
        }

        @Test
        void a_value_of_several_lines_is_called_that() {
            var params = JSON.readTree("{\"url\":\"https://example.com/\",\"headers\":{\"X-Note\":\"a\\r\\nHost: evil.test\"}}");
            assertThat(new HttpType(HttpKind.POST).gate(params, FACTS).orElseThrow().reason())
                    .isEqualTo("The value of the header \"X-Note\" cannot hold a line break or another control character.");
        }

        @ParameterizedTest
        @CsvSource({"https://api.example.com@evil.test/, must not name a user", "/a b, such as a blank", "file:///etc/passwd, must begin with https://",
            "/a, must begin with https://"})
        void an_address_that_goes_nowhere_is_blocked_and_the_reason_says_what_is_wrong(String address, String fault) {
            assertThat(new HttpType(HttpKind.GET).gate(JSON.readTree("{\"url\":\"" + address + "\"}"), FACTS).orElseThrow().reason()).contains(fault);
        }
    }
}

package io.countersign.executors.email;

import static io.countersign.executors.Attempts.BEGUN;
import static io.countersign.executors.Attempts.first;
import static io.countersign.executors.Attempts.second;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.LocalServer.Request;
import io.countersign.executors.outbound.OutboundClient;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmailExecutorTests {

    private static final String KEY = "re_sesame_1234567890";
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final String ONE = "{\"to\":\"Ann <ann@example.com>\",\"subject\":\"Hi\",\"body\":\"<p>Hi</p>\"}";
    private static final String THREE = "{\"to\":[\"ann@example.com\",\"bob@example.com\",\"cy@example.com\"],\"subject\":\"Hi\",\"body\":\"x\"}";

    private final Map<String, String> mailsByKey = new ConcurrentHashMap<>();
    private LocalServer provider;

    @BeforeEach
    void start() throws Exception {
        provider = new LocalServer().answering(this::accept);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    /** Sends one mail per key, as the provider does. */
    private Answer accept(Request request) {
        mailsByKey.putIfAbsent(request.header("Idempotency-Key"), request.body());
        return Answer.of(200, "{\"id\":\"id-of-" + request.header("Idempotency-Key") + "\"}");
    }

    private EmailExecutor executor(Map<String, Object> settings, Duration age) {
        return new EmailExecutor(EmailSend.NAME, OutboundClient.allowing(provider.hostAndPort()), Attempts.settings(settings),
                Clock.fixed(BEGUN.plus(age), ZoneOffset.UTC));
    }

    private EmailExecutor executor(Duration age) {
        return executor(Map.of("RESEND_API_KEY", KEY, "RESEND_BASE_URL", provider.url() + "/", "COUNTERSIGN_EMAIL_FROM", "us@example.org"), age);
    }

    private ExecutionOutcome send(String params) throws InterruptedException {
        return executor(Duration.ZERO).execute(first("email:send", params), TEN_SECONDS);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private Function<Request, Answer> answerTo(String recipient, Answer answer) {
        return request -> request.body().contains(recipient) ? answer : accept(request);
    }

    private Function<Request, Answer> firstThenAccept(Answer first) {
        return request -> provider.requests().size() == 1 ? first : accept(request);
    }

    @Nested
    class Given_a_provider_that_accepts {

        @Test
        void each_recipient_gets_one_mail_under_its_own_key() throws Exception {
            assertThat(send(THREE)).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(it.partial()).isFalse();
                assertThat(it.captured()).isFalse();
                assertThat(json(it.output()).path("recipients").valueStream()
                        .map(row -> row.path("to").asString() + " " + row.path("status").asString() + " " + row.path("id").asString()))
                        .containsExactly("ann@example.com accepted id-of-a-1/1", "bob@example.com accepted id-of-a-1/2",
                                "cy@example.com accepted id-of-a-1/3");
            });
            assertThat(mailsByKey).containsOnlyKeys("a-1/1", "a-1/2", "a-1/3");
        }

        @Test
        void the_mail_is_always_these_bytes() throws Exception {
            send(ONE);
            assertThat(provider.requests()).singleElement().satisfies(request -> {
                assertThat(request.method() + " " + request.path()).isEqualTo("POST /emails");
                assertThat(request.header("Authorization")).isEqualTo("Bearer " + KEY);
                assertThat(request.body()).isEqualTo(
                        "{\"from\":\"us@example.org\",\"to\":[\"ann@example.com\"],\"subject\":\"Hi\",\"html\":\"<p>Hi</p>\"}");
            });
        }

        @Test
        void an_address_given_twice_gets_one_mail() throws Exception {
            send("{\"to\":[\"ann@example.com\",\"Ann <ANN@example.com>\"],\"subject\":\"Hi\",\"body\":\"x\"}");
            assertThat(mailsByKey).hasSize(1);
        }

        @Test
        void a_second_attempt_repeats_the_same_keys_and_bytes_and_no_mail_goes_out_twice() throws Exception {
            send(THREE);
            var before = Map.copyOf(mailsByKey);
            executor(Duration.ofHours(22)).execute(second("email:send", THREE), TEN_SECONDS);
            assertThat(provider.requests()).hasSize(6);
            assertThat(mailsByKey).isEqualTo(before);
            assertThat(provider.requests()).allSatisfy(it -> assertThat(it.body()).isEqualTo(before.get(it.header("Idempotency-Key"))));
        }

        @Test
        void after_23_hours_nothing_is_sent_again() throws Exception {
            var outcome = executor(Duration.ofHours(23).plusSeconds(1)).execute(second("email:send", ONE), TEN_SECONDS);
            assertThat(outcome).isInstanceOfSatisfying(Unknown.class, it -> assertThat(it.errorClass()).isEqualTo("key_expired"));
            assertThat(provider.requests()).isEmpty();
        }

        @Test
        void an_answer_without_an_id_is_still_accepted() throws Exception {
            provider.answering(request -> Answer.of(200, "thanks"));
            assertThat(send(ONE)).isInstanceOf(Succeeded.class);
        }
    }

    @Nested
    class Given_a_provider_that_refuses {

        @Test
        void the_others_get_their_mail_and_the_output_tells() throws Exception {
            provider.answering(answerTo("bob@", Answer.of(422, "{\"name\":\"validation_error\",\"message\":\"bad " + KEY + "\"}")));
            assertThat(send(THREE)).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(it.partial()).isTrue();
                assertThat(it.output()).doesNotContain("sesame");
                var bob = json(it.output()).path("recipients").path(1);
                assertThat(bob.path("status").asString()).isEqualTo("failed");
                assertThat(bob.path("error").asString()).contains("422", "validation_error");
            });
            assertThat(mailsByKey).containsOnlyKeys("a-1/1", "a-1/3");
        }

        @Test
        void refused_for_all_it_failed() throws Exception {
            provider.answering(request -> Answer.of(403, "{\"message\":\"no\"}"));
            assertThat(send(THREE)).isInstanceOfSatisfying(Failed.class, it -> {
                assertThat(it.errorClass()).isEqualTo("http_4xx");
                assertThat(json(it.output()).path("recipients")).hasSize(3);
            });
        }

        @Test
        void a_wrong_key_is_not_tried_for_every_recipient() throws Exception {
            provider.answering(request -> Answer.of(401, "{\"message\":\"API key " + KEY + " is invalid\"}"));
            assertThat(send(THREE)).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.error() + it.output()).doesNotContain("sesame"));
            assertThat(provider.requests()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {401, 403, 404})
        void a_refusal_at_the_door_says_nothing_about_an_earlier_attempt(int status) throws Exception {
            provider.answering(request -> Answer.of(status, "{}"));
            assertThat(executor(Duration.ofMinutes(5)).execute(second("email:send", THREE), TEN_SECONDS)).isInstanceOf(Unknown.class);
        }

        @Test
        void a_redirect_is_not_followed_and_failed() throws Exception {
            provider.answering(request -> new Answer(307, "", Map.of("Location", provider.url() + "/other")));
            assertThat(send(ONE)).isInstanceOf(Failed.class);
            assertThat(provider.requests()).hasSize(1);
        }
    }

    @Nested
    class Given_a_provider_that_asks_to_wait {

        @Test
        void a_full_quota_is_later_as_it_says() throws Exception {
            provider.answering(request -> new Answer(429, "{}", Map.of("Retry-After", "7")));
            assertThat(send(ONE)).isInstanceOfSatisfying(Later.class, it -> assertThat(it.after()).isEqualTo(Duration.ofSeconds(7)));
            assertThat(provider.requests()).hasSize(1);
        }

        @Test
        void a_short_wait_is_waited_here() throws Exception {
            provider.answering(firstThenAccept(new Answer(429, "{}", Map.of("Retry-After", "1"))));
            assertThat(send(ONE)).isInstanceOf(Succeeded.class);
            assertThat(mailsByKey).hasSize(1);
        }

        @Test
        void after_the_first_mail_another_attempt_goes_on_and_nobody_gets_two() throws Exception {
            provider.answering(answerTo("bob@", new Answer(429, "{}", Map.of("Retry-After", "7"))));
            assertThatThrownBy(() -> executor(Duration.ZERO).execute(first("email:send", THREE), Duration.ofSeconds(2)))
                    .isInstanceOf(DeliveryUnsettled.class);
            assertThat(mailsByKey).containsOnlyKeys("a-1/1");
            provider.answering(EmailExecutorTests.this::accept);
            assertThat(executor(Duration.ofSeconds(40)).execute(second("email:send", THREE), TEN_SECONDS)).isInstanceOf(Succeeded.class);
            assertThat(mailsByKey).hasSize(3);
        }

        @Test
        void busy_with_the_same_key_is_waited_for() throws Exception {
            provider.answering(firstThenAccept(Answer.of(409, "{\"name\":\"concurrent_idempotent_requests\"}")));
            assertThat(send(ONE)).isInstanceOf(Succeeded.class);
        }

        @Test
        void busy_for_too_long_is_never_failed() {
            provider.answering(request -> Answer.of(409, "{\"name\":\"concurrent_idempotent_requests\"}"));
            assertThatThrownBy(() -> executor(Duration.ZERO).execute(first("email:send", ONE), Duration.ofSeconds(1)))
                    .isInstanceOf(DeliveryUnsettled.class);
        }

        @Test
        void the_same_key_with_another_mail_is_for_a_person() throws Exception {
            provider.answering(request -> Answer.of(409, "{\"name\":\"invalid_idempotent_request\"}"));
            assertThat(send(ONE)).isInstanceOfSatisfying(Unknown.class, it -> assertThat(it.errorClass()).isEqualTo("key_reused"));
        }
    }

    @Nested
    class Given_a_provider_in_trouble {

        @Test
        void a_passing_fault_is_repeated_with_the_same_key_and_bytes() throws Exception {
            provider.answering(firstThenAccept(Answer.of(503, "")));
            assertThat(send(ONE)).isInstanceOf(Succeeded.class);
            assertThat(provider.requests()).hasSize(2);
            assertThat(provider.requests().stream().map(it -> it.header("Idempotency-Key") + it.body()).distinct()).hasSize(1);
        }

        @Test
        void a_lost_answer_is_asked_for_again() throws Exception {
            provider.answering(request -> {
                accept(request);
                return provider.requests().size() == 1 ? Answer.BREAK : accept(request);
            });
            assertThat(send(ONE)).isInstanceOf(Succeeded.class);
            assertThat(mailsByKey).hasSize(1);
        }

        @Test
        void a_lasting_fault_is_left_to_another_attempt_at_first_and_unknown_afterwards() throws Exception {
            provider.answering(request -> Answer.of(500, ""));
            assertThatThrownBy(() -> send(ONE)).isInstanceOf(DeliveryUnsettled.class);
            assertThat(executor(Duration.ofMinutes(3)).execute(second("email:send", ONE), TEN_SECONDS)).isInstanceOf(Unknown.class);
        }

        @Test
        void answers_that_stay_lost_are_unknown_and_name_the_recipient() throws Exception {
            provider.answering(answerTo("bob@", Answer.BREAK));
            assertThat(send(THREE)).isInstanceOfSatisfying(Unknown.class,
                    it -> assertThat(it.error()).contains("2 of 3", "bob@example.com").doesNotContain("cy@"));
        }

        @Test
        void silence_is_unknown_when_the_time_is_up() throws Exception {
            provider.answering(request -> Answer.SILENCE);
            var outcome = executor(Duration.ZERO).execute(first("email:send", THREE), Duration.ofMillis(600));
            assertThat(outcome).isInstanceOfSatisfying(Unknown.class, it -> assertThat(it.error()).contains("ann@").doesNotContain("bob@"));
            assertThat(provider.requests()).hasSize(1);
        }

        @Test
        void nobody_there_is_known_not_to_have_sent() throws Exception {
            provider.close();
            assertThat(send(ONE)).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("not_reached"));
        }

        @Test
        void nobody_there_at_a_second_attempt_proves_nothing() throws Exception {
            provider.close();
            assertThat(executor(Duration.ofMinutes(1)).execute(second("email:send", ONE), TEN_SECONDS)).isInstanceOf(Unknown.class);
        }

        @Test
        void no_time_at_all_is_timed_out() throws Exception {
            var outcome = executor(Duration.ZERO).execute(first("email:send", ONE), Duration.ofNanos(1));
            assertThat(outcome).isInstanceOf(TimedOut.class);
            assertThat(provider.requests()).isEmpty();
        }
    }

    @Nested
    class Given_no_key {

        private ExecutionOutcome withoutKey(boolean demo) throws InterruptedException {
            var settings = new HashMap<String, Object>(Map.of("RESEND_BASE_URL", provider.url()));
            settings.put("countersign.demo", demo);
            return executor(settings, Duration.ZERO).execute(first("email:send", ONE), TEN_SECONDS);
        }

        @Test
        void a_demo_captures_the_rendered_mail() throws Exception {
            assertThat(withoutKey(true)).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(it.captured()).isTrue();
                assertThat(json(it.output()).path("captured").asBoolean()).isTrue();
                assertThat(json(it.output()).path("to").path(0).asString()).isEqualTo("ann@example.com");
                assertThat(json(it.output()).path("html").asString()).isEqualTo("<p>Hi</p>");
            });
            assertThat(provider.requests()).isEmpty();
        }

        @Test
        void production_fails_before_any_call() throws Exception {
            assertThat(withoutKey(false)).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("secret_missing"));
            assertThat(provider.requests()).isEmpty();
        }
    }

    @Nested
    class Given_a_private_provider_that_the_operator_did_not_name {

        @Test
        void nothing_is_sent() throws Exception {
            var executor = new EmailExecutor(EmailSend.NAME, OutboundClient.allowing(""),
                    Attempts.settings(Map.of("RESEND_API_KEY", KEY, "RESEND_BASE_URL", provider.url())), Clock.fixed(BEGUN, ZoneOffset.UTC));
            assertThat(executor.execute(first("email:send", THREE), TEN_SECONDS))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("address_refused"));
            assertThat(provider.requests()).isEmpty();
        }
    }
}

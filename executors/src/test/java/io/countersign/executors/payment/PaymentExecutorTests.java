package io.countersign.executors.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.vault.api.Secret;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.LocalServer.Request;
import io.countersign.executors.http.Keyhole;
import io.countersign.executors.outbound.OutboundClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentExecutorTests {

    private static final String PARAMS = "{\"amount\":1250,\"currency\":\"EUR\",\"payee\":\"Ann\",\"memo\":\"rent\"}";
    private static final Duration TIME = Duration.ofSeconds(10);

    private final Keyhole vault = new Keyhole().with("PAYMENT_API_KEY", "pay-123456", null);
    private final Map<String, Object> settings = new HashMap<>();
    private LocalServer bank;
    private OutboundClient client;

    @BeforeEach
    void open() throws IOException {
        bank = new LocalServer();
        client = OutboundClient.allowing(bank.hostAndPort());
        settings.put("countersign.payment-url", bank.url() + "/v1/");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        bank.close();
    }

    private PaymentExecutor executor() {
        return new PaymentExecutor(client, vault, Attempts.settings(settings));
    }

    private ExecutionOutcome pay() throws InterruptedException {
        return executor().execute(Attempts.first(PaymentTransfer.NAME, PARAMS), TIME);
    }

    private Optional<ExecutionOutcome> lookUp() throws InterruptedException {
        return executor().lookUp(Attempts.second(PaymentTransfer.NAME, PARAMS), TIME);
    }

    /** Moves money once for each key, and answers the first call by a script. */
    private Map<String, String> honest(Function<Request, Answer> first) {
        Map<String, String> moved = new ConcurrentHashMap<>();
        bank.answering(request -> {
            if (request.method().equals("POST")) {
                boolean isNew = moved.putIfAbsent(request.header("Idempotency-Key"), request.body()) == null;
                return isNew ? first.apply(request) : Answer.of(200, "{\"id\":\"t-1\",\"status\":\"completed\"}");
            }
            return moved.containsKey(request.path().replace("/v1/transfers/", "")) ? Answer.of(200, "{\"id\":\"t-1\",\"status\":\"completed\"}")
                    : Answer.of(404, "{}");
        });
        return moved;
    }

    @Nested
    class Given_a_payment_service {

        @Test
        void money_is_moved_under_the_id_of_the_action() throws Exception {
            honest(request -> Answer.of(201, "{\"id\":\"t-1\",\"status\":\"completed\"}"));
            ExecutionOutcome outcome = pay();
            assertThat(outcome).isInstanceOf(Succeeded.class);
            Request order = bank.requests().getFirst();
            assertThat(order.path()).isEqualTo("/v1/transfers");
            assertThat(order.header("Idempotency-Key")).isEqualTo("a-1");
            assertThat(order.header("Authorization")).isEqualTo("Bearer pay-123456");
            assertThat(order.body()).isEqualTo("{\"reference\":\"a-1\",\"amount\":1250,\"currency\":\"EUR\",\"exponent\":2,\"payee\":\"Ann\",\"memo\":\"rent\"}");
            assertThat(((Succeeded) outcome).output()).contains("t-1").doesNotContain("pay-123456");
        }

        @Test
        void one_that_takes_a_while_is_waited_for() throws Exception {
            honest(request -> Answer.of(202, "{\"status\":\"pending\"}"));
            assertThat(pay()).isInstanceOf(Succeeded.class);
            assertThat(bank.requests()).extracting(Request::method).containsExactly("POST", "GET");
        }

        @Test
        void one_that_never_ends_is_unknown() throws Exception {
            bank.answering(request -> Answer.of(200, "{\"status\":\"processing\"}"));
            assertThat(executor().execute(Attempts.first(PaymentTransfer.NAME, PARAMS), Duration.ofSeconds(2)))
                    .isInstanceOfSatisfying(Unknown.class, it -> assertThat(it.errorClass()).isEqualTo("pending"));
        }

        @Test
        void what_it_refuses_has_not_happened() throws Exception {
            bank.answering(request -> Answer.of(422, "{\"error\":\"no funds\"}"));
            assertThat(pay()).isInstanceOf(Failed.class);
            bank.answering(request -> Answer.of(200, "{\"status\":\"failed\",\"reason\":\"no funds\"}"));
            assertThat(pay()).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.error()).contains("no funds"));
        }

        @ParameterizedTest
        @ValueSource(ints = {408, 409, 425, 429, 500, 503})
        void an_answer_that_leaves_it_open_is_unknown(int status) throws Exception {
            bank.answering(request -> Answer.of(status, "{}"));
            assertThat(pay()).isInstanceOf(Unknown.class);
        }
    }

    @Nested
    class Given_an_attempt_that_was_cut_off {

        @Test
        void the_service_is_asked_and_money_moves_once() throws Exception {
            var moved = honest(request -> Answer.BREAK);
            assertThat(pay()).isInstanceOf(Unknown.class);
            assertThat(lookUp()).get().isInstanceOf(Succeeded.class);
            assertThat(executor().execute(Attempts.second(PaymentTransfer.NAME, PARAMS), TIME)).isInstanceOf(Succeeded.class);
            assertThat(moved).hasSize(1);
        }

        @Test
        void one_that_never_arrived_may_be_made_again() throws Exception {
            honest(request -> Answer.of(201, "{}"));
            assertThat(lookUp()).isEmpty();
        }

        @Test
        void a_service_that_cannot_be_asked_leaves_it_open() throws Exception {
            bank.answering(request -> Answer.of(500, ""));
            assertThat(lookUp()).get().isInstanceOf(Unknown.class);
            bank.answering(request -> Answer.of(401, ""));
            assertThat(lookUp()).get().isInstanceOf(Unknown.class);
        }
    }

    @Nested
    class Given_no_time_is_left_to_ask {

        @Test
        void money_that_moved_is_not_said_to_have_stayed() throws Exception {
            assertThat(executor().lookUp(Attempts.second(PaymentTransfer.NAME, PARAMS), Duration.ZERO)).get().isInstanceOf(Unknown.class);
        }
    }

    @Nested
    class Given_something_is_missing {

        @Test
        void without_a_service_nothing_is_paid_and_a_demo_captures() throws Exception {
            settings.clear();
            assertThat(pay()).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("not_configured"));
            settings.put("countersign.demo", "true");
            assertThat(pay()).isInstanceOfSatisfying(Succeeded.class, it -> assertThat(it.captured()).isTrue());
        }

        @Test
        void without_the_secret_or_with_one_bound_elsewhere_nothing_is_sent() throws Exception {
            vault.with("PAYMENT_API_KEY", "pay-123456", new Secret.Binding("pay.example.com", "Authorization: Bearer {value}"));
            assertThat(pay()).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("secret_bound_elsewhere"));
            assertThat(executor().execute(Attempts.with(Attempts.first(PaymentTransfer.NAME, PARAMS), Map.of("auth_vault_key", "NONE")), TIME))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("secret_missing"));
            assertThat(bank.requests()).isEmpty();
        }
    }
}

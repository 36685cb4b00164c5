package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ApiTest
class BudgetTests {

    @Autowired
    private Cast cast;

    private Cast.Answer set(String currency, String body) {
        return cast.admin().call("PUT", "/api/v1/budgets/" + currency, body.getBytes(StandardCharsets.UTF_8));
    }

    private Cast.Answer pay(String params) {
        return cast.agent().post("/api/v1/actions", "{\"action\":\"payment:transfer\",\"params\":" + params + "}");
    }

    @AfterEach
    void lift() {
        cast.admin().call("DELETE", "/api/v1/budgets/CHF", new byte[0]);
    }

    @Nested
    class Given_no_budget {

        @Test
        void a_payment_waits_for_a_person() {
            assertThat(pay("{\"amount\":100,\"currency\":\"CHF\",\"payee\":\"Ann\"}").text("status")).isEqualTo("pending");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"currency\":\"CHF\",\"payee\":\"Ann\"}", "{\"amount\":-1,\"currency\":\"CHF\",\"payee\":\"Ann\"}",
            "{\"amount\":1.5,\"currency\":\"CHF\",\"payee\":\"Ann\"}", "{\"amount\":1.0,\"currency\":\"CHF\",\"payee\":\"Ann\"}",
            "{\"amount\":\"1\",\"currency\":\"CHF\",\"payee\":\"Ann\"}", "{\"amount\":null,\"currency\":\"CHF\",\"payee\":\"Ann\"}",
            "{\"amount\":99999999999999999999,\"currency\":\"CHF\",\"payee\":\"Ann\"}"})
        void an_amount_that_is_none_is_blocked_and_on_record(String params) {
            var answer = pay(params);
            assertThat(answer.text("status")).as(answer.toString()).isEqualTo("blocked");
            assertThat(answer.body()).contains("amount_invalid");
        }

        @Test
        void digits_that_the_currency_has_not_are_blocked() {
            assertThat(pay("{\"amount\":1,\"currency\":\"CHF\",\"exponent\":3,\"payee\":\"Ann\"}").body()).contains("exponent_invalid");
            assertThat(pay("{\"amount\":1,\"currency\":\"SHELLS\",\"payee\":\"Ann\"}").body()).contains("exponent_invalid");
            assertThat(pay("{\"amount\":1,\"currency\":\"chf\",\"payee\":\"Ann\"}").body()).contains("currency_invalid");
        }
    }

    @Nested
    class Given_a_budget {

        @Test
        void what_is_within_it_runs_and_what_is_left_is_told() {
            assertThat(set("chf", "{\"auto_approve_limit\":500,\"max_payment\":10000,\"per_day\":1000}").status()).isEqualTo(200);
            assertThat(pay("{\"amount\":400,\"currency\":\"CHF\",\"payee\":\"Ann\"}").text("status")).isEqualTo("executed");
            assertThat(own().at("/windows/0/used").asLong()).isEqualTo(400);
            assertThat(own().at("/windows/0/remaining").asLong()).isEqualTo(600);
            assertThat(pay("{\"amount\":700,\"currency\":\"CHF\",\"payee\":\"Ann\"}").body()).contains("budget_exceeded", "6.00 CHF of 10.00 CHF");
            assertThat(pay("{\"amount\":10001,\"currency\":\"CHF\",\"payee\":\"Ann\"}").body()).contains("payment_ceiling");
            var waiting = pay("{\"amount\":600,\"currency\":\"CHF\",\"payee\":\"Ann\"}");
            assertThat(waiting.text("status")).isEqualTo("pending");
            assertThat(own().at("/windows/0/nearly_gone").asBoolean()).isTrue();
            cast.analyst().post("/api/v1/actions/" + waiting.text("id") + "/deny", "{\"reason\":\"no\"}");
            assertThat(own().at("/windows/0/used").asLong()).isEqualTo(400);
        }

        @Test
        void a_payment_through_an_entry_of_another_name_is_held_in_the_same_windows() {
            set("sek", "{\"auto_approve_limit\":500,\"max_payment\":10000,\"per_day\":1000}");
            cast.admin().call("PUT", "/api/v1/catalogue/pay-rent", ("{\"action_type\":\"payment:transfer\",\"tier\":\"immediate\",\"config\":{\"currency\":\"SEK\","
                    + "\"payee\":\"Landlord\"}}").getBytes(StandardCharsets.UTF_8));
            try {
                var first = cast.agent().post("/api/v1/actions", "{\"action\":\"pay-rent\",\"params\":{\"amount\":300}}");
                assertThat(first.text("status")).as("%s", first).isEqualTo("executed");
                assertThat(budget("SEK").at("/windows/0/used").asLong()).isEqualTo(300);
                assertThat(cast.agent().post("/api/v1/actions", "{\"action\":\"pay-rent\",\"params\":{\"amount\":701}}").body()).contains("budget_exceeded");
            } finally {
                cast.admin().call("DELETE", "/api/v1/budgets/SEK", new byte[0]);
                cast.admin().call("DELETE", "/api/v1/catalogue/pay-rent", new byte[0]);
            }
        }

        @Test
        void a_ceiling_below_the_limit_is_taken_with_a_warning_and_nonsense_is_not_taken() {
            set("chf", "{\"auto_approve_limit\":500,\"max_payment\":400}");
            assertThat(own().path("warnings")).hasSize(1);
            assertThat(set("chf", "{\"max_payment\":-1}").status()).isEqualTo(400);
            assertThat(set("chf", "{\"max_payment\":1.5}").status()).isEqualTo(400);
            assertThat(set("chf", "{\"per_week\":1}").status()).isEqualTo(400);
            assertThat(set("chf", "{\"agent\":\"nobody\"}").status()).isEqualTo(404);
            assertThat(cast.analyst().call("PUT", "/api/v1/budgets/CHF", "{}".getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(403);
            assertThat(cast.foreignAdmin().get("/api/v1/budgets").json().path("budgets")).isEmpty();
        }

        private JsonNode own() {
            return budget("CHF");
        }

        private JsonNode budget(String currency) {
            return cast.viewer().get("/api/v1/budgets").json().path("budgets").valueStream()
                    .filter(budget -> budget.path("currency").asString().equals(currency)).findFirst().orElseThrow();
        }
    }
}

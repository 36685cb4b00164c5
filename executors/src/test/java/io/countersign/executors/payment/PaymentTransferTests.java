package io.countersign.executors.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.command.catalogue.api.Money;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PaymentTransferTests {

    private final PaymentTransfer type = new PaymentTransfer();

    @Nested
    class Given_an_amount {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '^', value = {"1250|EUR|12.50 EUR", "5|JPY|5 JPY", "5000000|USDC|5.000000 USDC", "0|USD|0.00 USD",
            "9223372036854775807|EUR|92,233,720,368,547,758.07 EUR"})
        void it_is_shown_as_people_write_it(String amount, String currency, String text) {
            assertThat(type.money(params(amount, currency)).map(Money::text)).contains(text);
            assertThat(type.describe(params(amount, currency)).summary()).isEqualTo("Pay " + text + " to Ann");
            assertThat(type.gate(params(amount, currency), facts())).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '^', value = {"-1|EUR|amount_invalid", "1.5|EUR|amount_invalid", "1e2|EUR|amount_invalid",
            "9223372036854775808|EUR|amount_invalid", "\"5\"|EUR|amount_invalid", "null|EUR|amount_invalid", "true|EUR|amount_invalid",
            "1|eur|currency_invalid", "1|SHELLS|exponent_invalid"})
        void one_that_is_none_is_blocked_and_moves_nothing(String amount, String currency, String code) {
            assertThat(type.gate(params(amount, currency), facts()).orElseThrow().code()).isEqualTo(code);
            assertThat(type.money(params(amount, currency))).isEmpty();
        }

        @Test
        void digits_must_be_said_where_nobody_knows_them_and_true_where_everybody_does() {
            assertThat(type.money(JSON.readTree("{\"amount\":1,\"currency\":\"SHELLS\",\"exponent\":3,\"payee\":\"Ann\"}"))).isPresent();
            assertThat(type.money(JSON.readTree("{\"amount\":1,\"currency\":\"EUR\",\"exponent\":6,\"payee\":\"Ann\"}"))).isEmpty();
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static JsonNode params(String amount, String currency) {
        return JSON.readTree("{\"amount\":" + amount + ",\"currency\":\"" + currency + "\",\"payee\":\"Ann\"}");
    }

    private static GateFacts facts() {
        return new GateFacts("default", email -> false, Map.of());
    }
}

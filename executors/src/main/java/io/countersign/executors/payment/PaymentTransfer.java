package io.countersign.executors.payment;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.Money;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Credential;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Moves money to somebody. The budget decides who is asked: without one, somebody always is. An amount that is not a whole number of the
 * smallest unit is blocked, and on record, because it is a sign that the agent does not know what it does.
 */
@Component
class PaymentTransfer implements ActionType {

    static final String NAME = "payment:transfer";
    static final String BASE_URL = "base_url";

    /** The secret that lets us in at the payment service, unless an entry names another. */
    static final String SECRET = "PAYMENT_API_KEY";

    private static final Masking SHORT = Masking.of(List.of());

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "amount": {"description": "Whole number of the smallest unit, such as cents"},
                "currency": {"description": "Code in capitals, such as EUR", "type": "string", "minLength": 2, "maxLength": 12},
                "exponent": {
                  "description": "Digits behind the point; needed where the currency is not generally known",
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 18
                },
                "payee": {"type": "string", "minLength": 1, "maxLength": 200},
                "memo": {"type": "string", "maxLength": 500}
              },
              "required": ["currency", "payee"],
              "additionalProperties": false
            }
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Transfer money to a payee.";
    }

    @Override
    public String parametersSchema() {
        return SCHEMA;
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.AUTO;
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.CHECKABLE;
    }

    @Override
    public List<String> usualSecrets() {
        return List.of(SECRET);
    }

    @Override
    public Set<String> settings() {
        return Set.of(BASE_URL, Credential.KEY, Credential.SCHEME, Credential.USERNAME);
    }

    @Override
    public Map<String, String> configFaults(Map<String, String> config) {
        Map<String, String> faults = new HashMap<>();
        String scheme = Credential.fault(config.get(Credential.SCHEME));
        if (!scheme.isEmpty()) {
            faults.put(Credential.SCHEME, scheme);
        }
        if (config.containsKey(BASE_URL) && !config.get(BASE_URL).matches("https?://[^\\s?#@]+")) {
            faults.put(BASE_URL, "must be an address that begins with https://");
        }
        return faults;
    }

    @Override
    public Optional<Money> money(JsonNode params) {
        return amount(params);
    }

    static Optional<Money> amount(JsonNode params) {
        var amount = params.path("amount");
        var currency = params.path("currency").asString("");
        if (!amount.isIntegralNumber() || !amount.canConvertToLong() || amount.longValue() < 0 || !Money.isCurrency(currency)) {
            return Optional.empty();
        }
        var known = Money.exponentOf(currency);
        var said = params.has("exponent") ? OptionalInt.of(params.path("exponent").intValue()) : known;
        return said.isEmpty() || known.isPresent() && known.getAsInt() != said.getAsInt() ? Optional.empty()
                : Optional.of(new Money(amount.longValue(), currency, said.getAsInt()));
    }

    @Override
    public Description describe(JsonNode params) {
        var payee = SHORT.excerpt(params.path("payee").asString(""), 200);
        return new Description("Pay " + money(params).map(Money::text).orElse("an unclear amount") + " to " + payee, payee);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        var amount = params.path("amount");
        var currency = params.path("currency").asString("");
        if (!amount.isIntegralNumber() || !amount.canConvertToLong()) {
            return Optional.of(new Block("amount_invalid",
                    "The amount " + (params.has("amount") ? "is not a whole number of the smallest unit, such as cents." : "is missing.")));
        }
        if (amount.longValue() < 0) {
            return Optional.of(new Block("amount_invalid", "The amount is negative."));
        }
        if (!Money.isCurrency(currency)) {
            return Optional.of(new Block("currency_invalid", "The currency is not a code of 2 to 12 capital letters and digits, such as EUR."));
        }
        return money(params).isPresent() ? Optional.empty() : Optional.of(new Block("exponent_invalid", Money.exponentOf(currency).isPresent()
                ? currency + " has " + Money.exponentOf(currency).getAsInt() + " digits behind the point."
                : "How many digits " + currency + " has behind the point is not known here; say it as exponent."));
    }
}

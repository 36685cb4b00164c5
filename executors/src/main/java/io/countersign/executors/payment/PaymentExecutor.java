package io.countersign.executors.payment;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Credential;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.Exchange;
import io.countersign.executors.outbound.Exchange.Question;
import io.countersign.executors.outbound.OutboundClient;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has a payment service transfer money: the id of the action is the key under which the service does it once, and the reference by which it
 * is asked whether it did.
 */
@Component
class PaymentExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Set<String> UNDER_WAY = Set.of("pending", "processing");
    private static final Set<String> UNDONE = Set.of("failed", "rejected", "cancelled");

    /** Answers that say "no" to this call and nothing about an earlier one with the same key. */
    private static final Set<Integer> AMBIGUOUS = Set.of(408, 409, 425, 429);

    private final OutboundClient client;
    private final Secrets secrets;
    private final Environment environment;

    PaymentExecutor(OutboundClient client, Secrets secrets, Environment environment) {
        this.client = client;
        this.secrets = secrets;
        this.environment = environment;
    }

    @Override
    public String actionType() {
        return PaymentTransfer.NAME;
    }

    @Override
    public String version() {
        return "2";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        JsonNode params = JSON.readTree(attempt.params());
        Optional<Money> money = PaymentTransfer.amount(params);
        if (money.isEmpty()) {
            return new Failed("invalid_params", "The amount is not clear. Nothing was paid.", null);
        }
        Optional<String> service = service(attempt);
        if (service.isEmpty()) {
            return environment.getProperty("countersign.demo", Boolean.class, false) ? captured(params)
                    : new Failed("not_configured", "No payment service is connected: set COUNTERSIGN_PAYMENT_URL. Nothing was paid.", null);
        }
        Deadline deadline = Deadline.before(attempt, timeLeft);
        ExecutionOutcome outcome = ask(attempt, service.get(), "", deadline, order(attempt, params, money.get()));
        if (outcome instanceof Failed failed && AMBIGUOUS.contains(answer(failed.output()).path("status_code").asInt(0))) {
            return new Unknown(failed.errorClass(), failed.error());
        }
        return settled(attempt, service.get(), outcome, deadline);
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        Optional<String> service = service(attempt);
        if (service.isEmpty()) {
            return Optional.of(new Unknown("not_configured", "No payment service is connected, so it could not be asked."));
        }
        Deadline deadline = Deadline.before(attempt, timeLeft);
        ExecutionOutcome found = ask(attempt, service.get(), "/" + attempt.actionId(), deadline, null);
        if (found instanceof Failed failed) {
            return answer(failed.output()).path("status_code").asInt(0) == 404 ? Optional.empty()
                    : Optional.of(new Unknown("lookup_failed", failed.error()));
        }
        if (found instanceof TimedOut late) {
            return Optional.of(new Unknown("lookup_failed", late.error()));
        }
        return Optional.of(settled(attempt, service.get(), found, deadline));
    }

    /** Waits for a transfer that is under way, as long as there is time. */
    private ExecutionOutcome settled(Attempt attempt, String service, ExecutionOutcome first, Deadline deadline) throws InterruptedException {
        ExecutionOutcome outcome = first;
        while (outcome instanceof Succeeded it && UNDER_WAY.contains(status(it))) {
            if (!deadline.pause(BETWEEN_LOOKS)) {
                return new Unknown("pending", "The payment service has taken the transfer and has not finished it.");
            }
            outcome = ask(attempt, service, "/" + attempt.actionId(), deadline, null);
        }
        if (outcome != first && outcome instanceof Failed failed) {
            return new Unknown("lookup_failed", "The payment service had taken the transfer. " + failed.error());
        }
        if (outcome != first && outcome instanceof TimedOut late) {
            return new Unknown("pending", "The payment service had taken the transfer. " + late.error());
        }
        if (outcome instanceof Succeeded it && UNDONE.contains(status(it))) {
            String why = answer(it.output()).path("body").path("reason").asString("");
            return new Failed("refused", Masking.of(List.of()).sentence("The payment service did not transfer it"
                    + (why.isEmpty() ? "." : ": " + why)), it.output());
        }
        return outcome;
    }

    private ExecutionOutcome ask(Attempt attempt, String service, String path, Deadline deadline, @Nullable String order)
            throws InterruptedException {
        try {
            URI uri = URI.create(service + "/transfers" + path);
            Map<String, String> way = new HashMap<>(Map.of(Credential.KEY, PaymentTransfer.SECRET));
            way.putAll(attempt.config());
            Credential credential = Credential.of(way, attempt, uri, secrets);
            Map<String, String> headers = new HashMap<>(credential.headers());
            if (order != null) {
                headers.put("Idempotency-Key", attempt.actionId());
                headers.put("Content-Type", "application/json");
            }
            return new Exchange(client, deadline).ask(new Question(order == null ? "GET" : "POST", uri, headers, order, null, false,
                    credential.hidden()));
        } catch (Credential.Missing missing) {
            return missing.outcome();
        }
    }

    private Optional<String> service(Attempt attempt) {
        String set = attempt.config().getOrDefault(PaymentTransfer.BASE_URL, environment.getProperty("countersign.payment-url", ""));
        return Optional.of(set.strip().replaceAll("/+$", "")).filter(url -> !url.isEmpty());
    }

    private static String order(Attempt attempt, JsonNode params, Money money) {
        var order = JSON.createObjectNode().put("reference", attempt.actionId()).put("amount", money.amount()).put("currency", money.currency())
                .put("exponent", money.exponent()).put("payee", params.path("payee").asString(""));
        if (params.has("memo")) {
            order.put("memo", params.path("memo").asString(""));
        }
        return order.toString();
    }

    private static ExecutionOutcome captured(JsonNode params) {
        var rendered = JSON.createObjectNode().put("captured", true);
        rendered.set("params", params);
        return new Succeeded(Masking.of(List.of()).output(rendered), null, true, false);
    }

    private static String status(Succeeded answered) {
        return answer(answered.output()).path("body").path("status").asString("");
    }

    private static JsonNode answer(@Nullable String output) {
        return output == null ? JSON.createObjectNode() : JSON.readTree(output);
    }
}

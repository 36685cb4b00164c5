package io.countersign.executors.http;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Credential;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.Exchange;
import io.countersign.executors.outbound.Exchange.Question;
import io.countersign.executors.outbound.OutboundClient;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Does what an operation describes. In a demo without its secret, the request is rendered and kept instead of sent. */
final class OperationExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Operation operation;
    private final OutboundClient client;
    private final Secrets secrets;
    private final boolean demo;

    OperationExecutor(Operation operation, OutboundClient client, Secrets secrets, boolean demo) {
        this.operation = operation;
        this.client = client;
        this.secrets = secrets;
        this.demo = demo;
    }

    @Override
    public String actionType() {
        return operation.name();
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        JsonNode params = JSON.readTree(attempt.params());
        Map<String, String> config = attempt.config();
        String key = config.getOrDefault(Credential.KEY, operation.secret());
        boolean there = secrets.byName(attempt.workspace(), key).isPresent();
        if (!there) {
            return demo ? captured(params, config) : new Failed("secret_missing", "The vault holds no secret called " + key + ". Nothing was sent.", null);
        }
        try {
            return send(attempt, params, config, key, Deadline.before(attempt, timeLeft));
        } catch (Credential.Missing missing) {
            return missing.outcome();
        }
    }

    private ExecutionOutcome send(Attempt attempt, JsonNode params, Map<String, String> config, String key, Deadline deadline)
            throws InterruptedException, Credential.Missing {
        boolean secretAddress = operation.path().equals("{secret}");
        List<String> hidden = new ArrayList<>();
        String base = config.getOrDefault(HttpType.BASE_URL, operation.base()).replaceAll("/+$", "");
        Optional<URI> uri = secretAddress
                ? HttpType.uri(Credential.takeAddress(key, attempt, secrets))
                : HttpType.uri(base + Operation.filled(operation.path(), values(params, config, null), true));
        if (uri.isEmpty() || uri.get().getHost() == null) {
            return new Failed("address_refused", secretAddress ? "The secret " + key + " holds no address." : "The address cannot be read.", null);
        }
        if (secretAddress && !HttpExecutor.isAllowed(uri.get(), config.containsKey(HttpType.BASE_URL)
                ? HttpType.uri(config.get(HttpType.BASE_URL)).map(URI::getHost).orElse("") : operation.hosts())) {
            return new Failed("host_not_allowed", "The address in " + key + " is none of " + operation.connector() + ". Nothing was sent.", null);
        }
        String secret = Credential.take(key, attempt, uri.get(), secrets);
        hidden.add(secret);
        Map<String, String> ours = headers(attempt, params, key, uri.get(), hidden);
        String body = body(values(params, config, secret));
        if (body != null) {
            ours.put("Content-Type", operation.form() ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8");
        }
        ExecutionOutcome outcome = new Exchange(client, deadline).ask(new Question(operation.method(), uri.get(), ours, body, null, false, hidden));
        return outcome instanceof Succeeded done ? judged(done, Masking.of(hidden)) : outcome;
    }

    private Map<String, String> headers(Attempt attempt, JsonNode params, String key, URI uri, List<String> hidden) throws Credential.Missing {
        Map<String, String> ours = new HashMap<>();
        operation.headers().properties().forEach(header -> ours.put(header.getKey(), header.getValue().asString()));
        if (operation.auth() != null) {
            Map<String, String> way = new HashMap<>();
            way.put(Credential.KEY, key);
            way.put(Credential.SCHEME, operation.auth());
            if (operation.username() != null) {
                way.put(Credential.USERNAME, Operation.filled(operation.username(), values(params, attempt.config(), null), false));
            }
            Credential credential = Credential.of(way, attempt, uri, secrets);
            hidden.addAll(credential.hidden());
            ours.putAll(credential.headers());
        }
        return ours;
    }

    @Override
    public boolean observes() {
        return operation.sight() != null;
    }

    @Override
    public Optional<Observation> observe(Attempt attempt, Duration timeLeft) throws InterruptedException {
        JsonNode sight = operation.sight();
        Map<String, String> config = attempt.config();
        String key = config.getOrDefault(Credential.KEY, operation.secret());
        if (sight == null || demo && secrets.byName(attempt.workspace(), key).isEmpty()) {
            return Optional.empty();
        }
        JsonNode params = JSON.readTree(attempt.params());
        var values = values(params, config, null);
        String subject = Operation.filled(operation.target(), values, false);
        Optional<URI> uri = HttpType.uri(config.getOrDefault(HttpType.BASE_URL, operation.base()).replaceAll("/+$", "")
                + Operation.filled(sight.path("path").asString(), values, true)).filter(found -> found.getHost() != null);
        if (uri.isEmpty()) {
            return Optional.of(Observation.unseen(subject, "The address cannot be read."));
        }
        try {
            List<String> hidden = new ArrayList<>();
            Map<String, String> ours = headers(attempt, params, key, uri.get(), hidden);
            String body = sight.has("body") ? String.valueOf(Operation.filled(sight.path("body"), values)) : null;
            if (body != null) {
                ours.put("Content-Type", "application/json; charset=utf-8");
            }
            return Optional.of(seen(subject, sight, new Exchange(client, Deadline.before(timeLeft)).ask(
                    new Question(sight.path("method").asString("GET"), uri.get(), ours, body, null, false, hidden))));
        } catch (Credential.Missing missing) {
            return Optional.of(Observation.unseen(subject, String.valueOf(missing.getMessage())));
        }
    }

    private static Observation seen(String subject, JsonNode sight, ExecutionOutcome answer) {
        if (!(answer instanceof Succeeded found) || found.output() == null) {
            return Observation.unseen(subject, switch (answer) {
                case Failed it -> it.error();
                case TimedOut it -> it.error();
                case Unknown it -> it.error();
                default -> "There was no answer.";
            });
        }
        JsonNode body = JSON.readTree(found.output()).path("body");
        return Observation.of(subject, sight.path("facts").properties().stream().map(fact -> new Fact(fact.getKey(),
                body.at(fact.getValue().asString()).isMissingNode() ? "not said" : body.at(fact.getValue().asString()).asString())).toList());
    }

    /** Some answer 200 and mean no. */
    private ExecutionOutcome judged(Succeeded done, Masking masking) {
        if (operation.ok() == null || done.output() == null) {
            return done;
        }
        JsonNode answer = JSON.readTree(done.output()).path("body");
        if (answer.at(operation.ok()).asBoolean(false)) {
            return done;
        }
        String why = answer.path("error").asString(answer.at("/errors/0/message").asString(answer.path("message").asString("")));
        return new Failed("refused", masking.sentence(operation.connector() + " refused it" + (why.isEmpty() ? "." : ": " + why)), done.output());
    }

    private @Nullable String body(Function<String, @Nullable JsonNode> values) {
        if (operation.body() == null) {
            return null;
        }
        JsonNode filled = Operation.filled(operation.body(), values);
        if (filled == null || !operation.form()) {
            return String.valueOf(filled);
        }
        var form = new StringBuilder();
        filled.properties().forEach(field -> form.append(form.isEmpty() ? "" : "&").append(field.getKey()).append('=')
                .append(URLEncoder.encode(field.getValue().asString(), StandardCharsets.UTF_8)));
        return form.toString();
    }

    private ExecutionOutcome captured(JsonNode params, Map<String, String> config) {
        var values = values(params, config, "(secret)");
        var rendered = JSON.createObjectNode().put("captured", true).put("method", operation.method())
                .put("address", operation.path().equals("{secret}") ? "(secret)"
                        : config.getOrDefault(HttpType.BASE_URL, operation.base()) + Operation.filled(operation.path(), values, true));
        if (operation.body() != null) {
            rendered.set("body", Operation.filled(operation.body(), values));
        }
        return new Succeeded(Masking.of(List.of()).output(rendered), null, true, false);
    }

    private static Function<String, @Nullable JsonNode> values(JsonNode params, Map<String, String> config, @Nullable String secret) {
        return name -> name.equals("secret") ? secret == null ? null : JSON.getNodeFactory().stringNode(secret)
                : params.has(name) ? params.get(name) : config.containsKey(name) ? JSON.getNodeFactory().stringNode(config.get(name)) : null;
    }
}

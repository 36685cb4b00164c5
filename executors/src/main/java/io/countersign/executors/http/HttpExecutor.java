package io.countersign.executors.http;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.outbound.Credential;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.Exchange;
import io.countersign.executors.outbound.Exchange.Question;
import io.countersign.executors.outbound.OutboundClient;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes plain requests and sends webhooks. Secrets are read when the request is made, after everything that can be refused without them. */
final class HttpExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpKind kind;
    private final OutboundClient client;
    private final Secrets secrets;
    private final Clock clock;

    HttpExecutor(HttpKind kind, OutboundClient client, Secrets secrets, Clock clock) {
        this.kind = kind;
        this.client = client;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String actionType() {
        return kind.typeName();
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        JsonNode params = JSON.readTree(attempt.params());
        Map<String, String> config = attempt.config();
        Optional<URI> uri = HttpType.uri(params.path("url").asString("")).filter(found -> found.getHost() != null);
        if (uri.isEmpty()) {
            return new Failed("address_refused", "The address cannot be read.", null);
        }
        if (!isAllowed(uri.get(), config.get(HttpType.HOSTS))) {
            return new Failed("host_not_allowed", uri.get().getHost() + " is not among the hosts this entry may reach. Nothing was sent.", null);
        }
        String body = kind.collects().isEmpty() ? null : text(params.path(kind.collects()));
        try {
            Credential credential = Credential.of(config, attempt, uri.get(), secrets);
            List<String> hidden = new ArrayList<>(credential.hidden());
            Map<String, String> ours = new LinkedHashMap<>(credential.headers());
            if (body != null) {
                ours.put("Content-Type", params.path("content_type").asString("application/json"));
            }
            if (kind == HttpKind.WEBHOOK) {
                ours.put("Idempotency-Key", attempt.actionId());
                sign(attempt, params, config, uri.get(), body == null ? "" : body, ours, hidden);
            }
            return new Exchange(client, Deadline.before(attempt, timeLeft)).ask(new Question(kind.method(), uri.get(),
                    headers(params.path("headers"), ours), body, config.get(HttpType.SUCCESS),
                    kind == HttpKind.WEBHOOK, hidden));
        } catch (Credential.Missing missing) {
            return missing.outcome();
        }
    }

    @Override
    public boolean observes() {
        return kind.isAboutWhatIsThere();
    }

    @Override
    public Optional<Observation> observe(Attempt attempt, Duration timeLeft) throws InterruptedException {
        Optional<URI> uri = HttpType.uri(JSON.readTree(attempt.params()).path("url").asString("")).filter(found -> found.getHost() != null);
        if (!kind.isAboutWhatIsThere() || uri.isEmpty() || !isChosenByTheHouse(uri.get(), attempt.config())) {
            return Optional.empty();
        }
        String subject = uri.get().getHost() + uri.get().getRawPath();
        try {
            Credential credential = Credential.of(attempt.config(), attempt, uri.get(), secrets);
            return Optional.of(new WhatIsThere(client, uri.get(), credential, Deadline.before(timeLeft)).seen(subject));
        } catch (Credential.Missing missing) {
            return Optional.of(Observation.unseen(subject, String.valueOf(missing.getMessage())));
        }
    }

    /** By the header the entry names, and by Standard Webhooks always when there is a key. */
    private void sign(Attempt attempt, JsonNode params, Map<String, String> config, URI uri, String body, Map<String, String> ours,
            List<String> hidden) throws Credential.Missing {
        String header = params.path("secret_header").asString("");
        String name = config.get(HttpType.SIGNING_KEY);
        if (name == null) {
            if (!header.isEmpty()) {
                throw new Credential.Missing("secret_missing", "To sign, the entry must name a secret in signing_vault_key. Nothing was sent.");
            }
            return;
        }
        String secret = Credential.take(name, attempt, uri, secrets);
        hidden.add(secret);
        if (!header.isEmpty()) {
            ours.put(header, Signature.hex(secret, body));
        }
        String time = String.valueOf(clock.instant().getEpochSecond());
        ours.put("webhook-id", attempt.actionId());
        ours.put("webhook-timestamp", time);
        ours.put("webhook-signature", Signature.standard(secret, attempt.actionId(), time, body));
    }

    /** What the house sets comes last, so that nothing a caller sent can stand in its place. */
    private static Map<String, String> headers(JsonNode asked, Map<String, String> ours) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        asked.properties().forEach(header -> {
            if (!HttpType.OURS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                all.put(header.getKey(), header.getValue().asString(""));
            }
        });
        ours.keySet().forEach(all::remove);
        all.putAll(ours);
        return all;
    }

    static boolean isAllowed(URI uri, @Nullable String hosts) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return hosts == null || Arrays.stream(hosts.toLowerCase(Locale.ROOT).split(",")).map(String::strip)
                .anyMatch(allowed -> allowed.equals(host) || allowed.startsWith("*.") && host.endsWith(allowed.substring(1)));
    }

    /** Nobody has approved anything yet, so nothing goes where only the caller says. */
    private static boolean isChosenByTheHouse(URI uri, Map<String, String> config) {
        Optional<String> base = Optional.ofNullable(config.get(HttpType.BASE_URL)).flatMap(HttpType::uri).map(URI::getHost);
        return config.containsKey(HttpType.HOSTS) ? isAllowed(uri, config.get(HttpType.HOSTS)) : base.filter(uri.getHost()::equalsIgnoreCase).isPresent();
    }

    private static @Nullable String text(JsonNode body) {
        return body.isMissingNode() || body.isNull() ? null : body.isString() ? body.asString() : body.toString();
    }
}

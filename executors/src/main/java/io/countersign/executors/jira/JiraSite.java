package io.countersign.executors.jira;

import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OutboundCall;
import io.countersign.executors.outbound.OutboundClient;
import io.countersign.executors.outbound.Reply;
import io.countersign.executors.outbound.Reply.Answered;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One Jira site with its credentials, read when it is needed and forgotten afterwards. */
final class JiraSite {

    static final List<String> CREDENTIALS = List.of("JIRA_BASE_URL", "JIRA_EMAIL", "JIRA_API_TOKEN");

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_EXCERPT = 200;

    private final String baseUrl;
    private final String authorization;
    private final Masking masking;
    private final OutboundClient client;
    private final Deadline deadline;

    JiraSite(Environment environment, OutboundClient client, Deadline deadline) {
        var token = setting(environment, "JIRA_API_TOKEN");
        var credentials = setting(environment, "JIRA_EMAIL") + ":" + token;
        var encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        this.baseUrl = setting(environment, "JIRA_BASE_URL").replaceAll("/+$", "");
        this.authorization = "Basic " + encoded;
        this.masking = Masking.of(List.of(encoded, token));
        this.client = client;
        this.deadline = deadline;
    }

    /** Names of the settings that are not set. */
    static List<String> missing(Environment environment) {
        return CREDENTIALS.stream().filter(name -> setting(environment, name).isEmpty()).toList();
    }

    static String setting(Environment environment, String name) {
        return environment.getProperty(name, "").strip();
    }

    Reply get(String path) throws InterruptedException {
        return call("GET", path, null);
    }

    Reply post(String path, JsonNode body) throws InterruptedException {
        return call("POST", path, JSON.writeValueAsString(body));
    }

    String link(String issueKey) {
        return baseUrl + "/browse/" + issueKey;
    }

    Masking masking() {
        return masking;
    }

    Deadline deadline() {
        return deadline;
    }

    /** What Jira said was wrong: its own messages, else the status and the beginning of the answer. */
    String error(Answered answer) {
        var messages = new ArrayList<String>();
        json(answer).ifPresent(body -> {
            body.path("errorMessages").forEach(message -> messages.add(message.asString("")));
            body.path("errors").properties().forEach(error -> messages.add(error.getKey() + ": " + error.getValue().asString("")));
        });
        messages.removeIf(String::isBlank);
        if (messages.isEmpty()) {
            var excerpt = masking.excerpt(answer.body(), MAX_EXCERPT);
            return "Jira answered HTTP " + answer.status() + (excerpt.isEmpty() ? "." : ": " + excerpt);
        }
        return masking.sentence(String.join("; ", messages));
    }

    /** The answer as JSON; empty when it is none, or cut. */
    static Optional<JsonNode> json(Answered answer) {
        try {
            return answer.whole() ? Optional.of(JSON.readTree(answer.body())) : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private Reply call(String method, String path, @Nullable String body) throws InterruptedException {
        URI uri;
        try {
            uri = URI.create(baseUrl + path);
        } catch (IllegalArgumentException notAnAddress) {
            return new Reply.NotSent(Reply.Cause.ADDRESS_REFUSED, "JIRA_BASE_URL is not an address. Set it to one such as https://acme.atlassian.net.");
        }
        return client.send(new OutboundCall(method, uri, Map.of("Authorization", authorization), body), deadline);
    }
}

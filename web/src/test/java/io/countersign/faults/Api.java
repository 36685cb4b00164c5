package io.countersign.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The callers of a service: its first agent and its owner. Nobody waits for outcomes. */
final class Api {

    static final String ACTIONS = "/api/v1/actions";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String AGENT = "Bearer " + ServiceProcess.AGENT_KEY;
    private static final String OWNER = "Basic " + Base64.getEncoder()
            .encodeToString((ServiceProcess.OWNER + ":" + ServiceProcess.PASSWORD).getBytes(StandardCharsets.UTF_8));

    private static final String SESSION = "countersign_session=MTIzNDU2NzgtMTIzNC00MTIzLTgxMjMtMTIzNDU2Nzg5MDEy";

    private final String base;

    Api(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    /** The two types, which declare different classes of execution. */
    enum Type {
        EMAIL, JIRA;

        private ObjectNode request(String text) {
            ObjectNode request = JSON.createObjectNode().put("action", this == EMAIL ? "email:send" : "jira:create");
            ObjectNode params = request.putObject("params");
            return switch (this) {
                case EMAIL -> {
                    params.put("to", "ann@example.com").put("subject", text).put("body", "<p>" + text + "</p>");
                    yield request;
                }
                case JIRA -> {
                    params.put("summary", text).put("description", text);
                    yield request;
                }
            };
        }
    }

    /**
     * What came back.
     *
     * @param body the parsed body; missing when it is no JSON
     */
    record Answer(int status, JsonNode body, boolean replayed, Duration took) {

        boolean succeeded() {
            return status / 100 == 2;
        }

        String text(String field) {
            return body.path(field).asString("");
        }
    }

    /** The agent asks. */
    Answer submit(Type type, String idempotencyKey) {
        return send("POST", ACTIONS, AGENT, type.request("Fault " + idempotencyKey).toString(), idempotencyKey);
    }

    /** The agent asks for anything. */
    Answer ask(String action, String params) {
        return send("POST", ACTIONS, AGENT, "{\"action\":\"" + action + "\",\"params\":" + params + "}", null);
    }

    /** The owner changes something. */
    Answer put(String path, String body) {
        return send("PUT", path, OWNER, body, null);
    }

    Answer approve(String actionId) {
        return send("POST", ACTIONS + "/" + actionId + "/approve", OWNER, "{}", null);
    }

    /** The owner decides with {@code deny}, or withdraws with {@code cancel}. */
    Answer decide(String actionId, String verb) {
        return send("POST", ACTIONS + "/" + actionId + "/" + verb, OWNER, "{}", null);
    }

    Answer read(String actionId) {
        return send("GET", ACTIONS + "/" + actionId, OWNER, null, null);
    }

    /** Any address, as the owner. */
    Answer get(String path) {
        return send("GET", path, OWNER, null, null);
    }

    /** A page, asked for by a browser with a session. */
    Answer browse(String path) {
        return send(request("GET", path, null).header("Accept", "text/html").header("Cookie", SESSION));
    }

    boolean isReady() {
        try {
            return send(request("GET", "/readyz", null)).status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private Answer send(String method, String path, String credentials, @Nullable String body, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = request(method, path, body).header("Authorization", credentials).header("Prefer", "wait=0");
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String method, String path, @Nullable String body) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    /** Throws when the connection breaks or the service is not there. */
    private static Answer send(HttpRequest.Builder request) {
        long begin = System.nanoTime();
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), json(response), response.headers().firstValue("Idempotent-Replayed").isPresent(),
                    Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        boolean isJson = response.headers().firstValue("Content-Type").orElse("").contains("json");
        return isJson ? JSON.readTree(response.body()) : JSON.missingNode();
    }
}

package io.countersign.web.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Countersign that is running somewhere. */
final class Remote {

    static final JsonMapper JSON = JsonMapper.shared();

    private final String base;
    private final String authorization;

    private Remote(String base, String authorization) {
        this.base = base;
        this.authorization = authorization;
    }

    /** It said no, or is not there. */
    static final class Unsuccessful extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unsuccessful(String message) {
            super(message, null, false, false);
        }
    }

    static Remote of(Map<String, String> environment) {
        String port = environment.getOrDefault("COUNTERSIGN_PORT", "8080");
        String base = environment.getOrDefault("COUNTERSIGN_URL", "http://127.0.0.1:" + port).replaceAll("/+$", "");
        String user = environment.get("COUNTERSIGN_USER");
        String pair = user + ":" + environment.getOrDefault("COUNTERSIGN_PASSWORD", "");
        return new Remote(base, user == null ? "Bearer " + environment.getOrDefault("COUNTERSIGN_AGENT_KEY", "")
                : "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    JsonNode get(String path) {
        return call("GET", path, null);
    }

    /**
     * Calls {@code /api/v1} and this path.
     *
     * @throws Unsuccessful with the sentence that Countersign answered
     */
    JsonNode call(String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/v1" + path)).timeout(Duration.ofSeconds(60))
                .header("Authorization", authorization)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            JsonNode json = answer.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(answer.body());
            if (answer.statusCode() / 100 != 2) {
                throw new Unsuccessful(json.path("detail").asString("HTTP " + answer.statusCode()));
            }
            return json;
        } catch (IOException | JacksonException e) {
            throw new Unsuccessful("No Countersign answers at " + base + ". Start it, or say where it is with COUNTERSIGN_URL.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unsuccessful("Interrupted.");
        }
    }

    static String part(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

package io.countersign.web.rest;

import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.PrincipalCommand;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.web.security.ApiKeys;
import io.countersign.web.security.Passwords;
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
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The people and agents of the tests, and how each of them calls. Made on first use; always the same. */
@Component
final class Cast {

    static final String PASSWORD = "a-long-enough-password";
    static final String HERE = "default";
    static final String ELSEWHERE = "elsewhere";

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ServletWebServerApplicationContext server;
    private final CommandGateway commands;
    private final Principals principals;
    private final Passwords passwords;
    private final ApiKeys keys;
    private final Map<String, Voice> voices = new HashMap<>();

    Cast(ServletWebServerApplicationContext server, CommandGateway commands, Principals principals, Passwords passwords, ApiKeys keys) {
        this.server = server;
        this.commands = commands;
        this.principals = principals;
        this.passwords = passwords;
        this.keys = keys;
    }

    Voice nobody() {
        return new Voice("nobody", null);
    }

    /** Somebody who tries this address and password. */
    Voice stranger(String email, String password) {
        return new Voice("stranger", "Basic " + Base64.getEncoder().encodeToString((email + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    Voice owner() {
        return voice("olive", () -> new Voice(ownerId(), basic("olive@example.com")));
    }

    Voice admin() {
        return person("ada", HERE, Role.ADMIN);
    }

    Voice analyst() {
        return person("ann", HERE, Role.ANALYST);
    }

    Voice viewer() {
        return person("vic", HERE, Role.VIEWER);
    }

    Voice agent() {
        return agent("scribe", HERE);
    }

    Voice otherAgent() {
        return agent("courier", HERE);
    }

    /** An agent of its own for each call, to be erased. */
    Voice leaver() {
        return agent("leaver-" + UUID.randomUUID(), HERE);
    }

    /** An agent whose key is for work outside only. */
    Voice worker() {
        return agent("porter", HERE, KeyScope.WORK);
    }

    Voice foreignWorker() {
        return agent("foreign-porter", ELSEWHERE, KeyScope.WORK);
    }

    Voice foreignAdmin() {
        return person("fay", ELSEWHERE, Role.OWNER);
    }

    Voice foreignAgent() {
        return agent("foreign-agent", ELSEWHERE);
    }

    private String ownerId() {
        return principals.byEmail("olive@example.com").orElseThrow().id();
    }

    private Voice person(String name, String workspace, Role role) {
        return voice(name, () -> {
            var id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
            send(workspace, new AddPerson(id, workspace, name, name + "@example.com", role, passwords.hash(PASSWORD)));
            return new Voice(id, basic(name + "@example.com"));
        });
    }

    private Voice agent(String name, String workspace) {
        return agent(name, workspace, KeyScope.ASK);
    }

    private Voice agent(String name, String workspace, KeyScope scope) {
        return voice(name, () -> {
            var id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
            var key = keys.generate();
            send(workspace, new CreateAgent(id, workspace, name, null));
            send(workspace, new IssueKey(id, key.id(), key.secretHash(), null, scope));
            return new Voice(id, "Bearer " + key.text());
        });
    }

    private synchronized Voice voice(String name, java.util.function.Supplier<Voice> made) {
        var known = voices.get(name);
        if (known == null) {
            known = made.get();
            voices.put(name, known);
        }
        return known;
    }

    private void send(String workspace, PrincipalCommand command) {
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(command).andMetaData(Map.of("actor", "system:first-run", "workspace", workspace,
                "origin", "system", "request_id", "tests", "trace_id", "tests")));
    }

    private static String basic(String email) {
        return "Basic " + Base64.getEncoder().encodeToString((email + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    /** Somebody who calls. */
    final class Voice {

        private final String id;
        private final @Nullable String authorization;

        private Voice(String id, @Nullable String authorization) {
            this.id = id;
            this.authorization = authorization;
        }

        String id() {
            return id;
        }

        Answer get(String path) {
            return call("GET", path, new byte[0]);
        }

        /** The answer as it came, for what is no text. */
        byte[] bytes(String path) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getWebServer().getPort() + path)).GET();
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            try {
                return HTTP.send(request.build(), BodyHandlers.ofByteArray()).body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        Answer post(String path, String body, String... headers) {
            return call("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
        }

        Answer call(String method, String path, byte[] body, String... headers) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getWebServer().getPort() + path))
                    .timeout(Duration.ofSeconds(90))
                    .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            if (body.length > 0 && !String.join(",", headers).toLowerCase(java.util.Locale.ROOT).contains("content-type")) {
                request.header("Content-Type", "application/json");
            }
            try {
                return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Asks for an issue in Jira, which an analyst may decide; answers with the id. */
        String asks() {
            return post("/api/v1/actions", JIRA).json().path("id").asString();
        }
    }

    static final String JIRA = "{\"action\":\"jira:create\",\"params\":{\"summary\":\"Paint the bridge\",\"description\":\"Twice.\",\"project\":\"OPS\"}}";

    /** What came back. */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String text(String member) {
            return json().path(member).asString("");
        }

        @Override
        public String toString() {
            return status() + " " + body();
        }
    }
}

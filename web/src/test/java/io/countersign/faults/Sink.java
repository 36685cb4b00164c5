package io.countersign.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The far side: a real HTTP server that plays the mail provider, the issue tracker, a payment service and somebody who is posted to, counts what it did for each action, and can hold a
 * call before or after its effect. It keeps its promises as those do: one key is one mail, and nothing stops
 * an issue, a payment or a post from being made twice.
 */
final class Sink implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern LABEL = Pattern.compile("countersign-([0-9a-f-]{36})");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Mail> mails = new ConcurrentHashMap<>();
    private final List<Issue> issues = new CopyOnWriteArrayList<>();
    private final List<String> transfers = new CopyOnWriteArrayList<>();
    private final List<String> posts = new CopyOnWriteArrayList<>();
    private final Map<String, Hold> holds = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> answers = new ConcurrentHashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    /** Where in a call. */
    enum Point {
        BEFORE_EFFECT, AFTER_EFFECT
    }

    private record Mail(String key, String body, CompletableFuture<Void> sent) {}

    private record Issue(String actionId, String key) {}

    Sink() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/emails", exchange -> serve(exchange, this::email));
        server.createContext("/rest/api/3/issue", exchange -> serve(exchange, this::issue));
        server.createContext("/rest/api/3/search/jql", exchange -> serve(exchange, this::search));
        server.createContext("/transfers", exchange -> serve(exchange, this::transfer));
        server.createContext("/posts", exchange -> serve(exchange, this::post));
        server.start();
    }

    /** The settings that make a service use this far side. */
    Map<String, String> environment() {
        String address = "127.0.0.1:" + server.getAddress().getPort();
        return Map.of("RESEND_API_KEY", "re_faults", "RESEND_BASE_URL", "http://" + address, "COUNTERSIGN_PAYMENT_URL", "http://" + address,
                "JIRA_BASE_URL", "http://" + address, "JIRA_EMAIL", "bot@example.com", "JIRA_API_TOKEN", "token-of-the-bot",
                "JIRA_DEFAULT_PROJECT", "OPS", "COUNTERSIGN_HTTP_ALLOW_PRIVATE", address, "COUNTERSIGN_EMAIL_ALLOWED_DOMAINS", "example.com");
    }

    /** Where posts go. */
    String postbox() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/posts";
    }

    /** Holds the next call for this action; for a post, for this text. */
    Hold hold(String actionId, Point point) {
        Hold hold = new Hold(point);
        holds.put(actionId, hold);
        return hold;
    }

    /** How often the effect of this action, or of the post with this text, took place. */
    long effects(String actionId) {
        return mails.values().stream().filter(mail -> mail.key().startsWith(actionId + "/") && mail.sent().isDone()).count()
                + issues.stream().filter(issue -> issue.actionId().equals(actionId)).count()
                + Collections.frequency(transfers, actionId) + Collections.frequency(posts, actionId);
    }

    /** Waits until a call for this action has been answered. */
    void awaitAnswer(String actionId) {
        await(answer(actionId));
    }

    /** Calls that no correct client makes. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** A call that is kept waiting. */
    static final class Hold {

        private final Point point;
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private final CompletableFuture<Boolean> goesOn = new CompletableFuture<>();

        private Hold(Point point) {
            this.point = point;
        }

        void awaitReached() {
            await(reached);
        }

        /** The call goes on, whether its caller still lives or not. */
        void goOn() {
            goesOn.complete(true);
        }

        /** The connection breaks, and what has not happened does not happen. */
        void drop() {
            goesOn.complete(false);
        }

        private boolean pass() {
            reached.complete(null);
            return await(goesOn);
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private CompletableFuture<Void> answer(String actionId) {
        return answers.computeIfAbsent(actionId, id -> new CompletableFuture<>());
    }

    /** Null stands for no answer at all. */
    private record Reply(int status, String body, String actionId) {}

    @FunctionalInterface
    private interface Service {

        Reply serve(HttpExchange exchange, String body) throws Dropped;
    }

    private static final class Dropped extends Exception {

        private static final long serialVersionUID = 1L;
    }

    private void serve(HttpExchange exchange, Service service) throws IOException {
        try (exchange) {
            Reply reply = service.serve(exchange, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().flush();
            answer(reply.actionId()).complete(null);
        } catch (Dropped dropped) {
            // Closing the exchange without headers breaks the connection, which is the point.
        }
    }

    private void pass(String actionId, Point point) throws Dropped {
        Hold hold = holds.get(actionId);
        if (hold != null && hold.point == point && holds.remove(actionId, hold) && !hold.pass()) {
            throw new Dropped();
        }
    }

    private Reply email(HttpExchange exchange, String body) throws Dropped {
        String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        String actionId = key.replaceFirst("/.*", "");
        Mail mail = new Mail(key, body, new CompletableFuture<>());
        Mail earlier = mails.putIfAbsent(key, mail);
        if (earlier != null && !earlier.body().equals(body)) {
            faults.add("The key " + key + " came with another mail.");
            return new Reply(409, "{\"name\":\"invalid_idempotent_request\"}", actionId);
        }
        if (earlier != null && !earlier.sent().isDone()) {
            return new Reply(409, "{\"name\":\"concurrent_idempotent_requests\"}", actionId);
        }
        if (earlier == null) {
            try {
                pass(actionId, Point.BEFORE_EFFECT);
                mail.sent().complete(null);
            } finally {
                if (!mail.sent().isDone()) {
                    mails.remove(key);
                }
            }
        }
        pass(actionId, Point.AFTER_EFFECT);
        return new Reply(200, JSON.createObjectNode().put("id", "mail-" + key.replace('/', '-')).toString(), actionId);
    }

    private Reply issue(HttpExchange exchange, String body) throws Dropped {
        String actionId = "";
        for (JsonNode label : JSON.readTree(body).path("fields").path("labels")) {
            Matcher ours = LABEL.matcher(label.asString());
            actionId = ours.matches() ? ours.group(1) : actionId;
        }
        pass(actionId, Point.BEFORE_EFFECT);
        Issue issue;
        synchronized (issues) {
            issue = new Issue(actionId, "OPS-" + (issues.size() + 1));
            issues.add(issue);
        }
        pass(actionId, Point.AFTER_EFFECT);
        return new Reply(201, json(issue).toString(), actionId);
    }

    private Reply transfer(HttpExchange exchange, String body) throws Dropped {
        boolean order = exchange.getRequestMethod().equals("POST");
        String reference = order ? JSON.readTree(body).path("reference").asString("") : exchange.getRequestURI().getPath().replaceFirst(".*/", "");
        if (order) {
            pass(reference, Point.BEFORE_EFFECT);
            transfers.add(reference);
            pass(reference, Point.AFTER_EFFECT);
        }
        return transfers.contains(reference) ? new Reply(200, "{\"status\":\"completed\"}", reference) : new Reply(404, "{}", reference);
    }

    private Reply post(HttpExchange exchange, String body) throws Dropped {
        String text = JSON.readTree(body).path("text").asString("");
        pass(text, Point.BEFORE_EFFECT);
        posts.add(text);
        pass(text, Point.AFTER_EFFECT);
        return new Reply(200, "{}", text);
    }

    private Reply search(HttpExchange exchange, String body) {
        String query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
        Matcher label = LABEL.matcher(query);
        String actionId = label.find() ? label.group(1) : "";
        List<ObjectNode> found = new ArrayList<>();
        issues.stream().filter(issue -> issue.actionId().equals(actionId)).forEach(issue -> found.add(json(issue)));
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("issues").addAll(found);
        return new Reply(200, answer.toString(), actionId);
    }

    private static ObjectNode json(Issue issue) {
        ObjectNode json = JSON.createObjectNode().put("id", issue.key().substring(4)).put("key", issue.key());
        json.putObject("fields").putArray("labels").add("countersign-" + issue.actionId());
        return json;
    }
}

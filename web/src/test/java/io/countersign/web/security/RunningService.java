package io.countersign.web.security;

import io.countersign.command.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** The whole service on a real database and a free port. The first start is part of what is tested. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {"countersign.demo=true", "countersign.public-hosts=gate.example",
        "countersign.data-dir=target/test-data/security", "countersign.rate-limit-per-minute=60",
        "countersign.trusted-proxies=127.0.0.1"})
abstract class RunningService {

    static final Path FOLDER = Path.of("target/test-data/security");

    private static final TestDatabase DATABASE;
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    static {
        try {
            FileSystemUtils.deleteRecursively(FOLDER);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        DATABASE = TestDatabase.create();
    }

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        DATABASE.properties().forEach((name, value) -> registry.add(name, () -> value));
    }

    String base() {
        return "http://127.0.0.1:" + port;
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A browser, or a program, with its own cookie. */
    final class Client {

        private final HttpClient http = HttpClient.newHttpClient();
        private String cookie = "";

        HttpResponse<String> get(String path, String... headers) {
            return send(HttpRequest.newBuilder().GET(), path, headers);
        }

        HttpResponse<String> post(String path, Map<String, String> form) {
            String body = form.entrySet().stream().map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                    .reduce((left, right) -> left + "&" + right).orElse("");
            return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)), path,
                    "Content-Type", "application/x-www-form-urlencoded");
        }

        HttpResponse<String> signIn(String user, String password) {
            return post("/login", Map.of("username", user, "password", password, "_csrf", token()));
        }

        String token() {
            Matcher matcher = TOKEN.matcher(get("/login").body());
            return matcher.find() ? matcher.group(1) : "";
        }

        String cookie() {
            return cookie;
        }

        private HttpResponse<String> send(HttpRequest.Builder request, String path, String... headers) {
            request.uri(URI.create(base() + path));
            if (!cookie.isEmpty()) {
                request.header("Cookie", cookie);
            }
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            try {
                HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                response.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
                return response;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
        }

        private static String encode(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }
}

package io.countersign.bootstrap;

import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.EmbeddedPostgres;
import io.countersign.query.proof.api.BundleChecks;
import io.countersign.query.proof.api.DatabaseChecks;
import io.countersign.query.proof.api.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks the log from outside: from a bundle, from the database, or from a running service. */
@Command(name = "audit", description = "Checks the event log.")
final class AuditTool {

    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    AuditTool() {
        this(System.getenv());
    }

    AuditTool(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Where the log is. */
    enum From {
        BUNDLE, DB, API
    }

    @Command(name = "verify", exitCodeOnExecutionException = 2, description = {"Recomputes every leaf, the chains and the tree, and compares them with what was signed.",
        "Exit code 0: nothing is wrong. 1: something is. 2: it could not be checked."})
    int verify(
            @Option(names = "--from", defaultValue = "bundle", description = "bundle, db or api (default: bundle)") From from,
            @Option(names = "--checkpoint", description = "A checkpoint kept elsewhere; the log must contain it") @Nullable Path checkpoint,
            @Option(names = "--key", description = "The one key to trust, as a verifier line") @Nullable String key,
            @Option(names = "--url", description = "Address of the service, for api; otherwise COUNTERSIGN_URL says it. "
                    + "Who asks, COUNTERSIGN_USER and COUNTERSIGN_PASSWORD say") @Nullable String url,
            @Parameters(arity = "0..1", paramLabel = "FILE", description = "The bundle, or an archive") @Nullable Path file) throws IOException {
        String note = checkpoint == null ? null : readable(checkpoint, Files::readString);
        return told(switch (from) {
            case BUNDLE -> bundle(file, note, key);
            case DB -> database(note);
            case API -> service(url == null ? address() : url.replaceAll("/+$", ""), note, key);
        });
    }

    private String address() {
        return environment.getOrDefault("COUNTERSIGN_URL", "http://127.0.0.1:" + environment.getOrDefault("COUNTERSIGN_PORT", "8080"))
                .replaceAll("/+$", "");
    }

    /** Reads a file. */
    private interface Reading<T> {
        T of(Path file) throws IOException;
    }

    /** What cannot be read was not checked, which is another thing than a log that is wrong. */
    private <T> T readable(Path file, Reading<T> reading) throws IOException {
        try {
            return reading.of(file);
        } catch (NoSuchFileException missing) {
            throw new ParameterException(spec.commandLine(), "There is no file " + file + ".");
        } catch (CharacterCodingException binary) {
            throw new ParameterException(spec.commandLine(), file + " is not text in UTF-8, so it is neither a bundle nor an archive.");
        }
    }

    private Verification bundle(@Nullable Path file, @Nullable String checkpoint, @Nullable String key) throws IOException {
        if (file == null) {
            throw new ParameterException(spec.commandLine(), "Name the bundle, as GET /api/v1/audit/bundle gives it.");
        }
        if (readable(file, AuditTool::isZip)) {
            throw new ParameterException(spec.commandLine(), file + " is a ZIP file, such as the proof pack of one action. Check a pack with \"node "
                    + "docs/verifier/verify.mjs " + file + "\"; this checks the bundle that GET /api/v1/audit/bundle gives, or an archive.");
        }
        return readable(file, it -> {
            try (BufferedReader bundle = Files.newBufferedReader(it)) {
                return ServiceLoader.load(BundleChecks.class).findFirst().orElseThrow().check(bundle, checkpoint, key);
            }
        });
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream begun = Files.newInputStream(file)) {
            return Arrays.equals(begun.readNBytes(ZIP.length), ZIP);
        }
    }

    private Verification service(String url, @Nullable String checkpoint, @Nullable String key) throws IOException {
        boolean named = environment.containsKey("COUNTERSIGN_USER") || !environment.containsKey("COUNTERSIGN_OWNER_EMAIL");
        String user = environment(named ? "COUNTERSIGN_USER" : "COUNTERSIGN_OWNER_EMAIL");
        String password = environment(named ? "COUNTERSIGN_PASSWORD" : "COUNTERSIGN_OWNER_PASSWORD");
        String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/audit/bundle")).header("Authorization", "Basic " + basic).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(request, BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                throw new ParameterException(spec.commandLine(), "The service answered " + answer.statusCode() + ".");
            }
            try (BufferedReader bundle = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                return ServiceLoader.load(BundleChecks.class).findFirst().orElseThrow().check(bundle, checkpoint, key);
            }
        } catch (ConnectException away) {
            throw new ParameterException(spec.commandLine(), "No Countersign answers at " + url + ". Start it, or say where it is with COUNTERSIGN_URL.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private Verification database(@Nullable String checkpoint) {
        Path data = Path.of(Optional.ofNullable(environment.get("COUNTERSIGN_DATA_DIR")).orElse("./data"));
        Path anchors = Optional.ofNullable(environment.get("COUNTERSIGN_ANCHOR_DIR")).map(Path::of).orElse(data.resolve("anchors"));
        Path archives = Optional.ofNullable(environment.get("COUNTERSIGN_ARCHIVE_DIR")).map(Path::of).orElse(data.resolve("archives"));
        DatabaseEndpoint endpoint = Optional.ofNullable(environment.get("COUNTERSIGN_DB_URL"))
                .map(url -> new DatabaseEndpoint(url, environment("COUNTERSIGN_DB_USER"), environment("COUNTERSIGN_DB_PASSWORD"), "", ""))
                .or(() -> EmbeddedPostgres.running(data.resolve("postgres")))
                .orElseThrow(() -> new ParameterException(spec.commandLine(),
                        "No database runs in " + data.toAbsolutePath() + ". Start the service, or set COUNTERSIGN_DB_URL."));
        return ServiceLoader.load(DatabaseChecks.class).findFirst().orElseThrow().check(endpoint.jdbcUrl(), endpoint.applicationUser(),
                endpoint.applicationPassword(), Files.isDirectory(anchors) ? anchors : null,
                Files.isDirectory(archives) ? archives : null, checkpoint);
    }

    private String environment(String name) {
        return Optional.ofNullable(environment.get(name)).orElseThrow(() -> new ParameterException(spec.commandLine(), "Set " + name + "."));
    }

    private int told(Verification found) {
        var integrity = found.integrity();
        var out = spec.commandLine().getOut();
        out.printf("%s%n", found.passed() ? "VALID" : "INVALID "
                + Optional.ofNullable(integrity.firstBad()).or(() -> Optional.ofNullable(found.completeness().missingFrom())).orElse(0L));
        out.printf("integrity     %s%n", integrity.valid() ? found.checked() + " events are as recorded" : integrity.reason());
        out.printf("anchored      %d of them also by a checkpoint outside the database, %d by a signed checkpoint%n", found.anchored().size(),
                found.anchored().signed());
        out.printf("completeness  %s%n", found.completeness().reason());
        if (found.archived().events() > 0) {
            out.printf("archived      %d events, in %d files%s%n", found.archived().events(), found.archived().files(),
                    found.archived().away().isEmpty() ? "" : "; not looked into: " + String.join(", ", found.archived().away()));
        }
        out.flush();
        return found.passed() ? 0 : 1;
    }
}

package io.countersign.command.database.api;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the cluster of one folder and starts and stops the server processes on it. Knows nothing of who may log in. */
final class ServerProcess {

    static final String SUPERUSER = "countersign_admin";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final Duration TO_STOP = Duration.ofSeconds(7);
    private static final Duration TO_ABORT = Duration.ofSeconds(2);
    private static final Duration TO_VANISH = Duration.ofSeconds(15);
    private static final Duration TO_RECOVER = Duration.ofMinutes(10);
    private static final Duration TO_REPORT = Duration.ofSeconds(10);
    private static final long LOG_LIMIT = 4 * 1024 * 1024;

    /** On the command line, where no file in the folder can take them back. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            Map.entry("password_encryption", "scram-sha-256"),
            Map.entry("max_connections", "200"),
            Map.entry("shared_buffers", "192MB"),
            Map.entry("max_wal_size", "2GB"),
            Map.entry("checkpoint_timeout", "15min"),
            Map.entry("max_wal_senders", "0"),
            // Two cores: a query that spreads over both holds up every commit.
            Map.entry("max_parallel_workers_per_gather", "0"),
            Map.entry("jit", "off"),
            // Work of a service that died must not go on after the next one started.
            Map.entry("client_connection_check_interval", "2s"),
            Map.entry("cluster_name", "countersign"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("lc_messages", "C"),
            // Errors go to the client that made them; statements and details may hold personal data.
            Map.entry("log_min_messages", "log"),
            Map.entry("log_min_error_statement", "panic"),
            Map.entry("log_error_verbosity", "terse"),
            Map.entry("log_checkpoints", "off"));

    private static final String LOGINS = """
            # Written by Countersign at each start.
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final Path home;
    private final Path cluster;
    private final Path output;
    private final ServerBinaries binaries;
    private final ServerAccount account;

    ServerProcess(Path home, ServerBinaries binaries, ServerAccount account) {
        this.home = home;
        this.cluster = home.resolve("cluster");
        this.output = home.resolve("server.log");
        this.binaries = binaries;
        this.account = account;
    }

    Path cluster() {
        return cluster;
    }

    /** Creates the cluster beside its place and moves it there when it is whole. */
    void initialise(String superuserPassword) throws IOException {
        Path fresh = home.resolve("cluster.new");
        Path password = home.resolve("initial-password");
        Folders.delete(fresh);
        try {
            Folders.write(password, superuserPassword, "rw-------");
            giveToAccount();
            run(Duration.ofMinutes(2), binaries.program("initdb"), "--pgdata=" + fresh, "--username=" + SUPERUSER, "--pwfile=" + password,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                    "--data-checksums", "--no-instructions");
        } finally {
            Files.deleteIfExists(password);
        }
        Folders.move(fresh, cluster);
    }

    void requireMajorVersion() throws IOException {
        String found = Files.readString(cluster.resolve("PG_VERSION")).strip();
        if (!found.equals(ServerBinaries.MAJOR)) {
            throw new DatabaseStartException("The database in %s was made by PostgreSQL %s; this Countersign brings PostgreSQL %s."
                    .formatted(cluster, found, ServerBinaries.MAJOR), "Follow the upgrade steps in docs/operations.md.");
        }
    }

    /** Whether the living server was started with the very command line we would use. */
    boolean startedAsOurs(Postmaster server) {
        StringBuilder expected = new StringBuilder(binaries.program("postgres"));
        arguments(server.port()).forEach(argument -> expected.append(" \"").append(argument).append('"'));
        try {
            return Files.readString(cluster.resolve("postmaster.opts")).strip().contentEquals(expected);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Starts the server on a cluster on which nothing else works, and waits until it accepts connections.
     *
     * @param abandoned stops the waiting
     * @throws PortTaken if another program listens on the port
     * @throws DatabaseStartException if the server does not start
     */
    Postmaster launch(int port, BooleanSupplier abandoned) throws IOException, PortTaken {
        long giveUp = System.nanoTime() + TO_VANISH.toNanos();
        while (true) {
            clearRemains();
            Files.writeString(cluster.resolve("pg_hba.conf"), LOGINS);
            giveToAccount();
            long before = rotateOutput();
            List<String> command = new ArrayList<>(List.of(binaries.program("postgres")));
            command.addAll(arguments(port));
            Process process = clean(new ProcessBuilder(account.detachedCommand(command)))
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true).redirectOutput(Redirect.appendTo(output.toFile())).start();
            awaitReady(process, abandoned);
            var server = Postmaster.aliveIn(cluster).filter(Postmaster::ready);
            if (server.isPresent()) {
                return server.get();
            }
            if (process.isAlive()) {
                Postmaster.aliveIn(cluster).ifPresentOrElse(this::stop, process::destroyForcibly);
                throw new DatabaseStartException("The embedded database did not become ready within %d minutes."
                        .formatted(TO_RECOVER.toMinutes()), "Look into " + output + ".");
            }
            String said = outputSince(before);
            if (said.contains("Address already in use") || said.contains("could not bind")) {
                throw new PortTaken();
            }
            boolean remains = said.contains("lock file") || said.contains("shared memory block");
            if (!remains || System.nanoTime() > giveUp || abandoned.getAsBoolean()) {
                throw new DatabaseStartException("The embedded database did not start; it said: " + said.strip(),
                        "Look into " + output + ".");
            }
        }
    }

    private void awaitReady(Process process, BooleanSupplier abandoned) {
        BooleanSupplier over = () -> !process.isAlive() || abandoned.getAsBoolean()
                || Postmaster.aliveIn(cluster).filter(Postmaster::ready).isPresent();
        long giveUp = System.nanoTime() + TO_RECOVER.toNanos();
        while (!Waiting.until(TO_REPORT, over) && System.nanoTime() < giveUp) {
            log.info("The embedded database is still recovering.");
        }
    }

    /** Stops a server: politely, then at once, then by force. Committed data survives each. */
    void stop(Postmaster server) {
        signal("INT", server);
        if (Waiting.until(TO_STOP, () -> !server.alive())) {
            return;
        }
        log.warn("The embedded database did not stop within {} s and is stopped at once; it recovers at the next start.", TO_STOP.toSeconds());
        signal("QUIT", server);
        if (!Waiting.until(TO_ABORT, () -> !server.alive())) {
            Postmaster.processesIn(cluster).forEach(ProcessHandle::destroyForcibly);
            if (!Waiting.until(TO_ABORT, () -> !server.alive())) {
                throw new DatabaseStartException("The embedded database (process %d) cannot be stopped.".formatted(server.pid()),
                        "End the process, or restart the machine.");
            }
        }
    }

    /** After a crash: waits for what still works on the cluster, ends it if it does not end, and forgets the dead server. */
    private void clearRemains() throws IOException {
        if (!Waiting.until(TO_ABORT, () -> Postmaster.processesIn(cluster).isEmpty())) {
            Postmaster.processesIn(cluster).forEach(ProcessHandle::destroyForcibly);
            if (!Waiting.until(TO_VANISH, () -> Postmaster.processesIn(cluster).isEmpty())) {
                throw new DatabaseStartException("Processes of a crashed database still work in %s and cannot be ended.".formatted(cluster),
                        "End them, or restart the machine.");
            }
        }
        var recorded = Postmaster.recordedIn(cluster);
        if (recorded.isPresent() && !recorded.get().alive()) {
            // The number may already belong to a zombie or a stranger, which the server would take for itself.
            Files.deleteIfExists(cluster.resolve("postmaster.pid"));
        }
    }

    /** All but the programs, which the account shall run but not change. */
    private void giveToAccount() throws IOException {
        account.reach(home);
        account.own(home);
        try (Stream<Path> entries = Files.list(home)) {
            for (Path entry : (Iterable<Path>) entries.filter(entry -> !binaries.folder().startsWith(entry))::iterator) {
                account.ownTree(entry);
            }
        }
    }

    private List<String> arguments(int port) {
        List<String> arguments = new ArrayList<>(List.of("-D", cluster.toString(), "-c", "port=" + port));
        SETTINGS.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(setting -> arguments.addAll(List.of("-c", setting.getKey() + "=" + setting.getValue())));
        return arguments;
    }

    private void signal(String signal, Postmaster server) {
        try {
            run(Duration.ofSeconds(5), binaries.program("pg_ctl"), "kill", signal, Long.toString(server.pid()));
        } catch (DatabaseStartException e) {
            log.debug("Signal {} to the embedded database: {}", signal, e.getMessage());
        }
    }

    private void run(Duration limit, String... program) {
        Path transcript = home.resolve("command.log");
        try {
            Process process = clean(new ProcessBuilder(account.command(List.of(program))))
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true).redirectOutput(transcript.toFile()).start();
            boolean ended = Waiting.until(limit, () -> !process.isAlive());
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new DatabaseStartException("%s failed: %s".formatted(Path.of(program[0]).getFileName(),
                        Files.readString(transcript).strip()), "Look into %s.".formatted(home));
            }
            Files.deleteIfExists(transcript);
        } catch (IOException e) {
            throw new DatabaseStartException("%s could not be run: %s".formatted(program[0], e),
                    "Make sure that programs may be run from that folder.", e);
        }
    }

    /** The server inherits none of our environment: it may hold secrets, and it changes what PostgreSQL does. */
    private ProcessBuilder clean(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.putAll(Map.of("PATH", path, "LC_ALL", "C", "TZ", "UTC"));
        return builder.directory(home.toFile());
    }

    private long rotateOutput() throws IOException {
        if (Files.exists(output) && Files.size(output) > LOG_LIMIT) {
            Folders.move(output, output.resolveSibling("server.1.log"));
        }
        return Files.exists(output) ? Files.size(output) : 0;
    }

    private String outputSince(long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            file.seek(Math.max(position, file.length() - 4096));
            byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Another program listens where the server should. */
    static final class PortTaken extends Exception {

        private static final long serialVersionUID = 1L;
    }
}

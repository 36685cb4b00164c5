package io.countersign.faults;

import static org.awaitility.Awaitility.await;

import io.countersign.CountersignApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The service as users run it: a process of its own, in production mode, on a folder of its own, with fixed first identities. It can be
 * killed and started again on the same folder and port.
 */
final class ServiceProcess implements AutoCloseable {

    static final String OWNER = "owner@example.com";
    static final String PASSWORD = "a long enough password";
    static final String AGENT_KEY = "faultsfaultsfaults0123456789abcdef0123456789abcdef";

    /** One for all: nodes on one database need the same, and a test has no secrets. */
    private static final String MASTER_KEY = "A".repeat(43) + "=";
    private static final Duration TO_START = Duration.ofSeconds(120);
    private static final Duration TO_STOP = Duration.ofSeconds(90);

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final int port;
    private final List<String> options = new ArrayList<>();
    private @Nullable Process process;

    private ServiceProcess(Path home, Map<String, String> settings) {
        this.home = home;
        this.port = freePort();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("HOME", folder("home").toString());
        environment.put("CLASSPATH", SharedClasses.classPath());
        environment.put("COUNTERSIGN_PORT", Integer.toString(port));
        environment.put("COUNTERSIGN_DATA_DIR", data().toString());
        environment.put("COUNTERSIGN_DEMO", "false");
        environment.put("COUNTERSIGN_MASTER_KEY", MASTER_KEY);
        environment.put("COUNTERSIGN_OWNER_EMAIL", OWNER);
        environment.put("COUNTERSIGN_OWNER_PASSWORD", PASSWORD);
        environment.put("COUNTERSIGN_AGENT_KEY", AGENT_KEY);
        environment.put("COUNTERSIGN_RATE_LIMIT_PER_MINUTE", "0");
        environment.putAll(settings);
    }

    /** A service that has never run. What an earlier test run left under this name is removed. */
    static ServiceProcess fresh(String name, Map<String, String> settings) {
        try {
            Path home = Path.of("target", "faults", name).toAbsolutePath();
            FileSystemUtils.deleteRecursively(home);
            Files.createDirectories(home);
            return new ServiceProcess(home, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives its virtual machine an option from the next start on. */
    ServiceProcess option(String option) {
        options.add(option);
        return this;
    }

    /** Starts it and waits until it is ready. */
    ServiceProcess start() {
        if (SharedClasses.isWanted()) {
            launch(SharedClasses.wanted());
            awaitReady();
            stop();
            SharedClasses.keep();
        }
        launch(SharedClasses.options());
        awaitReady();
        return this;
    }

    /** Starts it as users do, with nothing loaded beforehand, and does not wait. */
    void launch() {
        launch(List.of());
    }

    private void launch(List<String> more) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:MetaspaceSize=160m", "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + folder("tmp")));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(options);
        command.addAll(more);
        command.add(CountersignApplication.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder("work").toFile()).redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log().toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady() {
        Process started = process();
        Api api = api();
        await("ready").atMost(TO_START).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (!started.isAlive()) {
                throw new AssertionError("The service ended by itself:\n" + tail());
            }
            return api.isReady();
        });
    }

    /** As kill -9 does. */
    void kill() {
        process().destroyForcibly();
        awaitEnd();
    }

    /** Asks it to stop, as a supervisor does, and waits. */
    Duration stop() {
        long begin = System.nanoTime();
        process().destroy();
        awaitEnd();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Stops the process where it is, without its noticing. */
    void pause() {
        send("STOP", pid());
    }

    void resume() {
        send("CONT", pid());
    }

    /** Kills the first process of the embedded database; the others follow it. */
    void killDatabase() {
        postmaster().ifPresent(pid -> send("KILL", pid));
    }

    /** The first process of the embedded database, while it lives. */
    OptionalLong postmaster() {
        Path cluster = data().resolve("postgres/cluster");
        try (Stream<String> lines = Files.lines(cluster.resolve("postmaster.pid"))) {
            long pid = Long.parseLong(lines.findFirst().orElse("0").strip());
            // Only a process that works in our own folder is ours to touch.
            return Files.isSameFile(Path.of("/proc", Long.toString(pid), "cwd"), cluster) ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    Api api() {
        return new Api(port);
    }

    long pid() {
        return process().pid();
    }

    /** What it wrote to its console, over all its lives. */
    List<String> lines() {
        try {
            return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String tail() {
        List<String> lines = lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    Path data() {
        return home.resolve("data");
    }

    /** A folder that belongs to the process: {@code home}, {@code work} (where it is started) or {@code tmp}. */
    Path folder(String name) {
        try {
            return Files.createDirectories(home.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            send("CONT", process.pid());
            process.destroy();
            try {
                if (!process.waitFor(TO_STOP.toSeconds(), TimeUnit.SECONDS)) {
                    kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        killDatabase();
    }

    static void send(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).redirectError(Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("The service was never started.");
        }
        return process;
    }

    private void awaitEnd() {
        try {
            if (!process().waitFor(TO_STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The service does not end:\n" + tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path log() {
        return home.resolve("console.log");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

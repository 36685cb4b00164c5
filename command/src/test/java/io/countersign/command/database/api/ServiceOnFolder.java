package io.countersign.command.database.api;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A second JVM that runs the server of a folder, for tests that kill it. */
final class ServiceOnFolder implements AutoCloseable {

    private final Process process;
    private final List<String> said = new ArrayList<>();

    private ServiceOnFolder(Process process) {
        this.process = process;
    }

    /** Starts the server in the folder and waits for its answer: {@code ready}, or the sentence of the refusal. */
    static ServiceOnFolder start(Path home, Path programs) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-XX:TieredStopAtLevel=1", "-cp", classPath, ServiceOnFolder.class.getName(), home.toString(), programs.toString())
                .redirectErrorStream(true).redirectInput(new File("/dev/null")).start();
        ServiceOnFolder service = new ServiceOnFolder(process);
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                service.said.add(line);
                if (line.startsWith("answer: ")) {
                    break;
                }
            }
        }
        return service;
    }

    String answer() {
        String last = said.getLast();
        if (!last.startsWith("answer: ")) {
            throw new IllegalStateException("the other service said: " + String.join("\n", said));
        }
        return last.substring("answer: ".length());
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    public static void main(String[] folders) throws Exception {
        try {
            EmbeddedPostgres.start(Path.of(folders[0]), Path.of(folders[1]));
            System.out.println("answer: ready");
        } catch (DatabaseStartException e) {
            System.out.println("answer: " + e.getMessage());
        }
        Thread.currentThread().join();
    }
}

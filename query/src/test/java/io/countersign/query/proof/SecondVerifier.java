package io.countersign.query.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The verifier that shares no code with ours, run as an auditor would run it. */
final class SecondVerifier {

    private static final Path SCRIPT = Path.of("..", "docs", "verifier", "verify.mjs");

    private SecondVerifier() {}

    /** What it printed, one line a file, and whether it was content with all of them. */
    record Outcome(List<String> lines, int exit) {

        String line() {
            return lines.getFirst();
        }
    }

    static Outcome run(String... arguments) {
        assumeTrue(isThere(), "Node 18 or later is needed for the second verifier");
        List<String> command = new ArrayList<>(List.of("node", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            return new Outcome(lines, process.waitFor());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isThere() {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor(20, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

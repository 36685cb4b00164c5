package io.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** What the README shows is what happens: its example is run as printed, against a fresh service. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeTests {

    private Path folder;
    private ConfigurableApplicationContext service;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.NEVER) Path fresh) {
        folder = fresh;
        service = SpringApplication.run(CountersignApplication.class, "--countersign.data-dir=" + folder.resolve("data"),
                "--server.port=0", "--countersign.port=0", "--countersign.demo=true");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_a_fresh_service {

        @Test
        void the_request_followed_end_to_end_goes_as_printed() throws Exception {
            String readme = Files.readString(Path.of("..", "README.md"));
            Matcher block = Pattern.compile("```bash\\n(API=.*?)```", Pattern.DOTALL).matcher(readme);
            assertThat(block.find()).isTrue();
            String script = block.group(1).replace("127.0.0.1:8080",
                    "127.0.0.1:" + service.getEnvironment().getProperty("local.server.port"));

            Process shell = new ProcessBuilder("bash", "-eu", "-c", script).directory(folder.toFile()).redirectErrorStream(true).start();
            String output = new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

            assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output.strip().lines()).containsExactly("pending", "forbidden", "executed", "approved", "blocked");
        }
    }
}

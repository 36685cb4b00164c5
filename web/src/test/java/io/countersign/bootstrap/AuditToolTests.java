package io.countersign.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditToolTests {

    @TempDir
    private Path folder;

    private record Said(int code, String err) {}

    private static Said verify(Map<String, String> environment, String... words) {
        var err = new StringWriter();
        var line = new CommandLine(new AuditTool(environment)).setCaseInsensitiveEnumValuesAllowed(true).setErr(new PrintWriter(err));
        var all = new ArrayList<>(List.of("verify"));
        all.addAll(List.of(words));
        return new Said(line.execute(all.toArray(String[]::new)), err.toString());
    }

    @Nested
    class Given_a_file_that_is_no_bundle {

        @Test
        void one_that_is_not_there_could_not_be_checked() {
            var missing = folder.resolve("missing.jsonl").toString();
            assertThat(verify(Map.of(), missing)).isEqualTo(verify(Map.of(), "--from", "bundle", missing));
            assertThat(verify(Map.of(), missing).err()).contains("There is no file " + missing + ".");
            assertThat(verify(Map.of(), missing).code()).isEqualTo(2);
            assertThat(verify(Map.of(), "--checkpoint", missing, missing).err()).contains("There is no file " + missing + ".");
        }

        @Test
        void a_proof_pack_is_for_the_other_verifier() throws IOException {
            var pack = Files.write(folder.resolve("proof.zip"), new byte[] {'P', 'K', 3, 4, 20, 0, 0, 8});
            assertThat(verify(Map.of(), pack.toString()).err()).contains("proof pack of one action", "node docs/verifier/verify.mjs");
            assertThat(verify(Map.of(), pack.toString()).code()).isEqualTo(2);
        }

        @Test
        void bytes_that_are_no_text_could_not_be_checked() throws IOException {
            var bytes = Files.write(folder.resolve("picture.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, '\n'});
            assertThat(verify(Map.of(), bytes.toString()).err()).contains("is not text in UTF-8");
            assertThat(verify(Map.of(), bytes.toString()).code()).isEqualTo(2);
        }
    }

    @Nested
    class Given_a_running_service {

        @Test
        void the_environment_says_where_it_is_and_who_asks() throws IOException {
            var asked = new ArrayList<String>();
            var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.createContext("/api/v1/audit/bundle", exchange -> {
                asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.sendResponseHeaders(403, -1);
                exchange.close();
            });
            server.start();
            try {
                var at = "http://127.0.0.1:" + server.getAddress().getPort();
                var told = verify(Map.of("COUNTERSIGN_URL", at + "/", "COUNTERSIGN_USER", "ada@example.com", "COUNTERSIGN_PASSWORD", "secret word"),
                        "--from", "api");
                assertThat(told.err()).contains("The service answered 403.");
                assertThat(told.code()).isEqualTo(2);
                verify(Map.of("COUNTERSIGN_PORT", String.valueOf(server.getAddress().getPort()), "COUNTERSIGN_OWNER_EMAIL", "olive@example.com",
                        "COUNTERSIGN_OWNER_PASSWORD", "other word"), "--from", "api");
                assertThat(asked).containsExactly(basic("ada@example.com:secret word"), basic("olive@example.com:other word"));
            } finally {
                server.stop(0);
            }
        }

        private static String basic(String pair) {
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Nested
    class Given_no_service {

        @Test
        void it_says_so_in_a_sentence() {
            var told = verify(Map.of("COUNTERSIGN_URL", "http://127.0.0.1:1", "COUNTERSIGN_USER", "a", "COUNTERSIGN_PASSWORD", "b"), "--from", "api");
            assertThat(told.err()).contains("No Countersign answers at http://127.0.0.1:1.");
            assertThat(told.code()).isEqualTo(2);
            assertThat(verify(Map.of(), "--from", "api").err()).contains("Set COUNTERSIGN_USER.");
        }
    }
}

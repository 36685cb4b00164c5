package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.web.cli.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

@ApiTest
class TerminalTests {

    @Autowired
    private Cast cast;

    @Autowired
    private ServletWebServerApplicationContext server;

    private record Said(int code, String out, String err) {}

    private Said countersign(String... words) {
        cast.admin();
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Terminal.commandLine(Map.of("COUNTERSIGN_URL", "http://127.0.0.1:" + server.getWebServer().getPort(), "COUNTERSIGN_USER",
                "ada@example.com", "COUNTERSIGN_PASSWORD", Cast.PASSWORD));
        var code = line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
        return new Said(code, out.toString(), err.toString());
    }

    @Nested
    class Given_a_running_service {

        @Test
        void the_catalogue_is_written_and_listed(@TempDir Path folder) throws IOException {
            assertThat(countersign("actions", "add", "--name", "cli_note", "--type", "note:keep", "--tier", "staged", "--description", "A note").code()).isZero();
            assertThat(countersign("actions", "set-tier", "cli_note", "blocked").out()).contains("cli_note is blocked now.");
            assertThat(countersign("actions", "ls").out()).containsPattern("cli_note +blocked +internal +note:keep");
            var file = Files.writeString(folder.resolve("actions.json"), countersign("actions", "export").out());
            assertThat(countersign("actions", "import", file.toString()).out()).contains("0 set").contains("0 removed.");
            assertThat(countersign("actions", "remove", "cli_note").code()).isZero();
            assertThat(countersign("actions", "set-tier", "cli_note", "staged").err()).contains("There is no entry called cli_note.");
        }

        @Test
        void secrets_go_in_and_are_listed_by_name(@TempDir Path folder) throws IOException {
            assertThat(countersign("vault", "set", "CLI_KEY", "value-of-cli-key").out()).isEqualToIgnoringNewLines("CLI_KEY is set.");
            var file = Files.writeString(folder.resolve(".env"), "CLI_KEY=other\nCLI_SECOND=2\n");
            assertThat(countersign("vault", "import", file.toString()).out()).contains("1 set, 1 skipped: CLI_KEY.");
            assertThat(countersign("vault", "ls").out()).contains("CLI_KEY", "CLI_SECOND").doesNotContain("value-of-cli-key");
            var before = System.in;
            System.setIn(new ByteArrayInputStream("value-of-piped\n".getBytes(StandardCharsets.UTF_8)));
            try {
                assertThat(countersign("vault", "set", "CLI_PIPED", "--file", "-").out()).contains("CLI_PIPED is set.");
            } finally {
                System.setIn(before);
            }
            assertThat(countersign("vault", "rm", "CLI_KEY").code()).isZero();
        }

        @Test
        void what_waits_is_listed_and_decided() {
            var id = cast.agent().asks();
            assertThat(countersign("queue").out()).contains(id, "jira:create");
            assertThat(countersign("approve", id).out()).contains(id + " ");
            assertThat(countersign("approve", id).code()).as("too late").isEqualTo(1);
            var words = countersign("queue", "add", "--description", "Water the plants", "--tier", "immediate").out().split(" ");
            assertThat(words[1].strip()).isEqualTo("pending");
            assertThat(countersign("queue").out()).contains(words[0], "submit", "Water the plants");
            assertThat(countersign("deny", "1234567").err()).contains("at least 8 characters");
        }

        @Test
        void an_action_is_found_by_the_beginning_of_its_id_whatever_has_become_of_it() {
            assertThat(countersign("actions", "add", "--name", "cli_later", "--type", "note:keep", "--tier", "delayed").code()).isZero();
            var later = cast.agent().post("/api/v1/actions", "{\"action\":\"cli_later\",\"params\":{}}").text("id");
            assertThat(countersign("cancel", later.substring(0, 30)).out()).contains(later + " cancelled");
            var executed = cast.agent().asks();
            cast.admin().post("/api/v1/actions/" + executed + "/approve", "{}");
            assertThat(countersign("undo", executed.substring(0, 30).toUpperCase(java.util.Locale.ROOT)).out()).contains(executed + " rol");
            assertThat(countersign("deny", "00000000").err()).contains("No recent action begins with 00000000.");
            assertThat(countersign("actions", "remove", "cli_later").code()).isZero();
        }

        @Test
        void what_is_asked_in_words_may_be_made_to_wait_where_the_catalogue_delays_it() {
            assertThat(countersign("queue", "add", "--description", "Water the plants", "--delay", "60").err()).contains("submit is staged");
            assertThat(countersign("actions", "add", "--name", "submit", "--type", "submit", "--tier", "delayed").code()).isZero();
            assertThat(countersign("queue", "add", "--description", "Water the plants", "--tier", "delayed", "--delay", "60").out()).contains(" scheduled");
            assertThat(countersign("queue", "add", "--description", "Water the plants", "--delay", "29").err()).contains("never shorter");
            assertThat(countersign("actions", "remove", "submit").code()).isZero();
        }

        @Test
        void the_beginning_of_two_ids_names_none() {
            var one = "";
            var other = cast.agent().asks();
            do {
                one = other;
                other = cast.agent().asks();
            } while (!one.substring(0, 8).equals(other.substring(0, 8)));
            assertThat(countersign("deny", one.substring(0, 8)).err()).contains("actions begin with " + one.substring(0, 8));
            cast.admin().post("/api/v1/actions/" + one + "/deny", "{}");
            cast.admin().post("/api/v1/actions/" + other + "/deny", "{}");
            assertThat(countersign("deny", one.substring(0, 8)).err()).contains("actions begin with " + one.substring(0, 8));
        }
    }

    @Nested
    class Given_verdicts_that_were_given {

        @Test
        void computed_again_none_differs() {
            cast.agent().asks();
            var said = countersign("verdicts", "recompute");
            assertThat(said.out()).containsPattern("[1-9][0-9]* verdicts computed again, 0 differ");
            assertThat(said.code()).isZero();
        }
    }

    @Nested
    class Given_no_service {

        @Test
        void it_says_so_in_a_sentence() {
            var err = new StringWriter();
            var code = Terminal.commandLine(Map.of("COUNTERSIGN_URL", "http://127.0.0.1:1")).setErr(new PrintWriter(err)).execute("queue");
            assertThat(code).isEqualTo(1);
            assertThat(err.toString()).contains("No Countersign answers at http://127.0.0.1:1");
        }
    }
}

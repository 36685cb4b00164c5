package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.vault.api.Secrets;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.VaultLocked;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

@ApiTest
@ExtendWith(OutputCaptureExtension.class)
class VaultTests {

    @Autowired
    private Cast cast;

    @Autowired
    private Secrets secrets;

    @Autowired
    private DataSource database;

    private Cast.Answer call(Cast.Voice voice, String method, String path, String body) {
        return voice.call(method, "/api/v1/vault" + path, body.getBytes(StandardCharsets.UTF_8));
    }

    private Cast.Answer set(String name, String value) {
        return call(cast.admin(), "PUT", "/" + name, "{\"value\":\"" + value + "\"}");
    }

    private List<String> names() {
        return cast.admin().get("/api/v1/vault").json().path("secrets").valueStream().map(secret -> secret.path("name").asString()).toList();
    }

    @Nested
    class Given_a_secret {

        @Test
        void it_is_listed_by_name_and_read_by_executors_alone() {
            assertThat(set("API_KEY", "wonderful").status()).isEqualTo(200);
            assertThat(names()).contains("API_KEY");
            assertThat(secrets.take(Cast.HERE, "API_KEY")).hasValue(new SecretText("wonderful"));
            assertThat(secrets.take(Cast.ELSEWHERE, "API_KEY")).isEmpty();
            assertThat(cast.admin().get("/api/v1/vault").body()).doesNotContain("wonderful").contains("last_used_at\":\"20");
            assertThat(cast.foreignAdmin().get("/api/v1/vault").json().path("secrets")).isEmpty();
        }

        @Test
        void its_use_by_an_attempt_is_on_the_log_once_and_before_it_is_handed_out() {
            set("USED_KEY", "wonderful");
            var use = new Secrets.Use(UUID.randomUUID().toString(), 1, false, "api.example.com");
            assertThat(secrets.take(Cast.HERE, "USED_KEY", use)).hasValue(new SecretText("wonderful"));
            assertThat(secrets.take(Cast.HERE, "USED_KEY", use)).isPresent();
            assertThat(secrets.take(Cast.HERE, "NO_SUCH_KEY", use)).isEmpty();
            var found = cast.viewer().get("/api/v1/audit?event=access.secret_used&target=" + use.actionId());
            assertThat(found.json().path("items").size()).as("%s", found).isOne();
            assertThat(found.body()).contains("system:gateway").doesNotContain("wonderful");
            var other = new Secrets.Use(use.actionId(), 1, true, "api.example.com");
            assertThat(secrets.take(Cast.HERE, "USED_KEY", other)).isPresent();
            assertThat(cast.viewer().get("/api/v1/audit?event=access.secret_used&target=" + use.actionId()).json().path("items").size()).isEqualTo(2);
            assertThat(cast.viewer().get("/api/v1/audit?event=access.secret_used&target=" + use.actionId()).json().at("/items/1/details").toString())
                    .contains("\"secret\":", "\"host\":", "\"purpose\":\"execute\"");
        }

        @Test
        void another_value_takes_its_place_and_the_former_is_gone() {
            set("CHANGING", "first-value");
            var rows = boxes("CHANGING");
            set("CHANGING", "second-value");
            assertThat(secrets.take(Cast.HERE, "CHANGING")).hasValue(new SecretText("second-value"));
            assertThat(boxes("CHANGING")).hasSize(1).isNotEqualTo(rows);
        }

        @Test
        void removing_it_twice_is_no_fault() {
            set("SHORT_LIVED", "x");
            assertThat(call(cast.admin(), "DELETE", "/SHORT_LIVED", "").status()).isEqualTo(200);
            assertThat(call(cast.admin(), "DELETE", "/SHORT_LIVED", "").status()).isEqualTo(200);
            assertThat(names()).doesNotContain("SHORT_LIVED");
            assertThat(secrets.take(Cast.HERE, "SHORT_LIVED")).isEmpty();
            assertThat(boxes("SHORT_LIVED")).isEmpty();
        }

        @Test
        void it_is_tied_to_one_host_and_untied() {
            set("TIED", "x");
            assertThat(call(cast.admin(), "PUT", "/TIED/binding", "{\"host\":\"api.example.com\",\"header\":\"X-Key: {value}\"}").status()).isEqualTo(200);
            var binding = secrets.byName(Cast.HERE, "TIED").orElseThrow().binding();
            assertThat(binding.allows("API.example.com", -1)).isTrue();
            assertThat(binding.allows("api.example.com.evil.test", -1)).isFalse();
            assertThat(binding.allows("api.example.com", 8443)).isFalse();
            assertThat(binding.headerName()).isEqualTo("X-Key");
            assertThat(call(cast.admin(), "PUT", "/TIED/binding", "{\"host\":\"api.example.com\",\"header\":\"X-Key: none\"}").status()).isEqualTo(400);
            assertThat(call(cast.admin(), "PUT", "/NOT_THERE/binding", "{\"host\":\"a.test\",\"header\":\"X: {value}\"}").status()).isEqualTo(404);
            call(cast.admin(), "DELETE", "/TIED/binding", "");
            assertThat(secrets.byName(Cast.HERE, "TIED").orElseThrow().binding()).isNull();
        }

        @Test
        void a_box_that_was_moved_to_another_name_does_not_open() {
            set("MINE", "for-mine-only");
            set("YOURS", "for-yours-only");
            var jdbc = JdbcClient.create(database);
            jdbc.sql("""
                    update command.secret_box yours set wrapped = mine.wrapped, box = mine.box from command.secret_box mine
                    where mine.name = 'MINE' and yours.name = 'YOURS'""").update();
            assertThatThrownBy(() -> secrets.take(Cast.HERE, "YOURS")).isInstanceOf(VaultLocked.class).hasMessageContaining("YOURS")
                    .hasMessageContaining("COUNTERSIGN_MASTER_KEY");
            assertThat(secrets.take(Cast.HERE, "MINE")).isPresent();
            assertThat(cast.admin().get("/api/v1/vault").status()).as("the list goes on").isEqualTo(200);
            call(cast.admin(), "DELETE", "/YOURS", "");
        }

        @Test
        void sealing_all_anew_changes_every_box_and_no_value() {
            set("RESEALED", "the same as ever");
            var before = boxes("RESEALED");
            assertThat(call(cast.admin(), "POST", "/reseal", "{}").json().path("resealed").asInt()).isPositive();
            assertThat(boxes("RESEALED")).isNotEqualTo(before);
            assertThat(secrets.take(Cast.HERE, "RESEALED")).hasValue(new SecretText("the same as ever"));
        }

        private List<String> boxes(String name) {
            return JdbcClient.create(database).sql("select wrapped || box from command.secret_box where name = ?").param(name)
                    .query(String.class).list();
        }
    }

    @Nested
    class Given_a_file_of_settings {

        @Test
        void its_lines_are_taken_and_what_is_there_stays_unless_told_otherwise() {
            set("THERE_ALREADY", "old");
            var file = "# keys\\nexport FROM_FILE=\\\"a=b\\\"\\n\\nTHERE_ALREADY='new'\\n";
            var kept = call(cast.admin(), "POST", "/import", "{\"env\":\"" + file + "\"}");
            assertThat(kept.json().path("set").toString()).isEqualTo("[\"FROM_FILE\"]");
            assertThat(kept.json().path("skipped").toString()).isEqualTo("[\"THERE_ALREADY\"]");
            assertThat(secrets.take(Cast.HERE, "FROM_FILE")).hasValue(new SecretText("a=b"));
            assertThat(secrets.take(Cast.HERE, "THERE_ALREADY")).hasValue(new SecretText("old"));
            call(cast.admin(), "POST", "/import", "{\"env\":\"" + file + "\",\"overwrite\":true}");
            assertThat(secrets.take(Cast.HERE, "THERE_ALREADY")).hasValue(new SecretText("new"));
        }

        @Test
        void a_bad_line_is_named_by_number_and_nothing_is_taken() {
            var answer = call(cast.admin(), "POST", "/import", "{\"env\":\"GOOD_LINE=1\\nbad-line=hush\"}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("Line 2").doesNotContain("hush");
            assertThat(names()).doesNotContain("GOOD_LINE");
            var empty = call(cast.admin(), "POST", "/import", "{\"env\":\"GOOD_LINE=1\\nEMPTY_LINE=\"}");
            assertThat(empty.status()).isEqualTo(400);
            assertThat(empty.text("detail")).isEqualTo("Line 2 has an empty value, and a secret is never empty. Nothing was imported.");
        }

        @Test
        void a_mark_of_the_byte_order_is_passed_over() {
            var kept = call(cast.admin(), "POST", "/import", "{\"env\":\"\\ufeffMARKED_LINE=1\"}");
            assertThat(kept.json().path("set").toString()).isEqualTo("[\"MARKED_LINE\"]");
        }
    }

    @Nested
    class Given_callers_without_the_right {

        @Test
        void only_admins_put_and_take_away_and_names_are_plain() {
            assertThat(call(cast.analyst(), "PUT", "/X", "{\"value\":\"x\"}").text("code")).isEqualTo("insufficient_role");
            assertThat(call(cast.agent(), "GET", "", "").text("code")).isEqualTo("forbidden");
            assertThat(set("no-dashes", "x").status()).isEqualTo(400);
            assertThat(set("EMPTY", "").status()).isEqualTo(400);
        }
    }

    @Nested
    class Given_fifty_canaries {

        @Test
        void none_is_found_in_any_other_table_answer_or_log(CapturedOutput output) {
            var canaries = IntStream.range(0, 50).mapToObj(n -> "canary-" + UUID.randomUUID()).toList();
            var answers = new StringBuilder();
            for (var n = 0; n < canaries.size(); n++) {
                answers.append(set("CANARY_" + n, canaries.get(n)).body());
            }
            answers.append(set("bad-name", canaries.getFirst()).body())
                    .append(call(cast.admin(), "PUT", "/X", "{\"value\":\"" + canaries.getFirst() + "\",\"more\":1}").body())
                    .append(call(cast.admin(), "POST", "/import", "{\"env\":\"" + canaries.getFirst() + "\"}").body())
                    .append(call(cast.analyst(), "PUT", "/X", "{\"value\":\"" + canaries.getFirst() + "\"}").body())
                    .append(cast.admin().get("/api/v1/vault").body()).append(cast.admin().get("/api/v1/audit").body());
            canaries.forEach(canary -> assertThat(answers.toString()).doesNotContain(canary));
            canaries.forEach(canary -> assertThat(output.getAll()).doesNotContain(canary));
            var dump = dump();
            canaries.forEach(canary -> assertThat(dump).doesNotContain(canary));
            assertThat(dump).as("the dump holds what it should").contains("CANARY_49", "vault.secret_set");
        }

        private String dump() {
            var jdbc = JdbcClient.create(database);
            var all = new StringBuilder();
            jdbc.sql("select schemaname || '.' || quote_ident(tablename) from pg_tables where schemaname in ('command','query','executors','web')"
                            + "  and has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'select')")
                    .query(String.class).list().forEach(table -> jdbc.sql("select t::text from " + table + " t").query(String.class).list()
                            .forEach(row -> all.append(row).append('\n')));
            return all.toString();
        }
    }
}

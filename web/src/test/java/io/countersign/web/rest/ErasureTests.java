package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionCommand.ArchiveContent;
import io.countersign.command.action.api.ActionCommand.EraseOldContent;
import io.countersign.command.api.Ids;
import io.countersign.command.compensation.api.CompensationCommand.AcknowledgeCompensation;
import io.countersign.command.compensation.api.CompensationCommand.PlanCompensation;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.command.store.api.Stubs;
import io.countersign.query.audit.api.SavedSearches;
import io.countersign.query.proof.api.Archiving;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@ApiTest
class ErasureTests {

    private static final String PATH = "/api/v1/actions/";
    private static final String ERASURE = "/api/v1/admin/erasure";
    private static final int TOKENS = 50;

    @Autowired
    private Cast cast;

    @Autowired
    private CommandGateway commands;

    @Autowired
    private Principals principals;

    @Autowired
    private Ids ids;

    @Autowired
    private SavedSearches searches;

    @Autowired
    private Archiving archiving;

    @Autowired
    private Stubs stubs;

    @Autowired
    private DataSource database;

    @Value("${countersign.data-dir}")
    private Path data;

    private int planted;

    private String token(List<String> tokens) {
        tokens.add("Zq" + ids.next().replace("-", "") + planted++);
        return tokens.getLast();
    }

    private String deniedWith(List<String> tokens) {
        var body = "{\"action\":\"jira:create\",\"params\":{\"summary\":\"%s\",\"description\":\"%s\",\"project\":\"OPS\"},\"reason\":\"%s\",\"context\":{\"memory\":\"%s\"}}"
                .formatted(token(tokens), token(tokens), token(tokens), token(tokens));
        var id = cast.agent().post("/api/v1/actions", body).text("id");
        assertThat(cast.analyst().post(PATH + id + "/deny", "{\"reason\":\"" + token(tokens) + "\"}").text("status")).isEqualTo("denied");
        return id;
    }

    private String executedWith(List<String> tokens) {
        var body = "{\"action\":\"jira:create\",\"params\":{\"summary\":\"%s\",\"description\":\"%s\",\"project\":\"OPS\"}}"
                .formatted(token(tokens), token(tokens));
        var id = cast.agent().post("/api/v1/actions", body).text("id");
        var done = cast.analyst().post(PATH + id + "/approve", "{\"comment\":\"" + token(tokens) + "\"}", "Prefer", "wait=20");
        assertThat(done.text("status")).as("%s", done).isEqualTo("executed");
        return id;
    }

    /** Files are written at once; what was there before is kept to undo it. */
    private String wrote(String content) {
        var done = cast.agent().post("/api/v1/actions", "{\"action\":\"file_write\",\"params\":{\"path\":\"to-be-forgotten.txt\"," + content + "}}");
        if (done.text("status").equals("pending")) { // a long word may look like the number of an account
            done = cast.analyst().post(PATH + done.text("id") + "/approve", "{}", "Prefer", "wait=20");
        }
        assertThat(done.text("status")).as("%s", done).isEqualTo("executed");
        return done.text("id");
    }

    private String planned(String actionId, String detail) {
        var plan = ids.next();
        var analyst = cast.analyst().id();
        send(new PlanCompensation(plan, Cast.HERE, analyst, Instant.EPOCH, Instant.now(), List.of(actionId)));
        send(new AcknowledgeCompensation(plan, Cast.HERE, analyst, 0, "completed", detail));
        return "/v1/compensations/" + plan;
    }

    private String erase(String what) {
        var answer = cast.admin().post(ERASURE, what);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.body();
    }

    private void send(Object command) {
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(command).andMetaData(Map.of("actor", "system:first-run", "workspace", Cast.HERE,
                "origin", "system", "request_id", "tests")));
    }

    /** Every row of every table there is, as a dump has them, and every text in the folder of the service. */
    private String everything() throws SQLException, IOException {
        var dump = new ByteArrayOutputStream();
        var tables = JdbcClient.create(database).sql("""
                select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
                where schemaname not in ('pg_catalog', 'information_schema') and has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'select')
                """).query(String.class).list();
        assertThat(tables).contains("command.domain_event_entry", "command.data_key", "query.audit_a", "query.actions_a", "executors.work", "web.session");
        try (var connection = database.getConnection()) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (var table : tables) {
                copy.copyOut("copy (select * from " + table + ") to stdout", dump);
            }
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                dump.write(Files.readAllBytes(file));
            }
        }
        return dump.toString(StandardCharsets.UTF_8);
    }

    @Nested
    class Given_50_words_in_actions_and_people {

        @Test
        void none_is_left_after_the_erasure_and_the_log_still_proves_itself() throws Exception {
            var tokens = new ArrayList<String>();
            var actions = new ArrayList<String>();
            for (int i = 0; i < 7; i++) {
                actions.add(deniedWith(tokens));
            }
            for (int i = 0; i < 4; i++) {
                actions.add(executedWith(tokens));
            }
            var files = List.of(wrote("\"content\":\"" + token(tokens) + "\""), wrote("\"content\":\"plain\""));
            actions.addAll(files);
            assertThat(files).allSatisfy(id -> assertThat(data.resolve("files/journal").resolve(id)).isDirectory());
            var plan = planned(actions.getLast(), token(tokens));
            assertThat(cast.viewer().get(plan).body()).contains(tokens.getLast());
            var person = ids.next();
            send(new AddPerson(person, Cast.HERE, token(tokens), token(tokens) + "@example.com", Role.ANALYST, null));
            var agent = ids.next();
            send(new CreateAgent(agent, Cast.HERE, token(tokens), null));
            searches.keep(person, new SavedSearches.Saved(token(tokens), "/admin/audit"));
            assertThat(tokens).hasSizeGreaterThanOrEqualTo(TOKENS);
            assertThat(cast.viewer().get(PATH + actions.getFirst()).body()).contains(tokens.getFirst());
            assertThat(principals.byId(person).orElseThrow().name()).startsWith("Zq");

            actions.forEach(id -> assertThat(erase("{\"action\":\"" + id + "\",\"reason\":\"request 17\"}")).contains("\"actions\":1"));
            assertThat(erase("{\"principal\":\"" + person + "\",\"reason\":\"request 17\"}")).contains("\"identities\":1");
            assertThat(erase("{\"principal\":\"" + agent + "\",\"reason\":\"request 17\",\"actions\":true}")).contains("\"identities\":1");

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(files)
                    .allSatisfy(id -> assertThat(data.resolve("files/journal").resolve(id)).doesNotExist()));
            assertThat(cast.viewer().get(plan).status()).isEqualTo(200);
            var everything = everything();
            assertThat(tokens).allSatisfy(token -> assertThat(everything).doesNotContain(token));
            assertThat(everything).as("it was a real dump").contains("action.content_erased", actions.getFirst(), person);
            for (var id : actions) {
                var shown = cast.viewer().get(PATH + id);
                assertThat(shown.json().path("erased").asBoolean()).as("%s", shown).isTrue();
                assertThat(shown.json().path("payload").isNull()).isTrue();
                assertThat(cast.viewer().get(PATH + id + "?as_of=" + shown.text("requested_at")).json().path("erased").asBoolean()).isTrue();
                assertThat(cast.viewer().get(PATH + id + "/explain").body()).contains("action.content_erased").doesNotContain(tokens);
            }
            assertThat(principals.byId(person).orElseThrow().name()).isEqualTo("erased");
            assertThat(principals.byId(agent).orElseThrow().enabled()).isFalse();
            var verified = cast.viewer().get("/api/v1/audit/verify");
            assertThat(verified.json().path("passed").asBoolean()).as("%s", verified).isTrue();
            var recomputed = cast.admin().post("/api/v1/admin/policies/recompute", "{}");
            assertThat(recomputed.json().path("erased").asInt()).as("%s", recomputed).isGreaterThanOrEqualTo(actions.size());
            assertThat(recomputed.json().path("differences").size()).isZero();
            assertThat(new String(cast.viewer().bytes(PATH + actions.getFirst() + "/proof"), StandardCharsets.UTF_8)).startsWith("PK").doesNotContain(tokens);
        }
    }

    @Nested
    class Given_an_agent_whose_actions_wait {

        @Test
        void they_are_withdrawn_first_and_erased_with_the_others() {
            var leaver = cast.leaver();
            var agent = leaver.id();
            var denied = leaver.asks();
            cast.analyst().post(PATH + denied + "/deny", "{}");
            var waiting = List.of(leaver.asks(), leaver.asks());
            var preview = cast.admin().get(ERASURE + "?actions=true&principal=" + agent).json();
            assertThat(preview.path("actions").asInt()).isOne();
            assertThat(preview.path("open").asInt()).isEqualTo(2);
            assertThat(preview.path("waiting").asInt()).isEqualTo(2);

            var done = cast.admin().post(ERASURE, "{\"principal\":\"" + agent + "\",\"reason\":\"request 18\",\"actions\":true}").json();
            assertThat(done.path("actions").asInt()).as("%s", done).isEqualTo(3);
            assertThat(done.path("cancelled").asInt()).isEqualTo(2);
            assertThat(done.path("remaining").asInt()).isZero();
            assertThat(done.path("open").asInt()).isZero();
            for (var id : waiting) {
                var shown = cast.viewer().get(PATH + id).json();
                assertThat(shown.path("status").asString()).isEqualTo("cancelled");
                assertThat(shown.path("erased").asBoolean()).isTrue();
                assertThat(cast.analyst().post(PATH + id + "/approve", "").status()).isEqualTo(409);
                assertThat(cast.viewer().get("/api/v1/audit?event=action.cancelled&target=" + id + "&actor=" + cast.admin().id()).json().path("items"))
                        .hasSize(1);
            }
        }

        @Test
        void what_is_under_way_stays_and_the_answer_says_so() {
            var leaver = cast.leaver();
            var agent = leaver.id();
            cast.admin().call("PUT", "/api/v1/catalogue/left_outside", "{\"tier\":\"immediate\"}".getBytes(StandardCharsets.UTF_8));
            try {
                var outside = leaver.post("/api/v1/actions", "{\"action\":\"left_outside\",\"params\":{}}").text("id");
                await().atMost(Duration.ofSeconds(20)).until(() -> cast.viewer().get(PATH + outside).text("status").equals("awaiting_external"));
                var done = cast.admin().post(ERASURE, "{\"principal\":\"" + agent + "\",\"reason\":\"request 19\",\"actions\":true}").json();
                assertThat(done.path("open").asInt()).as("%s", done).isOne();
                assertThat(done.path("remaining").asInt()).isOne();
                assertThat(done.path("actions").asInt()).isZero();
            } finally {
                cast.admin().call("DELETE", "/api/v1/catalogue/left_outside", new byte[0]);
            }
        }
    }

    @Nested
    class Given_an_action_that_ended {

        @Test
        void its_digest_on_the_log_stays_and_the_one_that_gives_its_words_away_goes() {
            var id = deniedWith(new ArrayList<>());
            var before = cast.viewer().get(PATH + id);
            assertThat(before.text("payload_sha256")).hasSize(64).isNotEqualTo(before.text("payload_digest"));

            erase("{\"action\":\"" + id + "\",\"reason\":\"request 17\"}");

            var after = cast.viewer().get(PATH + id);
            assertThat(after.json().path("payload_sha256").isNull()).as("%s", after).isTrue();
            assertThat(after.text("payload_digest")).hasSize(64).isEqualTo(before.text("payload_digest"));
        }
    }

    @Nested
    class Given_an_action_that_waits {

        @Test
        void its_content_stays_and_the_preview_says_so() {
            var id = cast.agent().asks();
            var preview = cast.admin().get(ERASURE + "?action=" + id);
            assertThat(preview.json().path("open").asInt()).as("%s", preview).isOne();
            assertThat(preview.json().path("actions").asInt()).isZero();
            var refused = cast.admin().post(ERASURE, "{\"action\":\"" + id + "\",\"reason\":\"x\"}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("code")).isEqualTo("not_erasable");
        }

        @Test
        void only_admins_erase_and_only_with_a_reason() {
            var id = cast.agent().asks();
            assertThat(cast.analyst().post(ERASURE, "{\"action\":\"" + id + "\",\"reason\":\"x\"}").status()).isEqualTo(403);
            assertThat(cast.admin().post(ERASURE, "{\"action\":\"" + id + "\"}").status()).isEqualTo(400);
            assertThat(cast.admin().post(ERASURE, "{\"reason\":\"x\"}").status()).isEqualTo(400);
            assertThat(cast.foreignAdmin().post(ERASURE, "{\"action\":\"" + id + "\",\"reason\":\"x\"}").status()).isEqualTo(404);
        }
    }

    @Nested
    class Given_the_application_role {

        @Test
        void it_cannot_destroy_a_key_that_the_log_does_not_call_erased() {
            var id = cast.agent().asks();
            JdbcClient.create(database).sql("select command.destroy_data_keys(array[?])").param(id).query((row, n) -> 0).list();
            assertThat(cast.viewer().get(PATH + id).json().path("erased").asBoolean()).isFalse();
            assertThat(JdbcClient.create(database).sql("select count(*) from command.data_key where key_id = ?").param(id).query(Long.class).single()).isOne();
        }
    }

    @Nested
    class Given_what_is_old {

        @Test
        void it_moves_to_an_archive_that_still_proves_it_until_it_is_erased() throws IOException {
            var tokens = new ArrayList<String>();
            var id = deniedWith(tokens);
            var later = Instant.now().plusSeconds(60);
            var written = archiving.write(Cast.HERE, List.of(id), later).orElseThrow();
            var part = written.parts().getFirst();
            assertThat(commands.<Boolean>sendAndWait(new ArchiveContent(id, later, written.name(), written.sha256(), part.events(), part.stubs()))).isTrue();
            assertThat(stubs.put(List.of(id))).isPositive();

            var shown = cast.viewer().get(PATH + id);
            assertThat(shown.text("archive")).as("%s", shown).isEqualTo(written.name());
            assertThat(shown.body()).doesNotContain(tokens);
            assertThat(cast.viewer().get(PATH + id + "/explain").body()).contains("action.content_archived");
            var proof = new String(cast.viewer().bytes(PATH + id + "/proof"), StandardCharsets.UTF_8);
            assertThat(proof).startsWith("PK").contains(tokens.getFirst());
            var verified = cast.viewer().get("/api/v1/audit/verify");
            assertThat(verified.json().path("passed").asBoolean()).as("%s", verified).isTrue();
            assertThat(verified.json().path("archived").path("events").asLong()).isPositive();

            assertThat(erase("{\"action\":\"" + id + "\",\"reason\":\"request 17\"}")).contains("\"actions\":1");
            assertThat(cast.viewer().get(PATH + id).json().path("archive").isNull()).isTrue();
            assertThat(new String(cast.viewer().bytes(PATH + id + "/proof"), StandardCharsets.UTF_8)).startsWith("PK").doesNotContain(tokens);
        }

        @Test
        void retention_counts_and_erases_it() {
            var tokens = new ArrayList<String>();
            var id = deniedWith(tokens);
            var standing = cast.admin().get("/api/v1/admin/retention");
            assertThat(standing.json().path("retention_days").asInt()).as("%s", standing).isEqualTo(2_555);
            assertThat(standing.json().path("grace_days").asInt()).isEqualTo(30);
            assertThat(cast.admin().post("/api/v1/admin/retention/run", "{}").json().path("erased").asInt()).as("nothing is that old").isZero();
            assertThat(commands.<Boolean>sendAndWait(new EraseOldContent(id, Instant.now().plusSeconds(60)))).isTrue();
            var shown = cast.viewer().get(PATH + id);
            assertThat(shown.json().path("erased").asBoolean()).isTrue();
            assertThat(JsonMapper.shared().readTree(cast.viewer().get(PATH + id + "/explain").body()).path("summary").asString()).contains("denied");
        }
    }
}

package io.countersign.executors.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.Masking;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SqlQueryExecutorTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static SqlTarget target;
    private static StatementReader reader;

    @BeforeAll
    static void create() {
        target = new SqlTarget();
        target.owner("""
                create function lib.writes() returns int language sql as 'insert into t values (99) returning id';
                create function lib.escapes() returns int language plpgsql as $$ begin set transaction read write; insert into t values (98);
                    return 1; end $$;
                create function lib.persists() returns text language sql as $$ select set_config('search_path', 'lib', false) $$;
                grant insert on t to public;
                grant execute on all functions in schema lib to public""");
        try (var context = new AnnotationConfigApplicationContext("io.countersign.command.sql")) {
            reader = context.getBean(StatementReader.class);
        }
    }

    @AfterAll
    static void drop() {
        target.close();
    }

    private static ExecutionOutcome run(String sql, int seconds, Map<String, ?> more) throws InterruptedException {
        var params = JSON.createObjectNode().put("datasource", "warehouse").put("sql", sql);
        more.forEach((key, value) -> params.set(key, JSON.valueToTree(value)));
        return new SqlQueryExecutor(ReadBySql.NAME, target.sources(), reader).execute(Attempts.first(ReadBySql.NAME, params.toString()),
                Duration.ofSeconds(seconds));
    }

    private static JsonNode answer(String sql) throws InterruptedException {
        return answer(sql, Map.of());
    }

    private static JsonNode answer(String sql, Map<String, ?> more) throws InterruptedException {
        ExecutionOutcome outcome = run(sql, 20, more);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Succeeded.class);
        return JSON.readTree(((Succeeded) outcome).output());
    }

    @Nested
    class Given_an_approved_query {

        @Test
        void its_rows_come_back_with_their_types() throws Exception {
            JsonNode answer = answer("select id, name, id > 1 as more, null::text as nothing, 1.50 as price from users order by id limit 2;");
            assertThat(answer.path("columns").path(0).path("name").asString()).isEqualTo("id");
            assertThat(answer.path("rows").toString()).isEqualTo("[[1,\"name 1\",false,null,1.5],[2,\"name 2\",true,null,1.5]]");
            assertThat(answer.path("row_count").asInt()).isEqualTo(2);
            assertThat(answer.path("truncated").asBoolean()).isFalse();
        }

        @Test
        void what_is_left_out_is_said() throws Exception {
            assertThat(answer("select id from orders").path("row_count").asInt()).isEqualTo(ReadBySql.USUAL_ROWS);
            JsonNode few = answer("select id from orders", Map.of("max_rows", 3));
            assertThat(few.path("row_count").asInt()).isEqualTo(3);
            assertThat(few.path("truncated").asBoolean()).isTrue();
        }

        @Test
        void an_answer_stays_small_whatever_stands_in_it() throws Exception {
            ExecutionOutcome outcome = run("select rpad('x', 1000000, 'y') as long from generate_series(1, 50)", 20, Map.of());
            assertThat(((Succeeded) outcome).output().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(Masking.MAX_OUTPUT_BYTES);
        }

        @Test
        void secrets_in_it_are_masked() throws Exception {
            assertThat(answer("select 'sk_live_abcdefghijklmnop' as key, '" + SqlTarget.PASSWORD + "' as own").path("rows").toString())
                    .isEqualTo("[[\"[masked]\",\"[masked]\"]]");
        }

        @Test
        void the_server_gets_the_text_that_was_read() throws Exception {
            assertThat(answer("select E'a\\'b' as a, $$c?d$$ as c /* ' */ -- '\n").path("rows").toString()).isEqualTo("[[\"a'b\",\"c?d\"]]");
        }
    }

    @Nested
    class Given_a_person_approved_what_nobody_could_inspect {

        @ParameterizedTest
        @ValueSource(strings = {"select lib.writes()", "select lib.escapes()", "select nextval('x')", "select pg_read_file('/etc/passwd')"})
        void it_still_cannot_change_or_reach_anything(String sql) throws Exception {
            assertThat(run(sql, 20, Map.of())).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.errorClass()).isEqualTo("sql_error"));
            assertThat(answer("select count(*) from t where id in (98, 99)").path("rows").toString()).isEqualTo("[[0]]");
        }

        @Test
        void it_leaves_nothing_behind_for_the_next() throws Exception {
            answer("select lib.persists()");
            assertThat(answer("select count(*) > 0 as here from users").path("rows").toString()).isEqualTo("[[true]]");
        }

        @Test
        void it_is_stopped_when_its_time_is_up() throws Exception {
            assertThat(run("select pg_sleep(30)", 3, Map.of())).isInstanceOf(TimedOut.class);
        }
    }

    @Nested
    class Given_a_request {

        @ParameterizedTest
        @ValueSource(strings = {"delete from users", "select 1; select 2", "select * into x from t", "select $1"})
        void what_can_never_run_is_blocked_before_anybody_is_asked(String sql) {
            var params = JSON.createObjectNode().put("datasource", "warehouse").put("sql", sql);
            assertThat(gate(params)).isNotEmpty();
        }

        @Test
        void an_unknown_data_source_is_blocked_by_name() {
            assertThat(gate(JSON.createObjectNode().put("datasource", "cellar").put("sql", "select 1")))
                    .hasValueSatisfying(block -> assertThat(block.toString()).contains("cellar"));
        }

        @Test
        void what_it_would_touch_is_told_to_the_rules() {
            Inspector inspector = new Inspector(target.sources());
            var facts = new SqlFactSource(reader, target.sources(), inspector).gather("default", new ReadBySql(ReadBySql.NAME, reader, target.sources()),
                    JSON.createObjectNode().put("datasource", "warehouse").put("sql", "select lower(phone) from contacts"));
            inspector.destroy();
            assertThat(facts).containsEntry("datasource", "warehouse").containsEntry("environment_group", "production")
                    .containsEntry("uninspectable", null).containsEntry("functions", java.util.List.of("pg_catalog.lower"))
                    .containsEntry("tables", java.util.List.of("public.contacts", "public.users"));
        }

        private static java.util.Optional<?> gate(JsonNode params) {
            return new ReadBySql(ReadBySql.NAME, reader, target.sources()).gate(params, new GateFacts("default", email -> false, Map.of()));
        }
    }
}

package io.countersign.executors.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.command.testing.PlainKeyring;
import io.countersign.command.testing.TestDatabase;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import tools.jackson.databind.json.JsonMapper;

class SqlChangeExecutorTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIME = Duration.ofSeconds(20);

    private static SqlTarget target;
    private static TestDatabase own;
    private static StatementReader reader;
    private static ChangeJournal journal;
    private static int actions;

    @BeforeAll
    static void create() {
        target = new SqlTarget();
        target.owner("""
                create table stock (id int primary key, name text, price numeric(10, 2), at timestamptz, raw bytea, note json, tags text[],
                    span interval, f double precision, twice numeric generated always as (price * 2) stored);
                create table serial (id int generated always as identity primary key, name text, other int generated always as identity);
                create table keyless (id int, name text);
                create table pair (a int, b text, v int, primary key (a, b));
                create table watched (id int primary key, v int);
                create function lib.noticed() returns trigger language plpgsql as $$ begin return new; end $$;
                create trigger notice before update on watched for each row execute function lib.noticed();
                create table boss (id int primary key);
                create table minion (id int primary key, boss int references boss on delete cascade);
                """);
        target.owner("grant insert, update, delete on stock, serial, keyless, pair, watched, boss, minion, events, events_2025, events_2026 to public");
        target.owner("grant select on stock, serial, keyless, pair, watched, boss, minion to public");
        own = TestDatabase.create();
        journal = new ChangeJournal(own.jdbc(), new PlainKeyring());
        try (var context = new AnnotationConfigApplicationContext("io.countersign.command.sql")) {
            reader = context.getBean(StatementReader.class);
        }
    }

    @AfterAll
    static void drop() {
        own.close();
        target.close();
    }

    @BeforeEach
    void fill() {
        target.owner("""
                truncate stock, serial, keyless, pair, watched restart identity;
                insert into stock select i, 'item ' || i || E'\\n"q" \\\\', i + 0.10, '2026-11-21 10:00:00.123456+02', '\\xdeadbeef', '{"b": 1,  "a":1, "a":2}',
                    array['x', null, 'a,b', '{}'], '1 mon 2 days 03:04:05.6', 0.1::float8 * 3 from generate_series(1, 5) i;
                insert into serial (name) values ('one'), ('two');
                insert into keyless values (1, 'a'), (1, 'a');
                insert into pair values (1, 'x', 10), (1, 'y', 20)""");
    }

    private static Attempt attempt(String sql, int most) {
        var params = JSON.createObjectNode().put("datasource", "warehouse").put("sql", sql).put("max_affected_rows", most);
        return Attempts.of("a-" + ++actions, Attempts.first(ChangeBySql.NAME, params.toString()));
    }

    private static SqlChangeExecutor executor() {
        return new SqlChangeExecutor(target.sources(), reader, journal);
    }

    private static ExecutionOutcome run(String sql) {
        return executor().execute(attempt(sql, 100), TIME);
    }

    private static String content(String table) {
        try (Connection connection = target.ownerConnection(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select coalesce(string_agg(t::text, ';' order by t::text), '') from " + table + " t")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> facts(String sql) {
        var params = JSON.createObjectNode().put("datasource", "warehouse").put("sql", sql);
        var inspector = new Inspector(target.sources());
        try {
            return new SqlFactSource(reader, target.sources(), inspector).gather("default", new ChangeBySql(reader, target.sources()), params);
        } finally {
            inspector.destroy();
        }
    }

    @Nested
    class Given_a_person_who_is_to_decide {

        private static Observation seen(String sql, int most) {
            return executor().observe(attempt(sql, most), TIME).orElseThrow();
        }

        @ParameterizedTest
        @ValueSource(strings = {"update stock set name = 'x' where id < 3", "delete from stock where id < 3", "delete from stock s where s.id < 3"})
        void the_rows_it_touches_are_counted_and_known_by_their_content(String sql) {
            Observation then = seen(sql, 100);
            assertThat(then.facts().getFirst()).isEqualTo(new Fact("Rows it touches", "2"));
            assertThat(seen(sql, 100)).isEqualTo(then);
            target.owner("update stock set name = 'other' where id = 5");
            assertThat(seen(sql, 100)).as("a row that it does not touch").isEqualTo(then);
            target.owner("update stock set name = 'other' where id = 1");
            assertThat(then.differencesTo(seen(sql, 100))).singleElement().asString().startsWith("Their content, SHA-256 was ");
            target.owner("delete from stock where id = 1");
            assertThat(then.differencesTo(seen(sql, 100))).contains("Rows it touches was 2, is now 1");
            assertThat(content("stock")).contains("item 2").as("looking changes nothing");
        }

        @Test
        void rows_without_a_key_are_seen_too() {
            assertThat(seen("delete from keyless where id = 1", 100).facts().getFirst().value()).isEqualTo("2");
        }

        @Test
        void more_rows_than_it_may_touch_are_not_counted() {
            assertThat(seen("delete from stock", 3).facts()).containsExactly(new Fact("Rows it touches", "more than 3"));
        }

        @Test
        void a_new_row_has_no_before() {
            assertThat(executor().observe(attempt("insert into keyless values (2, 'b')", 100), TIME)).isEmpty();
        }

        @Test
        void a_table_that_is_not_there_was_not_seen() {
            assertThat(seen("delete from nowhere where id = 1", 100).unseen()).contains("no table");
        }
    }

    @Nested
    class Given_an_approved_change {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
            "stock|update stock set name = 'new', price = price + 1, note = null where id <= 3|3",
            "stock|update stock as s set tags = '{}' where s.id in (select max(id) from stock)|1",
            "stock|update stock set name = 'all'|5",
            "stock|delete from stock where price > 2|4",
            "stock|delete from stock s where s.name like '%1%'|1",
            "stock|insert into stock (id, name, price) values (10, 'ten?', 1), (11, 'ele$1ven', 2)|2",
            "stock|insert into stock select id + 100, name, price, at, raw, note, tags, span, f from stock where id > 2|3",
            "serial|insert into serial (name) values ('three')|1",
            "serial|update serial set name = 'uno' where id = 1|1",
            "serial|delete from serial where id = 2|1",
            "pair|update pair set v = v * 2 where b = 'y'|1",
            "pair|delete from public.pair|2"})
        void it_happens_and_undoing_restores_every_row_as_it_was(String table, String sql, int rows) {
            String before = content(table);
            Attempt attempt = attempt(sql, 100);
            ExecutionOutcome done = executor().execute(attempt, TIME);
            assertThat(done).as("%s", done).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(JSON.readTree(it.output()).path("affected_rows").asInt()).isEqualTo(rows);
                assertThat(it.rollback()).isNotNull();
                assertThat(it.rollback().params()).doesNotContain("item", "ten");
            });
            assertThat(content(table)).isNotEqualTo(before);
            ExecutionOutcome undone = executor().rollBack(attempt, TIME);
            assertThat(undone).as("%s", undone).isInstanceOf(Succeeded.class);
            assertThat(content(table)).isEqualTo(before);
            assertThat(executor().rollBack(attempt, TIME)).as("once more").isInstanceOf(Succeeded.class);
            assertThat(content(table)).isEqualTo(before);
        }

        @Test
        void rows_that_somebody_changed_since_are_left_alone() {
            Attempt attempt = attempt("update stock set price = 0 where id <= 2", 100);
            executor().execute(attempt, TIME);
            target.owner("update stock set name = 'mine' where id = 2");
            String now = content("stock");
            assertThat(executor().rollBack(attempt, TIME))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("changed_since"));
            assertThat(content("stock")).isEqualTo(now);
            Attempt deleted = attempt("delete from stock where id = 5", 100);
            executor().execute(deleted, TIME);
            target.owner("insert into stock (id) values (5)");
            assertThat(executor().rollBack(deleted, TIME)).isInstanceOf(Failed.class);
        }

        @Test
        void a_table_without_a_key_is_changed_and_cannot_be_undone() {
            assertThat(run("update keyless set name = 'b'")).isInstanceOfSatisfying(Succeeded.class, it -> {
                assertThat(it.rollback()).isNull();
                assertThat(it.output()).contains("not possible");
            });
        }
    }

    @Nested
    class Given_a_change_that_is_too_much {

        @ParameterizedTest
        @ValueSource(strings = {"update stock set price = 0", "delete from stock", "insert into stock (id) select generate_series(50, 60)",
            "update keyless set name = 'z'"})
        void more_rows_than_were_approved_change_nothing(String sql) {
            String before = content("stock") + content("keyless");
            assertThat(executor().execute(attempt(sql, 1), TIME))
                    .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("too_many_rows"));
            assertThat(content("stock") + content("keyless")).isEqualTo(before);
        }

        @ParameterizedTest
        @ValueSource(strings = {"update stock set id = id + 100 where id = 1", "update pair set b = 'z' where b = 'x'"})
        void a_new_key_is_refused_because_it_could_not_be_undone(String sql) {
            String before = content("stock") + content("pair");
            assertThat(run(sql)).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("not_undoable"));
            assertThat(content("stock") + content("pair")).isEqualTo(before);
        }

        @Test
        void what_the_role_may_not_do_fails_and_says_so() {
            assertThat(run("delete from users where id = 1")).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.error()).contains("permission denied"));
            assertThat(run("delete from nowhere")).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("no_such_table"));
        }
    }

    @Nested
    class Given_an_attempt_that_was_cut_off {

        @Test
        void the_database_says_whether_it_was_committed() throws Exception {
            Attempt attempt = attempt("update stock set price = 0 where id = 1", 100);
            assertThat(executor().lookUp(attempt, TIME)).isEmpty();
            executor().execute(attempt, TIME);
            assertThat(executor().lookUp(attempt, TIME)).get().isInstanceOfSatisfying(Succeeded.class, it -> assertThat(it.rollback()).isNotNull());
        }

        @Test
        void what_was_rolled_back_has_not_happened_and_what_runs_is_unknown() throws Exception {
            Attempt attempt = attempt("update stock set price = 0 where id = 1", 100);
            try (Connection open = target.ownerConnection(); Statement statement = open.createStatement()) {
                open.setAutoCommit(false);
                String number;
                try (ResultSet row = statement.executeQuery("select pg_current_xact_id()::text")) {
                    row.next();
                    number = row.getString(1);
                }
                journal.write(attempt.actionId(), new ChangeJournal.Entry(number, "warehouse", "update", "public.stock", 1, List.of(),
                        List.of(), true));
                assertThat(executor().lookUp(attempt, TIME)).get().isInstanceOf(Unknown.class);
                open.rollback();
            }
            assertThat(executor().lookUp(attempt, TIME)).isEmpty();
        }
    }

    @Nested
    class Given_policies_that_want_to_know {

        @Test
        void they_see_the_table_and_columns_that_are_changed_and_read() {
            var facts = facts("update stock set price = 1 where name = (select name from users where ssn = '9')");
            assertThat(facts.get(FactSource.UNINSPECTABLE)).isNull();
            assertThat(facts.get("statement_kinds")).isEqualTo(List.of("update"));
            assertThat(facts.get("tables")).asList().contains("public.stock", "public.users");
            assertThat(facts.get("columns")).asList().contains("public.stock.price", "public.stock.name", "public.users.ssn");
            assertThat(facts("delete from pair where a = 1").get("columns")).asList().contains("public.pair.v");
            assertThat(facts("insert into pair (a, b) values (2, 'x')").get("columns")).asList().contains("public.pair.v");
            assertThat(facts("insert into pair (a, b) values (2, 'x')").get(FactSource.UNINSPECTABLE)).isNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"update watched set v = 1", "delete from boss", "update t set a = 1", "update contacts set name = 'x'",
            "update stock set name = lib.peek(1)", "delete from stock where public.peek_at(id) = 'x'", "delete from stock where pg_sleep(1) is null"})
        void what_brings_about_more_is_uninspectable(String sql) {
            assertThat(facts(sql).get(FactSource.UNINSPECTABLE)).as(sql).isNotNull();
        }
    }

    @Nested
    class Given_a_statement_to_review {

        private final ChangeBySql type = new ChangeBySql(reader, target.sources());

        @Test
        void the_reviewer_is_told_table_and_ceiling() {
            assertThat(type.describe(JSON.readTree("{\"datasource\":\"warehouse\",\"sql\":\"delete from hr.staff where id=1\",\"max_affected_rows\":3}")).summary())
                    .isEqualTo("Delete at most 3 rows from hr.staff in data source warehouse");
            assertThat(type.describe(JSON.readTree("{\"datasource\":\"warehouse\",\"sql\":\"insert into t values (1)\"}")).summary())
                    .isEqualTo("Insert at most 100 rows into t in data source warehouse");
        }

        @ParameterizedTest
        @ValueSource(strings = {"select 1", "drop table stock", "truncate stock", "update stock set a = 1; delete from stock", "with d as (delete from t) select 1",
            "delete from stock using users", "update stock set price = 1 from users", "insert into stock values (1) on conflict do nothing",
            "delete from stock returning *", "update only stock set price = 1", "merge into stock using users on true when matched then delete",
            "update stock set price = 1 where current of c", "delete from stock where id in (select 1 for share)", "update stock", "delete stock", "insert stock",
            "delete from stock limit 1", "update stock set price = (with x as (delete from t returning 1) select 1)", ""})
        void anything_but_a_plain_change_of_one_table_is_blocked(String sql) {
            var params = JSON.createObjectNode().put("datasource", "warehouse").put("sql", sql);
            assertThat(type.gate(params, new GateFacts("default", email -> false, Map.of()))).isPresent();
        }
    }
}

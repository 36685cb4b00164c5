package io.countersign.command.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.Reading.Column;
import io.countersign.command.sql.api.Reading.Query;
import io.countersign.command.sql.api.Reading.Refused;
import io.countersign.command.sql.api.Reading.Relation;
import io.countersign.command.sql.api.Reading.Routine;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadStatementTests {

    private final CanonicalReader reader = new CanonicalReader();

    private Query query(String sql) {
        Reading reading = reader.read(sql);
        assertThat(reading).isInstanceOf(Query.class);
        return (Query) reading;
    }

    private Query understood(String sql) {
        Query query = query(sql);
        assertThat(query.unclear()).as(sql).isNull();
        return query;
    }

    private Refused refused(String sql) {
        Reading reading = reader.read(sql);
        assertThat(reading).as(sql).isInstanceOf(Refused.class);
        return (Refused) reading;
    }

    @Nested
    class Given_a_text_that_readers_cut_differently {

        @Test
        void an_escaped_quote_does_not_hide_what_follows() {
            Query query = understood("select E'\\'' , pw from secret --'");
            assertThat(query.text()).isEqualTo("select '''' , pw from secret");
            assertThat(query.uses().relations()).containsExactly(new Relation(null, "secret", false));
        }

        @Test
        void a_dollar_quote_does_not_hide_what_follows() {
            Query query = understood("select $a$ ' $a$, pw from secret --'");
            assertThat(query.text()).isEqualTo("select ' '' ', pw from secret");
            assertThat(query.uses().columns()).contains(new Column("pw", null));
        }

        @Test
        void what_stands_in_a_dollar_quote_is_a_literal() {
            assertThat(understood("select $tag$ x; drop table y $tag$").text()).isEqualTo("select ' x; drop table y '");
        }

        @Test
        void comments_nest_and_vanish() {
            assertThat(understood("select 1 /* nested /* c */ still */ -- so\r from t").text()).isEqualTo("select 1\nfrom t");
        }

        @Test
        void a_backslash_in_a_plain_literal_is_a_backslash() {
            assertThat(understood("select '\\', pw, 'x' from secret").uses().columns()).contains(new Column("pw", null));
        }

        @ParameterizedTest
        @ValueSource(strings = {"select q'{a}'; DELETE FROM t; SELECT '}'", "select U&'\\0027'", "select U&\"d\\0061ta\" from t",
                "select N'x'", "select B'1'", "select X'1F'", "select 1 // x\nfrom secret", "select `a` from t", "select \"a\"\"b\" from t",
                "select E'\\x41'", "select 'a'\n'b'", "select $1", "select 'open", "select \"open", "select 1 /* open", "select $a$ open",
                "select \u0000", "select '\u0000'", "select\u00a01", "select\u30001", "select \\d", "select {fn now()}", "select @-1",
                "select 1x", "select 0x1F", "select 1_000", "select Ärger from t", "select a from t where a operator(pg_catalog.#!) 1",
                "select (1", "select 1)", "select a.b\u200b from t"})
        void what_cannot_be_made_plain_is_refused(String sql) {
            assertThat(refused(sql).code()).isIn("sql_unreadable", "sql_not_one_statement");
        }
    }

    @Nested
    class Given_more_than_a_query {

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {
                "select 1; delete from t | sql_not_one_statement", "; | sql_not_one_statement", "'  ' | sql_not_one_statement",
                "delete from t | sql_not_a_query", "insert into t values (1) | sql_not_a_query", "drop table t | sql_not_a_query",
                "explain analyze delete from t | sql_not_a_query", "explain select 1 | sql_not_a_query", "copy t to stdout | sql_not_a_query",
                "set role x | sql_not_a_query", "begin | sql_not_a_query", "call f() | sql_not_a_query", "prepare x as select 1 | sql_not_a_query",
                "with d as (delete from t returning *) select * from d | sql_writes",
                "with a as (with b as (update t set a = 1 returning *) select * from b) select * from a | sql_writes",
                "select * into x from t | sql_writes", "select * from t for update | sql_writes", "select * from t for share | sql_writes",
                "select * from t for no key update | sql_writes", "select * from t for key share | sql_writes",
                "with m as (merge into t using s on true when matched then delete) select 1 | sql_writes"})
        void it_is_refused_with_the_reason(String sql, String code) {
            assertThat(refused(sql).code()).isEqualTo(code);
        }

        @Test
        void its_kinds_are_named() {
            assertThat(refused("with d as (delete from t returning *) select * from d").kinds()).containsExactlyInAnyOrder("select", "delete");
        }

        @Test
        void one_semicolon_at_the_end_is_nothing() {
            assertThat(understood("select 1 ; -- done").text()).isEqualTo("select 1");
        }
    }

    @Nested
    class Given_a_query {

        @Test
        void a_qualified_column_belongs_to_the_relation_of_that_name() {
            Query query = understood("select u.phone, o.total from users u join shop.orders o on o.user_id = u.id");
            assertThat(query.uses().relations()).containsExactly(new Relation(null, "users", false), new Relation("shop", "orders", false));
            assertThat(query.uses().columns()).contains(new Column("phone", java.util.Set.of(0)), new Column("total", java.util.Set.of(1)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"select * from users", "select u from users u", "select users from users", "select u.* from users u",
                "select row_to_json(u) from users u", "select (u).phone from users u", "select count(u.*) from users u",
                "table users", "select x.a from users as x(a, b)", "select * from users natural join (select 1 as id) s",
                "select j from (users join (select 1) s on true) as j", "select public.users from public.users",
                "select array(select u from users u)", "select (select users from users limit 1)", "select distinct * from users",
    "select s.a from (users cross join (select 1) q) as s(a, b)"})
        void every_way_to_say_all_columns_is_seen(String sql) {
            assertThat(understood(sql).uses().whole()).contains(0);
        }

        @ParameterizedTest
        @ValueSource(strings = {"select count(*) from users", "select id from users", "select * from (select id from users) s",
                "select 2 * 3 from users", "select s.* from (select id from users) s"})
        void no_more_is_said_where_it_is_certain(String sql) {
            assertThat(understood(sql).uses().whole()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {"select pg_read_file('x') | pg_read_file", "select * from pg_ls_dir('.') f | pg_ls_dir",
                "select \"pg_sleep\"(1) | pg_sleep", "select pg_sleep /* so */ (1) | pg_sleep", "select 1 where exists (select dblink('x')) | dblink",
                "select lower(upper(x)) over () from t | upper", "select a from t order by evil(a) | evil",
                "select * from t, lateral evil(t.a) as e(x) | evil", "select * from rows from (evil(1)) as r(a) | evil"})
        void every_call_is_seen(String sql, String function) {
            Query query = query(sql);
            assertThat(query.unclear() != null || query.uses().functions().stream().map(Routine::name).anyMatch(function::equals)).isTrue();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {"select 'x'::evil | evil", "select cast('x' as evil) | evil", "select evil 'x' | evil",
                "select a::public.evil from t | evil", "select cast(a as evil(3)) from t | evil"})
        void every_type_is_seen(String sql, String type) {
            Query query = query(sql);
            assertThat(query.unclear() != null || query.uses().types().stream().map(Routine::name).anyMatch(type::equals)).isTrue();
        }

        @Test
        void quoted_and_plain_names_are_told_apart() {
            assertThat(understood("select 1 from \"T\", t, T").uses().relations()).extracting(Relation::name).containsExactly("T", "t", "t");
        }

        @Test
        void a_name_the_query_gives_may_still_be_a_table() {
            assertThat(understood("with users as (select 1) select * from users").uses().relations())
                    .containsExactly(new Relation(null, "users", true));
        }

        @Test
        void a_grammar_unknown_here_is_said_to_be_unclear() {
            assertThat(query("select a @@ 'x' from t where b @? '$.a'").unclear()).isNotBlank();
            assertThat(query("select s.phone from (table users) s").unclear()).contains("table");
        }
    }

    @Nested
    class Given_a_text_made_to_hurt {

        static Stream<String> bombs() {
            return Stream.of("select " + "(".repeat(10_000) + "1" + ")".repeat(10_000), "select '" + "x".repeat(1_000_000) + "'",
                    "select " + "(".repeat(59) + "1" + ")".repeat(59), "select 1" + "+1".repeat(30_000), "select " + "not ".repeat(15_000) + "true",
                    "select " + "- ".repeat(30_000) + "1", "select " + "case when true then ".repeat(2_000) + "1" + " end".repeat(2_000),
                    "select " + String.join(",", Collections.nCopies(20_000, "1")), "select " + "/*".repeat(30_000),
                    "with " + String.join(",", Collections.nCopies(3_000, "a as (select 1)")) + " select 1",
                    "select * from t where a in (" + String.join(",", Collections.nCopies(15_000, "'a'")) + ")");
        }

        @ParameterizedTest
        @org.junit.jupiter.params.provider.MethodSource("bombs")
        void it_is_answered_in_bounded_time(String sql) {
            assertThat(Duration.ofNanos(timed(() -> reader.read(sql)))).isLessThan(Duration.ofSeconds(5));
        }

        private static long timed(Runnable task) {
            long started = System.nanoTime();
            task.run();
            return System.nanoTime() - started;
        }
    }
}

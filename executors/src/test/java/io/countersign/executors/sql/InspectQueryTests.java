package io.countersign.executors.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.preview.api.Lookout.Sight;
import io.countersign.command.preview.api.Lookout.Subject;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.Reading.Query;
import io.countersign.command.sql.api.StatementReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** Every row of the catalogue of evasions has its verdict, and no statement touches what its facts do not name. */
class InspectQueryTests {

    private static SqlTarget target;
    private static Inspector inspector;
    private static StatementReader reader;

    @BeforeAll
    static void create() {
        target = new SqlTarget();
        inspector = new Inspector(target.sources());
        try (var context = new AnnotationConfigApplicationContext("io.countersign.command.sql")) {
            reader = context.getBean(StatementReader.class);
        }
    }

    @AfterAll
    static void drop() {
        inspector.destroy();
        target.close();
    }

    /** What becomes of a statement. */
    enum Verdict {
        /** Its facts are known, and the rules decide. */
        READ,
        /** Not understood: a person looks. */
        ASK,
        /** It can never be run. */
        BLOCK
    }

    /** One line of the catalogue: the verdict, what the facts must name, and the statement. */
    record Evasion(Verdict verdict, List<String> facts, String sql) {

        static Evasion parse(String line) {
            String[] parts = line.split("\\|", 3);
            String sql = parts[2].strip().replace("⏎", "\n").replace("␍", "\r").replace("␀", "\0").replace("␠", "\u00a0")
                    .replace("⟨10k(⟩", "(".repeat(10_000)).replace("⟨10k)⟩", ")".repeat(10_000)).replace("⟨1M⟩", "x".repeat(1_000_000));
            return new Evasion(Verdict.valueOf(parts[0].strip()), Arrays.stream(parts[1].split(",")).map(String::strip)
                    .filter(fact -> !fact.isEmpty()).toList(), sql);
        }

        @Override
        public String toString() {
            return sql.substring(0, Math.min(sql.length(), 80));
        }
    }

    static Stream<Evasion> evasions() {
        return lines("evasions.txt").map(Evasion::parse);
    }

    static List<String> analytics() {
        return lines("analytics.txt").toList();
    }

    private static Stream<String> lines(String file) {
        return SqlTarget.script(file).lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    private static SqlFacts facts(String sql) {
        return inspector.inspect(target.source(), (Query) reader.read(sql));
    }

    private static Verdict verdict(String sql) {
        return switch (reader.read(sql)) {
            case Reading.Refused refused -> Verdict.BLOCK;
            case Query query -> inspector.inspect(target.source(), query).uninspectable() == null ? Verdict.READ : Verdict.ASK;
        };
    }

    private static Sight look(String type, String sql) {
        return new SqlLookout(reader, target.sources(), inspector).look(new Subject("default", "scout", type,
                JsonMapper.shared().createObjectNode().put("datasource", "warehouse").put("sql", sql).toString(), Map.of()));
    }

    @Nested
    class Given_a_reviewer_who_looks_at_the_plan {

        @Test
        void the_planner_says_how_it_would_go_about_it_and_nothing_is_run() {
            assertThat(look("sql:query", "select 1 + 1")).satisfies(sight -> {
                assertThat(sight.trouble()).isNull();
                assertThat(sight.steps()).singleElement().asString().startsWith("Result");
            });
        }

        @Test
        void what_cannot_be_judged_is_not_even_planned() {
            assertThat(look("sql:query", "select pg_sleep(1)")).satisfies(sight -> {
                assertThat(sight.steps()).isEmpty();
                assertThat(sight.trouble()).isNotNull();
            });
            assertThat(look("sql:query", "drop table x").trouble()).startsWith("It cannot be planned");
        }
    }

    @Nested
    class Given_the_catalogue_of_evasions {

        @ParameterizedTest
        @MethodSource("io.countersign.executors.sql.InspectQueryTests#evasions")
        void each_has_its_verdict_and_its_facts(Evasion evasion) {
            assertThat(verdict(evasion.sql())).as(() -> evasion + " " + reader.read(evasion.sql())
                    + (reader.read(evasion.sql()) instanceof Query ? facts(evasion.sql()) : "")).isEqualTo(evasion.verdict());
            if (!evasion.facts().isEmpty()) {
                SqlFacts facts = facts(evasion.sql());
                Set<String> all = new LinkedHashSet<>(facts.tables());
                all.addAll(facts.columns());
                all.addAll(facts.functions());
                assertThat(all).as(evasion.sql()).containsAll(evasion.facts());
            }
        }
    }

    @Nested
    class Given_harmless_analytics {

        @Test
        void at_most_one_in_fifty_is_sent_to_a_person_needlessly() {
            List<String> all = new ArrayList<>(analytics());
            List<String> sent = all.stream().filter(sql -> verdict(sql) != Verdict.READ).toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(60);
            assertThat(sent.size() * 50).as("%s", sent.stream().map(sql -> sql + " -> " + reader.read(sql) + facts(sql)).toList())
                    .isLessThanOrEqualTo(all.size());
        }
    }

    @Nested
    class Given_more_than_two_hundred_statements {

        /** The server's own analysis is the judge: it notes for a view each column and relation that it reads. */
        @Test
        void the_facts_name_at_least_what_the_server_says() throws Exception {
            List<String> statements = new ArrayList<>(analytics());
            evasions().filter(evasion -> evasion.verdict() == Verdict.READ).forEach(evasion -> statements.add(evasion.sql()));
            statements.addAll(new QueryGenerator(Long.getLong("countersign.seed", 20_261_121)).queries(Boolean.getBoolean("countersign.full") ? 2_500 : 400));
            List<String> missed = new ArrayList<>();
            List<String> extras = new ArrayList<>();
            Map<String, Integer> unknown = new TreeMap<>();
            int judged = 0;
            try (Connection owner = target.ownerConnection(); Statement statement = owner.createStatement()) {
                statement.execute("set search_path = public");
                owner.setAutoCommit(false);
                for (String sql : statements) {
                    if (!(reader.read(sql) instanceof Query query)) {
                        continue;
                    }
                    SqlFacts facts = inspector.inspect(target.source(), query);
                    if (facts.uninspectable() != null) {
                        unknown.merge(facts.uninspectable(), 1, Integer::sum);
                        continue;
                    }
                    Set<String> truth = truth(statement, query.text());
                    owner.rollback();
                    Set<String> named = new TreeSet<>(facts.columns());
                    named.addAll(facts.tables());
                    truth.stream().filter(fact -> !named.contains(fact)).forEach(fact -> missed.add(fact + " <- " + sql));
                    named.stream().filter(fact -> !truth.contains(fact)).forEach(fact -> extras.add(fact + " | "
                            + reason(fact, truth) + " | " + query.text().replace('\n', ' ')));
                    judged++;
                }
            }
            Files.write(Path.of("target", "sql-facts-beyond-the-server.txt"), extras);
            Files.writeString(Path.of("target", "sql-not-inspected.txt"), judged + " inspected, and not:\n" + unknown);
            assertThat(judged).isGreaterThan(200);
            assertThat(missed).isEmpty();
        }

        private static String reason(String fact, Set<String> truth) {
            String table = fact.chars().filter(c -> c == '.').count() == 1 ? fact : fact.substring(0, fact.lastIndexOf('.'));
            return truth.contains(table) ? "a name in the statement may mean it" : "read by way of a view, a parent or a partition";
        }

        private Set<String> truth(Statement statement, String sql) throws SQLException {
            Set<String> truth = new TreeSet<>();
            statement.execute("create view judge as select 1 as one from (" + sql + ") q");
            try (ResultSet row = statement.executeQuery("""
                    select n.nspname || '.' || c.relname, a.attname from pg_rewrite r
                    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
                    join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
                    left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
                    where r.ev_class = 'public.judge'::regclass and c.oid <> r.ev_class""")) {
                while (row.next()) {
                    truth.add(row.getString(1));
                    if (row.getString(2) != null) {
                        truth.add(row.getString(1) + "." + row.getString(2));
                    }
                }
            }
            return truth;
        }
    }

    @Nested
    class Given_a_change_of_the_catalogue {

        @Test
        void a_look_alike_function_is_noticed_at_once() {
            String sql = "select lower(email) from users";
            assertThat(facts(sql).uninspectable()).isNull();
            target.owner("create function public.lower(varchar) returns text language sql as 'select pw from secret'");
            assertThat(facts(sql).uninspectable()).contains("lower");
            target.owner("drop function public.lower(varchar)");
            assertThat(facts(sql).uninspectable()).isNull();
        }

        @Test
        void a_look_alike_operator_is_noticed_at_once() {
            String sql = "select id from users where email = 'x'";
            target.owner("""
                    create function lib.same(varchar, varchar) returns boolean language sql as 'select true';
                    create operator public.= (leftarg = varchar, rightarg = varchar, function = lib.same)""");
            assertThat(facts(sql).uninspectable()).contains("operator =");
            target.owner("drop operator public.= (varchar, varchar); drop function lib.same(varchar, varchar)");
            assertThat(facts(sql).uninspectable()).isNull();
        }

        @Test
        void a_view_that_reads_more_is_noticed_at_once() {
            assertThat(facts("select * from anonymous").columns()).doesNotContain("public.users.ssn");
            target.owner("create or replace view anonymous as select id, created_at, ssn from users");
            assertThat(facts("select * from anonymous").columns()).contains("public.users.ssn");
            target.owner("drop view anonymous; create view anonymous as select id, created_at from users;"
                    + " grant select on anonymous to " + target.role("reader"));
        }
    }

    @Nested
    class Given_a_data_source_out_of_reach {

        @Test
        void the_statement_is_uninspectable() {
            var gone = new io.countersign.command.datasource.api.DataSources.Source("d-2", "default", "gone",
                    "jdbc:postgresql://127.0.0.1:1/nothing", "reader", "production", 1, java.time.Instant.EPOCH);
            SqlFacts facts = inspector.inspect(gone, (Query) reader.read("select 1"));
            assertThat(facts.uninspectable()).contains("cannot be reached");
        }
    }

    @Nested
    class Given_a_plan {

        @Test
        void the_estimate_is_the_most_that_any_step_handles() throws IOException {
            assertThat(facts("select count(*) from orders").estimatedRows()).isGreaterThanOrEqualTo(2_000);
            assertThat(facts("select * from generate_series(1, 1000000000) g").estimatedRows()).isGreaterThanOrEqualTo(1_000_000_000L);
            assertThat(facts("select 1 from orders a, orders b, orders c").estimatedRows()).isGreaterThan(1_000_000_000L);
        }
    }
}

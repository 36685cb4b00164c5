package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** From the data source to the rows, over HTTP. */
@ApiTest
class SqlQueryTests {

    private static final String SHOP = "api_shop_" + ProcessHandle.current().pid();
    private static final String PASSWORD = "only-reads-9";

    private static TestDatabase server;

    @Autowired
    private Cast cast;

    @BeforeAll
    static void open() throws SQLException {
        server = TestDatabase.create();
        as("postgres", "create database " + SHOP);
        as(SHOP, """
                create role %1$s_reader login password '%2$s'; create role %1$s_boss login superuser password '%2$s';
                create table users (id int, name text, ssn text); insert into users values (1, 'Ida', '900-1'), (2, 'Udo', '900-2');
                grant select on users to %1$s_reader""".formatted(SHOP, PASSWORD));
    }

    @AfterAll
    static void close() throws SQLException {
        as("postgres", "drop database " + SHOP + " with (force)");
        as("postgres", "drop role " + SHOP + "_reader; drop role " + SHOP + "_boss");
        server.close();
    }

    private static void as(String database, String sql) throws SQLException {
        try (Connection connection = server.administrator(database); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String place() {
        return server.endpoint().jdbcUrl().replaceFirst("/[a-z0-9_]+\\?.*", "/" + SHOP + "?sslmode=disable");
    }

    private static String source(String name, String role) {
        return """
                {"name": "%s", "url": "%s", "username": "%s_%s", "password": "%s", "environment_group": "staging"}"""
                .formatted(name, place(), SHOP, role, PASSWORD);
    }

    private String shop(String name) {
        var answer = cast.admin().post("/api/v1/datasources", source(name, "reader"));
        assertThat(answer.status()).as("%s", answer).isIn(201, 409);
        return name;
    }

    private static String query(String source, String sql) {
        return """
                {"action": "sql:query", "params": {"datasource": "%s", "sql": "%s"}}""".formatted(source, sql);
    }

    private Cast.Answer asks(String source, String sql) {
        return cast.agent().post("/api/v1/actions", query(source, sql));
    }

    private Cast.Answer approves(String id) {
        return cast.admin().post("/api/v1/actions/" + id + "/approve", "{}", "Prefer", "wait=30");
    }

    @Nested
    class Given_an_admin {

        @Test
        void a_data_source_is_added_shown_changed_and_retired_and_its_password_never_comes_back() {
            shop("wine");
            var list = cast.viewer().get("/api/v1/datasources");
            assertThat(list.body()).contains("\"wine\"", "\"staging\"", SHOP + "_reader").doesNotContain(PASSWORD);
            var changed = cast.admin().call("PUT", "/api/v1/datasources/wine", """
                    {"url": "%s", "username": "%s_reader", "environment_group": "production"}""".formatted(place(), SHOP).getBytes());
            assertThat(changed.status()).as("%s", changed).isEqualTo(200);
            assertThat(changed.json().path("version").asInt()).isEqualTo(2);
            assertThat(cast.admin().call("DELETE", "/api/v1/datasources/wine", new byte[0]).status()).isEqualTo(204);
            assertThat(cast.viewer().get("/api/v1/datasources").body()).doesNotContain("\"wine\"");
            assertThat(cast.admin().get("/api/v1/actions").body()).doesNotContain(PASSWORD);
        }

        @Test
        void a_superuser_is_refused_with_the_reason() {
            var answer = cast.admin().post("/api/v1/datasources", source("mighty", "boss"));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("superuser").doesNotContain(PASSWORD);
        }

        @Test
        void nobody_else_changes_data_sources_and_nobody_elsewhere_sees_them() {
            shop("cellar");
            assertThat(cast.analyst().post("/api/v1/datasources", source("mine", "reader")).status()).isEqualTo(403);
            assertThat(cast.agent().get("/api/v1/datasources").status()).isEqualTo(403);
            assertThat(cast.foreignAdmin().get("/api/v1/datasources").body()).doesNotContain("cellar");
            assertThat(cast.foreignAdmin().call("DELETE", "/api/v1/datasources/cellar", new byte[0]).status()).isEqualTo(404);
        }
    }

    @Nested
    class Given_a_rule_on_a_column {

        @Test
        void it_holds_whatever_way_the_column_is_named_and_only_then() {
            shop("shelf");
            var rule = cast.admin().post("/api/v1/admin/approval/rules", """
                    {"name": "No social security numbers", "ruleType": "column", "pattern": "users.ssn"}""");
            assertThat(rule.status()).as("%s", rule).isEqualTo(201);
            for (var sql : List.of("select ssn from users", "select * from users", "select u from users u", "select id from users where ssn like '9%'")) {
                assertThat(dryRun("shelf", sql)).as(sql).contains("No social security numbers");
            }
            assertThat(dryRun("shelf", "select id, name from users")).doesNotContain("No social security numbers");
            assertThat(dryRun("shelf", "select pg_sleep(1)")).contains("pg_sleep");
            cast.admin().call("DELETE", "/api/v1/admin/approval/rules/" + rule.json().at("/rule/id").asString(), new byte[0]);
        }

        private String dryRun(String source, String sql) {
            var answer = cast.agent().post("/api/v1/actions", query(source, sql).replaceFirst("\\{", "{\"dry_run\": true, "));
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            var verdict = answer.json();
            return verdict.path("violations").toString() + verdict.path("trace");
        }
    }

    @Nested
    class Given_an_agent_that_asks {

        @Test
        void the_same_statement_is_one_request_and_its_approval_gives_the_rows() {
            shop("books");
            var first = asks("books", "select id, name from users order by id -- please");
            assertThat(first.text("status")).as("%s", first).isEqualTo("pending");
            var again = asks("books", "select id, name from users order by id;");
            assertThat(again.text("id")).isEqualTo(first.text("id"));
            assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(asks("books", "select id, name from users order by name").text("id")).isNotEqualTo(first.text("id"));
            assertThat(cast.otherAgent().post("/api/v1/actions", query("books", "select id, name from users order by id")).text("id"))
                    .as("another requester has a request of its own").isNotEqualTo(first.text("id"));

            var approved = approves(first.text("id"));
            assertThat(approved.text("status")).as("%s", approved).isEqualTo("executed");
            var result = asks("books", "select id, name from users order by id");
            assertThat(result.text("id")).isEqualTo(first.text("id"));
            assertThat(result.body()).contains("Ida").contains("Udo");
        }

        @Test
        void where_a_rule_says_so_its_approval_runs_the_statement_again_until_somebody_takes_it_back() {
            shop("fresh");
            var policy = cast.admin().post("/api/v1/policies", """
                    {"name": "fresh-rows", "rules": [{"condition": {"type": "datasource", "name": "fresh"}, "effect": "require_approval",
                        "reusable": true, "max_uses": 5}]}""");
            var first = asks("fresh", "select 41 as n");
            assertThat(approves(first.text("id")).text("status")).isEqualTo("executed");
            var second = asks("fresh", "select 41 as n;");
            assertThat(second.text("id")).as("%s", first).isNotEqualTo(first.text("id"));
            assertThat(second.text("status")).as("%s", second).isEqualTo("executed");
            assertThat(second.text("decided_by")).isEqualTo("reuse:" + first.text("id"));
            var approval = cast.analyst().get("/api/v1/actions/" + first.text("id")).json();
            assertThat(approval.at("/reuse/uses").asInt()).isEqualTo(1);
            assertThat(approval.at("/reuse/max_uses").asInt()).isEqualTo(5);
            assertThat(cast.agent().post(approval.at("/links/revoke").asString(), "{}").status()).isEqualTo(403);
            var revoked = cast.analyst().post(approval.at("/links/revoke").asString(), "{}");
            assertThat(revoked.json().at("/reuse/revoked").booleanValue()).as("%s", revoked).isTrue();
            assertThat(asks("fresh", "select 41 as n").text("status")).isEqualTo("pending");
            cast.admin().call("DELETE", "/api/v1/policies/" + policy.text("id"), new byte[0]);
        }

        @Test
        void a_denial_does_not_stand_in_the_way_of_asking_anew() {
            shop("maps");
            var first = asks("maps", "select 1 as one");
            assertThat(cast.admin().post("/api/v1/actions/" + first.text("id") + "/deny", "{\"reason\": \"no\"}").status()).isEqualTo(200);
            var second = asks("maps", "select 1 as one");
            assertThat(second.text("id")).isNotEqualTo(first.text("id"));
            assertThat(second.text("status")).isEqualTo("pending");
        }

        @Test
        void many_at_once_are_one() throws Exception {
            shop("lamps");
            try (var pool = Executors.newFixedThreadPool(8)) {
                List<Callable<String>> calls = java.util.Collections.nCopies(16, () -> asks("lamps", "select 2 as two").text("id"));
                List<Future<String>> ids = pool.invokeAll(calls);
                assertThat(ids.stream().map(Future::resultNow).distinct()).hasSize(1);
            }
        }

        @Test
        void what_is_no_query_is_blocked_with_the_reason() {
            shop("pens");
            var answer = asks("pens", "delete from users");
            assertThat(answer.text("status")).as("%s", answer).isEqualTo("blocked");
            assertThat(answer.body()).contains("sql_not_a_query");
            assertThat(asks("nowhere", "select 1").body()).contains("datasource_unknown");
        }
    }
}

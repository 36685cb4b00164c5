package io.countersign.command.database.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

class MigrationsTests {

    @TempDir
    static Path home;

    static EmbeddedPostgres postgres;

    DatabaseEndpoint empty;
    HikariDataSource application;

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(home, EmbeddedPostgresTests.PROGRAMS);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void create() {
        empty = postgres.createDatabase("sample", null);
        application = ConnectionPools.application(empty, 1);
    }

    @AfterEach
    void drop() {
        application.close();
        postgres.dropDatabase("sample");
    }

    @Nested
    class Given_an_empty_database {

        @Test
        void each_module_gets_its_own_schema_and_history() {
            Migrations.apply(empty, "db/sample");

            assertThat(names("select schemaname || '.' || tablename from pg_tables where schemaname in ('command', 'query', 'public') order by 1"))
                    .containsExactly("command.log", "command.schema_history", "query.schema_history", "query.view_of_log");
        }

        @Test
        void the_application_role_may_do_what_the_scripts_grant_and_no_more() {
            Migrations.apply(empty, "db/sample");

            JdbcClient jdbc = JdbcClient.create(application);
            assertThat(jdbc.sql("insert into log values (1)").update()).isEqualTo(1);
            assertThat(jdbc.sql("insert into view_of_log values (1)").update()).isEqualTo(1);
            assertThat(jdbc.sql("delete from view_of_log").update()).isEqualTo(1);
            for (String attempt : List.of("delete from log", "update log set id = 2", "truncate log", "drop table log",
                    "select 1 from command.schema_history", "create table command.mine ()")) {
                assertThatExceptionOfType(DataAccessException.class).as(attempt)
                        .isThrownBy(() -> jdbc.sql(attempt).update())
                        .havingRootCause().isInstanceOfSatisfying(SQLException.class,
                                refusal -> assertThat(refusal.getSQLState()).isEqualTo("42501"));
            }
        }

        @Test
        void nodes_that_start_together_migrate_once() throws Exception {
            try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
                Callable<Void> node = () -> {
                    Migrations.apply(empty, "db/sample");
                    return null;
                };
                for (Future<Void> ended : nodes.invokeAll(List.of(node, node, node, node))) {
                    ended.get();
                }
            }
            assertThat(names("select count(*)::text from command.log")).containsExactly("0");
        }
    }

    @Nested
    class Given_a_migrated_database {

        @Test
        void nothing_happens_again() {
            Migrations.apply(empty, "db/sample");
            JdbcClient.create(application).sql("insert into log values (1)").update();

            Migrations.apply(empty, "db/sample");

            assertThat(names("select id::text from log")).containsExactly("1");
        }

        @Test
        void a_script_that_was_changed_is_said() {
            Migrations.apply(empty, "db/sample");

            assertThatExceptionOfType(DatabaseStartException.class).isThrownBy(() -> Migrations.apply(empty, "db/sample-broken"))
                    .withMessageContaining("could not be migrated").withMessageContaining("checksum")
                    .satisfies(refusal -> assertThat(refusal.whatToDo()).contains("no script was changed"));
        }
    }

    @Nested
    class Given_a_script_that_fails {

        @Test
        void it_leaves_no_half_of_itself_behind() {
            assertThatExceptionOfType(DatabaseStartException.class).isThrownBy(() -> Migrations.apply(empty, "db/sample-broken"));

            Migrations.apply(empty, "db/sample");

            assertThat(names("select id::text from log")).isEmpty();
        }
    }

    private List<String> names(String query) {
        return JdbcClient.create(application).sql(query).query(String.class).list();
    }
}

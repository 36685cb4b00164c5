package io.countersign.command.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import javax.sql.DataSource;

import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.DatabaseStartException;
import io.countersign.command.database.api.EmbeddedPostgres;
import io.countersign.command.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class DatabaseConfigurationTests {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withUserConfiguration(DatabaseConfiguration.class)
            .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class));

    @Nested
    class Given_a_database_named_in_the_environment {

        static TestDatabase database;

        @BeforeAll
        static void create() {
            database = TestDatabase.create();
        }

        @AfterAll
        static void drop() {
            database.close();
        }

        @Test
        void the_service_works_in_it_as_the_application_role() {
            started(Map.of()).run(context -> {
                assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedPostgres.class);
                assertThat(ask(context, "select current_user")).isEqualTo("countersign_app");
                assertThat(ask(context, "show timezone")).isEqualTo("UTC");
                assertThat(ask(context, "select to_regclass('domain_event_entry')::text")).isEqualTo("domain_event_entry");
            });
        }

        @Test
        void what_a_transaction_did_is_gone_when_it_fails() {
            started(Map.of()).run(context -> {
                TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
                JdbcClient jdbc = JdbcClient.create(context.getBean(DataSource.class));

                assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    jdbc.sql("insert into epoch values ('test', 1)").update();
                    throw new IllegalStateException("on purpose");
                })).hasMessage("on purpose");

                assertThat(ask(context, "select count(*)::text from epoch where name = 'test'")).isEqualTo("0");
            });
        }

        @Test
        void production_does_not_start_with_a_role_that_could_change_events() {
            started(asOwner()).run(context -> assertThat(context.getStartupFailure()).rootCause()
                    .isInstanceOf(DatabaseStartException.class)
                    .hasMessage("DB_ROLE_TOO_STRONG: The application role of the database could change the event log: it owns the database."));
        }

        @Test
        void a_demo_starts_with_it_and_says_so() {
            started(asOwner()).withPropertyValues("countersign.demo=true").run(context -> assertThat(context).hasNotFailed()
                    .getBean(DatabaseTrust.class).satisfies(trust -> assertThat(trust.diagnose()).hasSize(1)));
        }

        @Test
        void a_database_that_is_not_there_is_said_quickly() {
            long start = System.nanoTime();
            started(Map.of("COUNTERSIGN_DB_URL", "jdbc:postgresql://127.0.0.1:1/nowhere?password=hidden")).run(context ->
                    assertThat(context.getStartupFailure()).rootCause().satisfies(cause -> assertThat(context.getStartupFailure())
                            .hasStackTraceContaining("The database jdbc:postgresql://127.0.0.1:1/nowhere (application role countersign_app")));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }

        @Test
        void an_address_of_another_kind_is_refused() {
            started(Map.of("COUNTERSIGN_DB_URL", "postgres://me:secret@db/x")).run(context -> assertThat(context.getStartupFailure())
                    .rootCause().hasMessage("COUNTERSIGN_DB_URL is not the URL of a PostgreSQL database."));
        }

        private Map<String, Object> asOwner() {
            DatabaseEndpoint endpoint = database.endpoint();
            return Map.of("COUNTERSIGN_DB_USER", endpoint.migrationUser(), "COUNTERSIGN_DB_PASSWORD", endpoint.migrationPassword(),
                    "COUNTERSIGN_DB_MIGRATION_USER", "", "COUNTERSIGN_DB_MIGRATION_PASSWORD", "");
        }

        private ApplicationContextRunner started(Map<String, Object> changes) {
            DatabaseEndpoint endpoint = database.endpoint();
            Map<String, Object> environment = new HashMap<>(Map.of(
                    "COUNTERSIGN_DB_URL", endpoint.jdbcUrl(),
                    "COUNTERSIGN_DB_USER", endpoint.applicationUser(),
                    "COUNTERSIGN_DB_PASSWORD", endpoint.applicationPassword(),
                    "COUNTERSIGN_DB_MIGRATION_USER", endpoint.migrationUser(),
                    "COUNTERSIGN_DB_MIGRATION_PASSWORD", endpoint.migrationPassword()));
            environment.putAll(changes);
            return service.withInitializer(context -> context.getEnvironment().getPropertySources()
                    .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", environment)));
        }
    }

    @Nested
    class Given_no_database_named {

        @TempDir
        Path data;

        @Test
        void the_service_brings_its_own_and_lets_go_of_it_before_it_stops_it() throws Exception {
            service.withPropertyValues("countersign.data-dir=" + data).run(context -> {
                assertThat(context).hasNotFailed().hasSingleBean(EmbeddedPostgres.class);
                assertThat(ask(context, "select current_user")).isEqualTo("countersign_app");
                assertThat(context.getBeanFactory().getDependenciesForBean("dataSource")).contains("databaseEndpoint");
                assertThat(context.getBeanFactory().getDependenciesForBean("databaseEndpoint")).contains("embeddedPostgres");
            });

            assertThat(Files.readString(data.resolve("postgres/server.log"))).contains("database system is shut down");
        }
    }

    private static String ask(ApplicationContext context, String query) {
        return JdbcClient.create(context.getBean(DataSource.class)).sql(query).query(String.class).single();
    }
}

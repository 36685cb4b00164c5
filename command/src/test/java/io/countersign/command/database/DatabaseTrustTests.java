package io.countersign.command.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.command.database.api.ConnectionPools;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTrustTests {

    @Nested
    class Given_the_two_roles_as_migrated {

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
        void there_is_nothing_to_say() {
            assertThat(new DatabaseTrust(database.dataSource()).diagnose()).isEmpty();
        }

        @Test
        void the_server_tells_its_version_and_that_it_is_durable() {
            var server = new DatabaseTrust(database.dataSource());
            assertThat(server.version()).startsWith("18.");
            assertThat(server.isDurable()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {
                "update domain_event_entry set payload = ''",
                "update domain_event_entry set global_index = global_index + 1",
                "delete from domain_event_entry",
                "truncate domain_event_entry",
                "drop table domain_event_entry",
                "drop schema command cascade",
                "alter table domain_event_entry add column note text",
                "alter table domain_event_entry owner to current_user",
                "create trigger t before insert on domain_event_entry execute function suppress_redundant_updates_trigger()",
                "create rule r as on insert to domain_event_entry do instead nothing",
                "create table command.mine ()",
                "grant countersign_owner to current_user",
                "merge into domain_event_entry e using (values ('')) v on true when matched then delete",
                "insert into domain_event_entry values (0, 'e', 'a', 0, '', '', '', '', '', '') on conflict (global_index) do update set payload = ''",
                "select 1 from domain_event_entry for update"})
        void the_application_role_cannot_change_the_events(String statement) {
            assertThatThrownBy(() -> execute(database.dataSource(), statement)).isInstanceOf(SQLException.class)
                    .satisfies(refusal -> assertThat(((SQLException) refusal).getSQLState()).isEqualTo("42501"));
        }
    }

    @Nested
    class Given_an_application_role_with_more_power {

        TestDatabase database;

        @BeforeEach
        void create() {
            database = TestDatabase.create();
        }

        @AfterEach
        void drop() {
            database.close();
        }

        @ParameterizedTest
        @CsvSource(textBlock = """
                grant delete on command.domain_event_entry to countersign_app,            it may delete events
                grant truncate on command.domain_event_entry to countersign_app,          it may truncate events
                grant update (payload) on command.domain_event_entry to countersign_app,  it may update events
                grant trigger on command.domain_event_entry to countersign_app,           it may trigger events
                """)
        void each_grant_too_many_is_found(String grant, String power) throws SQLException {
            execute(database.ownerDataSource(), grant);

            assertThat(new DatabaseTrust(database.dataSource()).tooStrongRole()).hasValueSatisfying(finding -> {
                assertThat(finding.code()).isEqualTo("DB_ROLE_TOO_STRONG");
                assertThat(finding.severity()).isEqualTo(Diagnostic.Severity.ERROR);
                assertThat(finding.message()).isEqualTo("The application role of the database could change the event log: %s.", power);
            });
        }

        @Test
        void the_owner_is_not_a_fit_application_role() {
            assertThat(new DatabaseTrust(database.ownerDataSource()).tooStrongRole()).hasValueSatisfying(
                    finding -> assertThat(finding.message()).contains("it owns the database"));
        }
    }

    @Nested
    class Given_a_database_that_does_not_wait_for_the_disk {

        @Test
        void it_is_said_which_setting_is_off() throws SQLException {
            try (TestDatabase database = TestDatabase.create()) {
                execute(database.ownerDataSource(), "alter database %s set synchronous_commit = off"
                        .formatted(database.jdbc().sql("select current_database()").query(String.class).single()));

                try (HikariDataSource fresh = ConnectionPools.application(database.endpoint(), 1)) {
                    assertThat(new DatabaseTrust(fresh).diagnose()).singleElement().satisfies(finding -> {
                        assertThat(finding.code()).isEqualTo("DB_NOT_DURABLE");
                        assertThat(finding.message()).endsWith("off is synchronous_commit.");
                    });
                }
            }
        }
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsAreImmutableTests {

    @Nested
    class Given_an_appended_event_and_the_role_of_the_application {

        private static TestDatabase database;
        private static List<String> before;

        @BeforeAll
        static void append() {
            database = TestDatabase.create();
            try (Node node = new Node(database)) {
                node.append("a-1", 0);
            }
            before = rows();
        }

        @AfterAll
        static void close() {
            database.close();
        }

        @ParameterizedTest
        @ValueSource(strings = {
            "update command.domain_event_entry set payload = '{}'",
            "update command.domain_event_entry set global_index = global_index + 1",
            "delete from command.domain_event_entry",
            "truncate command.domain_event_entry",
            "truncate command.domain_event_entry cascade",
            "merge into command.domain_event_entry e using (select 0 as i) s on e.global_index = s.i when matched then delete",
            "insert into command.domain_event_entry select * from command.domain_event_entry on conflict (global_index) do update set payload = '{}'",
            "with gone as (delete from command.domain_event_entry returning *) select * from gone",
            "alter table command.domain_event_entry add column more text",
            "alter table command.domain_event_entry alter column payload type varchar(10)",
            "alter table command.domain_event_entry disable trigger all",
            "alter table command.domain_event_entry enable row level security",
            "alter table command.domain_event_entry owner to current_user",
            "alter table command.domain_event_entry rename to old",
            "alter table command.domain_event_entry drop constraint domain_event_entry_pkey",
            "drop table command.domain_event_entry",
            "drop schema command cascade",
            "drop index command.domain_event_entry_configuration",
            "create rule quiet as on insert to command.domain_event_entry do instead nothing",
            "create trigger quiet before insert on command.domain_event_entry for each row execute function suppress_redundant_updates_trigger()",
            "create policy quiet on command.domain_event_entry using (false)",
            "create table command.child () inherits (command.domain_event_entry)",
            "create view command.domain_event_entries as select 1",
            "create function command.f() returns int language sql as 'select 1'",
            "set session_replication_role = replica",
            "set role countersign_owner",
            "set session authorization countersign_owner",
            "alter role current_user superuser",
            "select lo_import('/etc/passwd')",
            "copy command.domain_event_entry from program 'true'",
            "update command.snapshot_event_entry set payload = '{}'",
            "update pg_catalog.pg_class set relowner = 10",
            "do $$ begin delete from command.domain_event_entry; end $$",
            "do $$ begin lock table command.domain_event_entry in access exclusive mode; end $$"})
        void it_is_refused(String statement) throws SQLException {
            try (Connection connection = database.dataSource().getConnection(); Statement attempt = connection.createStatement()) {
                assertThatThrownBy(() -> attempt.execute(statement)).isInstanceOfSatisfying(SQLException.class,
                        refusal -> assertThat(refusal.getSQLState()).isIn("42501", "0A000", "42809"));
            }
            assertThat(rows()).isEqualTo(before);
        }

        /** PostgreSQL only warns of a grant that grants nothing. */
        @ParameterizedTest
        @ValueSource(strings = {"update", "delete", "truncate", "trigger", "references", "all"})
        void it_cannot_grant_itself_more(String privilege) throws SQLException {
            try (Connection connection = database.dataSource().getConnection(); Statement attempt = connection.createStatement()) {
                attempt.execute("grant " + privilege + " on command.domain_event_entry to current_user");
            }
            assertThat(database.jdbc().sql("""
                    select has_table_privilege('command.domain_event_entry', 'update, delete, truncate, trigger, references')
                    """).query(Boolean.class).single()).isFalse();
        }

        private static List<String> rows() {
            return database.jdbc().sql("select e::text from command.domain_event_entry as e order by global_index")
                    .query(String.class).list();
        }
    }
}

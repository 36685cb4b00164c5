package io.countersign.command.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.testing.TestDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TestDatabaseTests {

    @Nested
    class Given_two_databases {

        @Test
        void rows_of_one_are_not_in_the_other() {
            try (TestDatabase one = TestDatabase.create(); TestDatabase other = TestDatabase.create()) {
                assertThat(one.jdbc().sql("select current_database()").query(String.class).single())
                        .isNotEqualTo(other.jdbc().sql("select current_database()").query(String.class).single());
                assertThat(one.jdbc().sql("show fsync").query(String.class).single()).isEqualTo("on");
                assertThat(one.jdbc().sql("show timezone").query(String.class).single()).isEqualTo("UTC");
                assertThat(one.jdbc().sql("show search_path").query(String.class).single()).startsWith("command,query");
            }
        }
    }
}

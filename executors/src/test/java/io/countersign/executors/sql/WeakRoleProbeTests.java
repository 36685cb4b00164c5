package io.countersign.executors.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countersign.command.api.Refused;
import io.countersign.command.datasource.api.PostgresUrl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeakRoleProbeTests {

    private static SqlTarget target;

    @BeforeAll
    static void create() {
        target = new SqlTarget();
    }

    @AfterAll
    static void drop() {
        target.close();
    }

    @Nested
    class Given_a_role_of_the_target {

        @Test
        void one_that_only_reads_is_taken() {
            assertThatCode(() -> new WeakRoleProbe().mustBeWeak(target.url(), target.role("reader"), SqlTarget.PASSWORD))
                    .doesNotThrowAnyException();
        }

        @ParameterizedTest
        @CsvSource({"mighty, superuser", "heir, superuser", "bypass, BYPASSRLS", "files, pg_read_server_files", "maker, create roles"})
        void a_mighty_one_is_refused_with_the_reason(String kind, String reason) {
            assertThat(refusal(target.url(), target.role(kind), SqlTarget.PASSWORD)).contains(reason);
        }

        @Test
        void the_store_of_the_gateway_is_no_data_source() {
            var own = target.endpoint();
            assertThat(refusal(target.store(), own.applicationUser(), own.applicationPassword())).contains("own store");
        }

        @Test
        void a_wrong_password_is_told_without_the_password() {
            assertThat(refusal(target.url(), target.role("reader"), "wrong-word")).contains("password").doesNotContain("wrong-word");
        }
    }

    @Nested
    class Given_an_address_that_no_database_has {

        @ParameterizedTest
        @ValueSource(strings = {"169.254.169.254", "168.63.129.16", "0.0.0.0", "224.0.0.1", "[fe80::1]", "no-such-host.invalid"})
        void nothing_is_sent_there(String host) {
            assertThat(refusal(PostgresUrl.parse("jdbc:postgresql://" + host + "/shop"), "reader", "x")).containsAnyOf("may have", "not known");
        }
    }

    private static String refusal(PostgresUrl url, String role, String password) {
        return catchThrowableOfType(Refused.class, () -> new WeakRoleProbe().mustBeWeak(url, role, password)).getMessage();
    }
}

package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Actions;
import java.sql.SQLException;
import java.util.Map;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemsTests {

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private JsonNode told(Exception failure) throws Exception {
        new Problems(JsonMapper.shared()).resolveException(new MockHttpServletRequest("POST", "/api/v1/actions"), response, null, failure);
        return JsonMapper.shared().readTree(response.getContentAsByteArray());
    }

    @Nested
    class Given_a_refusal {

        @ParameterizedTest
        @CsvSource(textBlock = """
                VALIDATION_ERROR,            400
                INVALID_DECISION,            400
                FORBIDDEN,                   403
                INSUFFICIENT_ROLE,           403
                SEPARATION_OF_DUTIES,        403
                NOT_FOUND,                   404
                ACTION_UNKNOWN,              404
                ALREADY_RESOLVED,            409
                NOT_CANCELLABLE,             409
                NOT_REVERSIBLE,              409
                ROLLBACK_CONFLICT,           409
                NOT_RESOLVABLE,              409
                STALE_VIEW,                  409
                STALE_VERSION,               409
                BUILT_IN,                    403
                NAME_EXISTS,                 409
                EXPIRED,                     410
                PAYLOAD_TOO_LARGE,           413
                IDEMPOTENCY_CONFLICT,        422
                RATE_LIMITED,                429
                APPROVAL_SYSTEM_UNAVAILABLE, 503
                """)
        void each_reason_has_one_status(RefusalCode code, int status) {
            assertThat(Problems.status(code).value()).isEqualTo(status);
        }

        @ParameterizedTest
        @EnumSource(RefusalCode.class)
        void the_reason_is_told_even_through_a_wrapper(RefusalCode code) throws Exception {
            var problem = told(new CommandExecutionException("wrapped", new Refused(code, "Because.", Map.of("retry_after", 7, "code", "forged"))));
            assertThat(problem.path("code").asString()).isEqualTo(code.code());
            assertThat(problem.path("message").asString()).isEqualTo("Because.");
            assertThat(response.getHeader("Retry-After")).isEqualTo("7");
        }
    }

    @Nested
    class Given_a_store_that_cannot_be_reached {

        @Test
        void it_is_503_and_says_when_to_come_back() throws Exception {
            for (var failure : new Exception[] {new CannotGetJdbcConnectionException("no"), new QueryTimeoutException("no"),
                new EventStoreException("no"), new IllegalStateException(new SQLException("no", "08006")),
                new IllegalStateException(new SQLException("no", "57P01"))}) {
                response.reset();
                assertThat(told(failure).path("code").asString()).isEqualTo("approval_system_unavailable");
                assertThat(response.getStatus()).isEqualTo(503);
                assertThat(response.getHeader("Retry-After")).isEqualTo("1");
            }
        }

        @Test
        void views_that_are_behind_are_503() throws Exception {
            assertThat(told(new Actions.Lagging("12 behind")).path("code").asString()).isEqualTo("projection_lagging");
            assertThat(response.getStatus()).isEqualTo(503);
        }
    }

    @Nested
    class Given_a_failure_nobody_expected {

        @Test
        void it_is_500_and_shows_nothing_of_it() throws Exception {
            var problem = told(new IllegalStateException("password=hunter2 at 10.0.0.7"));
            assertThat(response.getStatus()).isEqualTo(500);
            assertThat(problem.path("code").asString()).isEqualTo("internal_error");
            assertThat(problem.toString()).doesNotContain("hunter2", "10.0.0.7", "IllegalState");
        }
    }
}

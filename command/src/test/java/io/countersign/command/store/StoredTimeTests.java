package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.store.api.StoredTime;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTimeTests {

    @Nested
    class Given_a_time_of_the_log {

        @ParameterizedTest
        @ValueSource(strings = {"1970-01-01T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z", "2026-11-21T08:00:00.000001Z",
                "2026-11-21T08:00:00Z", "2026-11-21T08:00:00.1Z", "2026-11-21T08:00:00.123Z", "2026-11-21T08:00:00.123456789Z", "2026-11-21T24:00:00.000000Z"})
        void it_is_read_as_the_platform_reads_it(String text) {
            assertThat(StoredTime.parse(text)).isEqualTo(Instant.parse(text));
        }

        @Test
        void what_is_written_is_read() {
            Instant instant = Instant.parse("2026-11-21T08:00:00.010203Z");
            assertThat(StoredTime.parse(StoredTime.format(instant))).isEqualTo(instant);
        }

        @Test
        void what_is_no_time_fails() {
            assertThatThrownBy(() -> StoredTime.parse("2026-11-21 08:00:00.000001Z")).isInstanceOf(DateTimeParseException.class);
        }
    }
}

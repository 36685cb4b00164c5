package io.countersign.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditExportsTests {

    @Nested
    class Given_a_cell {

        @ParameterizedTest
        @ValueSource(strings = {"=1+1", "+1", "-1", "@x", "\tx", "\rx", "|x", "%x"})
        void what_a_spreadsheet_would_compute_begins_with_an_apostrophe(String text) {
            assertThat(AuditExports.cell(text).replace("\"", "")).startsWith("'");
        }

        @Test
        void quotes_commas_and_lines_stay_within_the_cell() {
            assertThat(AuditExports.cell("a,\"b\"\nc")).isEqualTo("\"a,\"\"b\"\"\nc\"");
            assertThat(AuditExports.cell(null)).isEmpty();
            assertThat(AuditExports.cell(-5L)).isEqualTo("-5");
        }
    }
}

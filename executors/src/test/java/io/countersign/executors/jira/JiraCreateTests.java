package io.countersign.executors.jira;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.catalogue.api.ActionType.Block;
import io.countersign.command.catalogue.api.ActionType.GateFacts;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JiraCreateTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JiraCreate type = new JiraCreate();

    @Nested
    class Given_valid_parameters {

        @Test
        void the_reviewer_reads_where_it_goes() {
            assertThat(type.describe(JSON.readTree("{\"project\":\"OPS\"}")).summary()).isEqualTo("Create Jira issue in project OPS");
            assertThat(type.describe(JSON.readTree("{}")).summary()).isEqualTo("Create Jira issue in the default project");
        }

        @ParameterizedTest
        @ValueSource(strings = {"countersign-a-2", "Countersign-x"})
        void a_label_of_ours_is_blocked(String label) {
            var params = JSON.createObjectNode();
            params.putArray("labels").add("ops").add(label);
            assertThat(type.gate(params, new GateFacts("default", address -> false, Map.of()))).map(Block::code).contains("label_reserved");
        }

        @Test
        void the_schema_can_be_read_and_is_closed() {
            var schema = JSON.readTree(type.parametersSchema());
            assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
            assertThat("line").matches(schema.path("properties").path("summary").path("pattern").asString());
            assertThat("OPS_2").matches(schema.path("properties").path("project").path("pattern").asString());
        }
    }

    @Nested
    class Given_a_description {

        @ParameterizedTest
        @ValueSource(strings = {"", "  ", "\n\n"})
        void an_empty_one_says_so(String text) {
            assertThat(Adf.document(text).toString()).contains("(no description)");
        }

        @Test
        void blank_lines_make_paragraphs_and_no_text_is_empty() {
            var document = Adf.document("\r\n\r\na\r\nb\r\n \r\n\r\nc\n");
            assertThat(document.path("content")).hasSize(2);
            assertThat(document.toString()).doesNotContain("\"text\":\"\"").doesNotContain("\\r");
        }
    }
}

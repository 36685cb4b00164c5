package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryTests {

    @Nested
    class Given_metadata {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"workspace":"default"}                                   | default
            {"actor":"ann","workspace":"default","origin":"api"}      | default
            {"workspace":"first","workspace":"last"}                  | last
            {"workspace":"text","workspace":7}                        | ``
            {"workspace":7}                                           | ``
            {"workspace":null}                                        | ``
            {"work\\u0073pace":"escaped"}                             | escaped
            {"workspace":"esc\\u0061ped"}                             | escaped
            { "workspace" : "spaced" }                                | spaced
            {"workspace":"ümlaut"}                                    | ümlaut
            {"other":{"workspace":"inner"},"workspace":"outer"}       | outer
            {"other":["workspace","inner"]}                           | ``
            {"workspace":"default"} x                                 | ``
            {"workspace":"default"}}                                  | ``
            {"workspace":"default"                                    | ``
            {"workspace":"default",}                                  | ``
            {"workspace"                                              | ``
            {                                                         | ``
            {}                                                        | ``
            []                                                        | ``
            "workspace"                                               | ``
            ``                                                        | ``
            """)
        void the_workspace_is_the_text_that_an_object_names_last(String metadata, String workspace) {
            assertThat(Entry.workspace(metadata)).isEqualTo(workspace);
            byte[] within = ("before" + metadata).getBytes(StandardCharsets.UTF_8);
            assertThat(Entry.workspace(within, 6)).isEqualTo(workspace);
        }
    }

    @Nested
    class Given_a_place {

        @Test
        void its_fields_have_their_lengths_in_front() {
            assertThat(Entry.place("w", 12, new byte[] {1, 2}))
                    .isEqualTo("\0\0\0\23countersign.event/1\0\0\0\1w\0\0\0\00212\0\0\0\2\1\2".getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}

package io.countersign.executors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class MaskingTests {

    @Nested
    class Given_text_from_the_far_side {

        @ParameterizedTest
        @ValueSource(strings = {"the key open-sesame-42 was refused", "Authorization: Bearer abcdefgh12345", "Basic dXNlcjpwYXNz==",
            "re_AbCdEf123456789", "ghp_abcdefghijklmnopqrstu", "AKIAIOSFODNN7EXAMPLE", "{\"password\":\"hunter22\"}", "api_key=abcdef123",
            "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl"})
        void secrets_are_masked(String text) {
            assertThat(Masking.of(List.of("open-sesame-42")).text(text)).contains("[masked]")
                    .doesNotContain("sesame", "abcdefgh", "dXNl", "AbCd", "IOSF", "hunter", "abcdef", "eyJ");
        }

        @Test
        void other_words_stay() {
            var text = "Issue type is required; basic plans cannot do this. secret: none";
            assertThat(Masking.of(List.of()).text(text)).isEqualTo(text);
        }

        @Test
        void a_secret_is_masked_before_the_text_is_cut() {
            assertThat(Masking.of(List.of("open-sesame-42")).excerpt("xxxxxx open-sesame-42", 12)).doesNotContain("open").hasSizeLessThanOrEqualTo(12);
        }
    }

    @Nested
    class Given_a_large_output {

        @Test
        void the_longest_values_are_cut_and_it_is_still_json() {
            var json = JsonMapper.shared();
            var output = json.createObjectNode().put("subject", "Hello").put("html", "ü".repeat(200_000));
            var text = Masking.of(List.of()).output(output);
            assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Masking.MAX_OUTPUT_BYTES);
            assertThat(json.readTree(text).path("subject").asString()).isEqualTo("Hello");
            assertThat(json.readTree(text).path("html").asString()).endsWith("… [shortened]");
        }
    }
}

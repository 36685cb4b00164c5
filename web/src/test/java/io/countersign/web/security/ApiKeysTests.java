package io.countersign.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.web.security.ApiKeys.ApiKey;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTests {

    @Nested
    class Given_a_generated_key {

        private final ApiKey key = new ApiKeys().generate();

        @Test
        void it_has_the_documented_shape_and_reads_back() {
            assertThat(key.text()).matches(ApiKeys.PATTERN);
            assertThat(ApiKeys.parse(key.text())).contains(key);
            assertThat(key.matches(key.secretHash())).isTrue();
        }

        @Test
        void any_single_changed_character_is_refused_without_a_look_up() {
            String text = key.text();
            IntStream.range(0, text.length()).forEach(place -> {
                char other = text.charAt(place) == '7' ? '8' : '7';
                assertThat(ApiKeys.parse(text.substring(0, place) + other + text.substring(place + 1))).isEmpty();
            });
        }

        @Test
        void it_never_shows_its_secret_by_accident() {
            assertThat(key.toString()).doesNotContain(key.secret());
        }
    }

    @Nested
    class Given_a_key_that_an_operator_chose {

        private static final String CHOSEN = "5f3c0e1f8b7a4d2e9c6b1a0f5e4d3c2b";

        @Test
        void it_is_all_secret_and_its_id_follows_from_it() {
            ApiKey key = ApiKeys.parse(CHOSEN).orElseThrow();
            assertThat(key.text()).isEqualTo(CHOSEN);
            assertThat(key.id()).startsWith("own-").doesNotContain(CHOSEN.substring(0, 8));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "short", "csk_5f3c0e1f8b7a4d2e9c6b1a0f5e4d3c2b", "has spaces has spaces has spaces has spaces"})
        void what_is_short_or_looks_like_a_generated_one_is_refused(String text) {
            assertThat(ApiKeys.parse(text)).isEmpty();
        }
    }
}

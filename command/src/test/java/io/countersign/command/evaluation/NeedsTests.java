package io.countersign.command.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedsTests {

    @Nested
    class Given_patterns_and_texts_made_up_at_random {

        private final Random random = new Random(7);

        @Test
        void no_text_with_a_match_is_passed_over() {
            int matches = 0;
            int passedOver = 0;
            for (int i = 0; i < 20_000; i++) {
                String regex = alternatives(3);
                String text = text();
                boolean found = Pattern.compile(regex, Pattern.CASE_INSENSITIVE).matcher(text).find();
                boolean asked = Needs.of(regex).areMet(new Line(text));
                assertThat(asked || !found).as("/%s/ is found in \"%s\"", regex, text).isTrue();
                matches += found ? 1 : 0;
                passedOver += asked ? 0 : 1;
            }
            assertThat(matches).isGreaterThan(2_000);
            assertThat(passedOver).isGreaterThan(2_000);
        }

        private String alternatives(int depth) {
            StringBuilder all = new StringBuilder(sequence(depth));
            while (random.nextInt(3) == 0) {
                all.append('|').append(sequence(depth));
            }
            return all.toString();
        }

        private String sequence(int depth) {
            StringBuilder parts = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                parts.append(part(depth)).append(any("", "", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,3}", "{2,}", "+?"));
            }
            return parts.toString();
        }

        private String part(int depth) {
            return switch (random.nextInt(depth > 0 ? 9 : 7)) {
                case 0, 1, 2 -> any("a", "K", "s", "1", "-", "/", "b");
                case 3 -> any("[0-9]", "[1-3]", "\\d", "[^a]", "[]a]", "[ab\\]]", "[-0-9]", "[0-9-]");
                case 4 -> any(".", "\\w", "\\.", "\\s", "\\/");
                case 5 -> any("(?:)", "\\b", "\\B");
                case 6 -> any("ks", "a1", "b-");
                default -> any("(", "(?:") + alternatives(depth - 1) + ")";
            };
        }

        private String text() {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(9); i >= 0; i--) {
                text.append(any("a", "A", "k", "\u212a", "s", "\u017f", "1", "7", "-", "/", "b", ".", " ", "]", "\u0130"));
            }
            return text.toString();
        }

        private String any(String... ones) {
            return ones[random.nextInt(ones.length)];
        }
    }

    @Nested
    class Given_patterns_of_daily_use {

        @ParameterizedTest
        @CsvSource({
            "'\\b(transfer|wire)\\b[^\\n]{0,60}\\b(to|into)\\b', Rotate the key, false",
            "'\\b(transfer|wire)\\b[^\\n]{0,60}\\b(to|into)\\b', Wire it at once, false",
            "'\\b(transfer|wire)\\b[^\\n]{0,60}\\b(to|into)\\b', Wire it to them, true",
            "'[0-9]{3}-[0-9]{2}-[0-9]{4}', in 2026 or so, false",
            "'[0-9]{3}-[0-9]{2}-[0-9]{4}', 123-45-6789, true",
            "'[a-z0-9+]{2}://[^\\s/:@]{1,60}:', a://b, true",
            "'[a-z0-9+]{2}://[^\\s/:@]{1,60}:', http:/b, false"
        })
        void what_they_need_is_looked_for(String regex, String text, boolean asked) {
            assertThat(Needs.of(regex).areMet(new Line(text))).isEqualTo(asked);
        }
    }
}

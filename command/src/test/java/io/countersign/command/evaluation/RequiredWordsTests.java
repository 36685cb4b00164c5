package io.countersign.command.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passing over a text is safe only when no match is ever missed. */
class RequiredWordsTests {

    @Nested
    class Given_a_pattern {

        @ParameterizedTest
        @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
                "\\b(secret|confidential)[^\\n]{0,20}project ~ project",
                "api[_\\-]?key\\s*[:=] ~ api,key",
                "[\\]\\\\]token ~ token",
                "[\\d.]+ euro ~ ' euro'",
                "[]a]secret ~ none", "[[:alpha:]]secret ~ none", "a|secret ~ none", "(secret)? ~ none", "[abc ~ none"})
        void its_words_are_those_that_every_match_holds(String regex, String words) {
            List<String> expected = words.equals("none") ? List.of() : List.of(words.replace("'", "").split(","));
            assertThat(expected).containsAll(RequiredWords.of(regex)).hasSizeGreaterThanOrEqualTo(RequiredWords.of(regex).isEmpty() ? 0 : 1);
        }

        @Test
        void no_match_is_missed() {
            Random random = new Random(7);
            String[] parts = {"secret", "abc", "key", "[^\\n]{0,3}", "[\\]a]", "[\\\\b-d]", "[a\\-c]", "\\b", "\\s", ".", "(abc|key)", "(?:key)?",
                    "a*", "b+", "c{1,2}", "[0-9]", "|", "\\.", "(secret|)", "^", "[^a]", "\\w", "x?"};
            String[] pieces = {"secret", "abc", "key", "SECRET", "a", "b", "c", "]", "\\", "-", ".", " ", "7", "x", "\n"};
            int found = 0;
            for (int i = 0; i < 40_000; i++) {
                String regex = any(parts, random);
                String text = any(pieces, random);
                try {
                    if (Pattern.compile(regex, Pattern.CASE_INSENSITIVE).matcher(text).find()) {
                        found++;
                        List<String> words = RequiredWords.of(regex);
                        assertThat(words.isEmpty() || words.stream().anyMatch(text.toLowerCase(Locale.ROOT)::contains)).as("%s in %s", regex, text)
                                .isTrue();
                    }
                } catch (PatternSyntaxException e) {
                    assertThat(e.getMessage()).isNotNull(); // no pattern, nothing to be found
                }
            }
            assertThat(found).isGreaterThan(1_000);
        }

        private static String any(String[] parts, Random random) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            return text.toString();
        }
    }
}

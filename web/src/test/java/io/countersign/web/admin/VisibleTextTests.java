package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTests {

    @Nested
    class Given_text_that_hides_something {

        @ParameterizedTest
        @ValueSource(ints = {0x00, 0x1B, 0x85, 0xAD, 0x034F, 0x061C, 0x115F, 0x180E, 0x200B, 0x200D, 0x200E, 0x2028, 0x202E, 0x2060, 0x2066,
            0x2069, 0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xE000, 0xE0041, 0xE0100})
        void every_character_nobody_sees_becomes_a_mark(int hidden) {
            assertThat(shown("a" + Character.toString(hidden) + "b")).isEqualTo("a[U+%04X]b".formatted(hidden));
            assertThat(VisibleText.hiddenIn("a" + Character.toString(hidden) + "b")).isEqualTo(1);
        }
    }

    @Nested
    class Given_ordinary_text {

        @ParameterizedTest
        @ValueSource(strings = {"Grüße, Ωmega, 日本語, العربية", "two\nlines\tand a tab", "<b>markup</b>"})
        void it_stays_as_it_is(String text) {
            assertThat(shown(text)).isEqualTo(text);
        }

        @Test
        void nothing_is_nothing() {
            assertThat(VisibleText.of(null)).isEmpty();
        }
    }

    private static String shown(String text) {
        return VisibleText.of(text).stream().map(part -> part.mark() ? "[" + part.text() + "]" : part.text()).collect(Collectors.joining());
    }
}

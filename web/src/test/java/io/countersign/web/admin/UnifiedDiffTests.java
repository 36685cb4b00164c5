package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UnifiedDiffTests {

    private static List<String> rows(String before, String after) {
        return UnifiedDiff.of(before, after).stream().map(row -> switch (row.kind()) {
            case "gone" -> "-" + row.text();
            case "new" -> "+" + row.text();
            case "same" -> " " + row.text();
            default -> "@" + row.text();
        }).toList();
    }

    @Nested
    class Given_two_texts {

        @Test
        void what_changes_is_shown_with_three_lines_around_it() {
            var before = IntStream.range(0, 20).mapToObj(String::valueOf).collect(Collectors.joining("\n"));

            assertThat(rows(before, before.replace("\n10\n", "\nten\nand more\n"))).containsExactly("@7 lines unchanged", " 7", " 8", " 9", "-10", "+ten",
                    "+and more", " 11", " 12", " 13", "@6 lines unchanged");
        }

        @Test
        void one_that_is_not_there_is_all_new_or_all_gone() {
            assertThat(rows(null, "a\nb")).containsExactly("+a", "+b");
            assertThat(rows("a", null)).containsExactly("-a");
            assertThat(rows(null, "")).containsExactly("@The file is empty.");
        }

        @Test
        void a_difference_that_no_line_shows_is_named() {
            assertThat(rows("a\nb\n", "a\r\nb\r\n")).containsExactly("@Only the ends of lines change, or the end of the file.");
            assertThat(rows("a", "a")).containsExactly("@Nothing changes: the file holds exactly this already.");
        }
    }
}

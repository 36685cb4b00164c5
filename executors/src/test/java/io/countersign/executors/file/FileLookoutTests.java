package io.countersign.executors.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.preview.api.Lookout.Change;
import io.countersign.command.preview.api.Lookout.Sight;
import io.countersign.command.preview.api.Lookout.Subject;
import io.countersign.executors.Attempts;
import io.countersign.executors.file.FileAction.Operation;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileLookoutTests {

    @TempDir
    private Path data;

    private Workspaces workspaces;
    private Path home;

    @BeforeEach
    void openTheHouse() throws IOException {
        workspaces = new Workspaces(data);
        home = workspaces.of(Attempts.first("none", "{}"));
        Files.createDirectories(home.resolve("notes"));
        Files.writeString(home.resolve("notes/a.txt"), "one\ntwo\n");
    }

    private Sight look(Operation operation, String params) {
        var asked = Attempts.first(operation.wire(), params);
        return new FileLookout(workspaces).look(new Subject(asked.workspace(), asked.requesterId(), operation.wire(), params, Map.of()));
    }

    @Nested
    class Given_files_in_the_agents_folder {

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(delimiter = '|', nullValues = "-", value = {
            "FILE_WRITE | {'path':'notes/a.txt','content':'one#three#'} | changed | one#two# | one#three#",
            "FILE_WRITE | {'path':'notes/a.txt','content':'end#','append':'true'} | changed | one#two# | one#two#end#",
            "FILE_WRITE | {'path':'notes/b.txt','content':'x'} | added | - | x",
            "FILE_CREATE | {'path':'b.txt','content':'x'} | added | - | x",
            "FILE_DELETE | {'path':'notes/a.txt'} | removed | one#two# | -",
            "FILE_COPY | {'src':'notes/a.txt','dst':'c.txt'} | added | - | one#two#"})
        void both_texts_are_seen_and_nothing_changes(Operation operation, String params, String kind, @Nullable String before, @Nullable String after) {
            var sight = look(operation, params.replace('\'', '"').replace("#", "\\n"));

            assertThat(sight.trouble()).isNull();
            assertThat(sight.changes()).singleElement().satisfies(change -> {
                assertThat(change.kind()).isEqualTo(kind);
                assertThat(change.before()).isEqualTo(before == null ? null : before.replace('#', '\n'));
                assertThat(change.after()).isEqualTo(after == null ? null : after.replace('#', '\n'));
            });
            assertThat(home.resolve("notes/a.txt")).hasContent("one\ntwo");
            assertThat(home.resolve("notes/b.txt")).doesNotExist();
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(delimiter = '|', value = {"FILE_CREATE | {'path':'notes/a.txt','content':'x'} | already", "FILE_DELETE | {'path':'no'} | There is no file",
            "FILE_MOVE | {'src':'no','dst':'b'} | There is no file", "FILE_COPY | {'src':'notes/a.txt','dst':'notes/a.txt'} | already",
            "DIR_CREATE | {'path':'notes'} | exists already", "DIR_DELETE | {'path':'notes','recursive':false} | not empty",
            "FILE_WRITE | {'path':'../out','content':'x'} | without empty steps"})
        void what_would_fail_is_said_beforehand(Operation operation, String params, String trouble) {
            assertThat(look(operation, params.replace('\'', '"')).trouble()).contains(trouble);
        }

        @Test
        void what_goes_with_a_folder_is_named() {
            assertThat(look(Operation.DIR_DELETE, "{\"path\":\"notes\"}").steps()).containsExactly("a.txt");
        }

        @Test
        void a_link_is_not_followed_and_no_bytes_of_another_kind_are_shown() throws IOException {
            var secret = Files.writeString(data.resolve("secret"), "of somebody else");
            Files.createSymbolicLink(home.resolve("link"), secret);
            Files.write(home.resolve("picture"), new byte[] {1, 0, 2});

            assertThat(look(Operation.FILE_DELETE, "{\"path\":\"link\"}")).satisfies(sight -> {
                assertThat(sight.trouble()).isNotNull();
                assertThat(sight.changes()).isEmpty();
            });
            assertThat(look(Operation.FILE_DELETE, "{\"path\":\"picture\"}").changes()).containsExactly(
                    new Change("picture", "removed", null, null, "3 bytes, no text"));
        }

        @Test
        void a_long_file_is_named_and_not_shown() throws IOException {
            Files.writeString(home.resolve("long"), "x".repeat(70_000));

            assertThat(look(Operation.FILE_DELETE, "{\"path\":\"long\"}").changes()).singleElement().extracting(Change::unshown)
                    .isEqualTo("70,000 bytes, too long to be shown");
        }
    }
}

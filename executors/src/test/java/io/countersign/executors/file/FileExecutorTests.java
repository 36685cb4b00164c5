package io.countersign.executors.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.file.FileAction.Operation;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class FileExecutorTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final String TEXT = "Gr\u00fc\u00dfe\u0000\r\nend";

    @TempDir
    private Path data;

    private Workspaces workspaces;
    private Path home;
    private int actions;

    @BeforeEach
    void openTheHouse() throws IOException {
        workspaces = new Workspaces(data);
        home = workspaces.of(attempt("none", "{}"));
    }

    private Attempt attempt(String type, String params) {
        return numbered(Attempts.first(type, params), "a-" + ++actions, null);
    }

    private static Attempt numbered(Attempt a, String id, Rollback rollback) {
        return new Attempt(id, a.workspace(), a.requesterId(), a.decidedBy(), a.actionType(), a.attempt(), a.params(), a.terms(), rollback,
                a.deadlineEpochMillis(), a.firstStartedAtEpochMillis());
    }

    private FileExecutor executor(Operation operation) {
        return new FileExecutor(operation, workspaces);
    }

    private static String params(String... namesAndValues) {
        ObjectNode params = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return params.toString();
    }

    /** Every path below a folder with what it holds. */
    private static Map<String, String> picture(Path folder) throws IOException {
        Map<String, String> picture = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                String held = Files.isRegularFile(path)
                        ? Files.readString(path, StandardCharsets.ISO_8859_1) + " " + Files.getPosixFilePermissions(path) : "folder";
                picture.put(folder.relativize(path).toString(), held);
            }
        }
        return picture;
    }

    @Nested
    class Given_a_folder_with_some_files {

        @BeforeEach
        void put() throws IOException {
            Files.createDirectories(home.resolve("notes/deep"));
            Files.writeString(home.resolve("notes/a.txt"), TEXT);
            Files.setPosixFilePermissions(home.resolve("notes/a.txt"), PosixFilePermissions.fromString("rwxr-x---"));
            Files.writeString(home.resolve("notes/deep/b.txt"), "b");
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                FILE_CREATE | {"path":"new.txt","content":"hello"}         | new.txt=hello
                FILE_CREATE | {"path":"empty"}                             | empty=
                FILE_CREATE | {"path":"/workspace/new.txt","content":"hi"} | new.txt=hi
                FILE_WRITE  | {"path":"notes/a.txt","content":"other"}     | notes/a.txt=other
                FILE_WRITE  | {"path":"notes/new","content":"x"}           | notes/new=x
                FILE_WRITE  | {"path":"notes/deep/b.txt","content":"c","append":"true"} | notes/deep/b.txt=bc
                FILE_DELETE | {"path":"notes/a.txt"}                       | notes/a.txt
                FILE_COPY   | {"src":"notes/deep/b.txt","dst":"notes/c"}   | notes/c=b
                FILE_MOVE   | {"src":"notes/deep/b.txt","dst":"b"}         | b=b
                DIR_CREATE  | {"path":"x/y/z"}                             | x/y/z=folder
                DIR_CREATE  | {"path":"notes/deep/one"}                    | notes/deep/one=folder
                DIR_DELETE  | {"path":"notes"}                             | notes
                """)
        void each_change_is_made_can_be_told_afterwards_and_is_undone_to_the_last_byte(Operation operation, String params, String expected)
                throws Exception {
            Map<String, String> before = picture(home);
            FileExecutor executor = executor(operation);
            Attempt attempt = attempt(operation.wire(), params);
            assertThat(executor.lookUp(attempt, TIME)).isEmpty();
            Succeeded done = (Succeeded) executor.execute(attempt, TIME);
            assertThat(executor.lookUp(attempt, TIME)).get().isEqualTo(done);
            String[] there = expected.split("=", 2);
            if (there.length == 1) {
                assertThat(home.resolve(there[0])).doesNotExist();
            } else if (there[1].equals("folder")) {
                assertThat(home.resolve(there[0])).isEmptyDirectory();
            } else {
                assertThat(home.resolve(there[0])).hasContent(there[1]);
            }
            Attempt undoing = numbered(attempt, attempt.actionId(), done.rollback());
            assertThat(executor.rollBack(undoing, TIME)).isInstanceOf(Succeeded.class);
            assertThat(picture(home)).isEqualTo(before);
            assertThat(executor.rollBack(undoing, TIME)).as("undone once more").isInstanceOf(Succeeded.class);
            assertThat(picture(home)).isEqualTo(before);
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                FILE_WRITE  | {"path":"notes/a.txt","content":"other"}   | notes/a.txt      | a file of 13 bytes
                FILE_CREATE | {"path":"new/deep"}                        | new/deep         | nothing, not even a folder
                FILE_DELETE | {"path":"notes/a.txt"}                     | notes/a.txt      | a file of 13 bytes
                FILE_COPY   | {"src":"notes/deep/b.txt","dst":"c"}       | notes/deep/b.txt | a file of 1 bytes
                FILE_MOVE   | {"src":"c","dst":"notes/deep/b.txt"}       | notes/deep/b.txt | a file of 1 bytes
                DIR_DELETE  | {"path":"notes"}                           | notes/deep/more  | a folder; in it 3 entries
                DIR_CREATE  | {"path":"x/y"}                             | x/y              | nothing, not even a folder
                """)
        void what_it_is_about_is_seen_and_so_is_that_it_changed(Operation operation, String params, String touched, String first) throws Exception {
            FileExecutor executor = executor(operation);
            Attempt attempt = attempt(operation.wire(), params);
            Observation then = executor.observe(attempt, TIME).orElseThrow();
            assertThat(then.unseen()).isNull();
            assertThat(then.facts()).extracting(Fact::value).anySatisfy(value -> assertThat(value).startsWith(first));
            assertThat(executor.observe(attempt, TIME)).contains(then);
            Files.createDirectories(home.resolve(touched).getParent());
            Files.writeString(home.resolve(touched), "somebody else was here");
            assertThat(then.differencesTo(executor.observe(attempt, TIME).orElseThrow())).hasSize(1);
            assertThat(executor.lookUp(attempt, TIME)).as("looking leaves no trace").isEmpty();
        }

        @Test
        void what_a_link_hides_is_not_looked_at() throws IOException {
            Files.createSymbolicLink(home.resolve("door"), Path.of("/etc"));
            Observation seen = executor(Operation.FILE_WRITE).observe(attempt("file_write", params("path", "door/passwd", "content", "")), TIME).orElseThrow();
            assertThat(seen.unseen()).contains("links are not followed");
            assertThat(seen.facts()).isEmpty();
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                FILE_CREATE | {"path":"notes/a.txt"}                        | exists
                FILE_CREATE | {"path":"nowhere/x"}                          | no_such_folder
                FILE_CREATE | {"path":"notes/a.txt/x"}                      | path_refused
                FILE_WRITE  | {"path":"notes","content":""}                 | is_a_folder
                FILE_DELETE | {"path":"notes/none"}                         | no_such_file
                FILE_DELETE | {"path":"notes"}                              | no_such_file
                FILE_COPY   | {"src":"none","dst":"x"}                      | no_such_file
                FILE_COPY   | {"src":"notes/a.txt","dst":"notes/deep/b.txt"} | exists
                FILE_MOVE   | {"src":"notes/a.txt","dst":"notes/deep"}      | exists
                DIR_CREATE  | {"path":"notes/deep"}                         | exists
                DIR_DELETE  | {"path":"notes","recursive":"false"}          | not_empty
                DIR_DELETE  | {"path":"none"}                               | no_such_folder
                """)
        void what_cannot_be_done_changes_nothing_and_says_why(Operation operation, String params, String code) throws Exception {
            Map<String, String> before = picture(home);
            ExecutionOutcome outcome = executor(operation).execute(attempt(operation.wire(), params), TIME);
            assertThat(outcome).isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.errorClass()).isEqualTo(code);
                assertThat(failed.error()).doesNotContain(data.toString());
            });
            assertThat(picture(home)).isEqualTo(before);
        }

        @Test
        void what_was_changed_since_is_not_undone() throws Exception {
            Attempt attempt = attempt("file_write", params("path", "notes/a.txt", "content", "ours"));
            Succeeded done = (Succeeded) executor(Operation.FILE_WRITE).execute(attempt, TIME);
            Files.writeString(home.resolve("notes/a.txt"), "theirs");
            assertThat(executor(Operation.FILE_WRITE).rollBack(numbered(attempt, attempt.actionId(), done.rollback()), TIME))
                    .isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.errorClass()).isEqualTo("changed_since"));
            assertThat(home.resolve("notes/a.txt")).hasContent("theirs");
        }

        @Test
        void after_a_crash_a_third_hand_in_between_is_a_question_for_a_person() throws Exception {
            Attempt attempt = attempt("file_write", params("path", "notes/a.txt", "content", "ours"));
            executor(Operation.FILE_WRITE).execute(attempt, TIME);
            Files.writeString(home.resolve("notes/a.txt"), "theirs");
            assertThat(executor(Operation.FILE_WRITE).lookUp(attempt, TIME)).get().isInstanceOf(Unknown.class);
        }

        @Test
        void an_interrupted_attempt_changes_nothing() throws Exception {
            Map<String, String> before = picture(home);
            Thread.currentThread().interrupt();
            ExecutionOutcome outcome = executor(Operation.FILE_DELETE).execute(attempt("file_delete", params("path", "notes/a.txt")), TIME);
            Thread.interrupted();
            assertThat(outcome).isInstanceOf(TimedOut.class);
            assertThat(picture(home)).isEqualTo(before);
        }
    }

    @Nested
    class Given_somebody_who_wants_out {

        private Path outside;

        @BeforeEach
        void treasure() throws IOException {
            outside = Files.createDirectory(data.resolve("outside"));
            Files.writeString(outside.resolve("treasure"), "gold");
            Files.createSymbolicLink(home.resolve("door"), outside);
            Files.createSymbolicLink(home.resolve("window"), outside.resolve("treasure"));
            Files.createSymbolicLink(home.resolve("hole"), outside.resolve("new"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"../x", "a/../../x", "..", ".", "./x", "/etc/passwd", "/workspace", "/workspace/", "/workspace/../x", "/workspace//etc/passwd", "/workspaces/x", "//x", "a//b", "a/", "", "~/x", "~root/x", "a\u0000b", "a\nb",
            "a\\b", "..\\x", "\u202Egpj.exe", "a\u200Bb", "caf\u0065\u0301", " x", "x ", "x.", "a/. ./b/..", ".git/config", "sub/.GIT/hooks/pre-commit",
            "\uD800", "\u2028x", "door/x", "door/treasure", "window", "hole", "door", "door/../treasure"})
        void every_way_out_is_refused(String path) throws Exception {
            Map<String, String> before = picture(outside);
            for (Operation operation : Operation.values()) {
                boolean two = operation == Operation.FILE_COPY || operation == Operation.FILE_MOVE;
                String params = two ? params("src", path, "dst", "free") : params("path", path, "content", "x");
                assertThat(executor(operation).execute(attempt(operation.wire(), params), TIME)).isInstanceOf(Failed.class);
                if (two) {
                    Files.writeString(home.resolve("mine"), "mine");
                    assertThat(executor(operation).execute(attempt(operation.wire(), params("src", "mine", "dst", path)), TIME))
                            .isInstanceOf(Failed.class);
                }
            }
            assertThat(picture(outside)).isEqualTo(before);
            assertThat(home.resolve("free")).doesNotExist();
        }

        @Test
        void names_longer_than_the_system_takes_are_refused_before_anything_is_queued() {
            assertThat(new FileAction(Operation.FILE_CREATE).gate(JSON.readTree(params("path", "x".repeat(256))), null)).isPresent();
            assertThat(new FileAction(Operation.FILE_CREATE).gate(JSON.readTree(params("path", "x/".repeat(33) + "x")), null)).isPresent();
            assertThat(new FileAction(Operation.FILE_MOVE).gate(JSON.readTree(params("src", "a", "dst", "../b")), null)).isPresent();
            assertThat(new FileAction(Operation.FILE_MOVE).gate(JSON.readTree(params("src", "a b/\u00e4.txt", "dst", "-rf")), null)).isEmpty();
        }

        @Test
        void a_folder_that_turns_into_a_link_and_back_all_the_time_leads_nowhere_else() throws Exception {
            Files.createDirectory(home.resolve("d"));
            Path away = home.resolve("away");
            Path link = home.resolve("link");
            Files.createSymbolicLink(link, outside);
            AtomicBoolean over = new AtomicBoolean();
            Thread swapper = Thread.ofPlatform().daemon().start(() -> {
                while (!over.get()) {
                    try {
                        Files.move(home.resolve("d"), away);
                        Files.move(link, home.resolve("d"));
                        Files.move(home.resolve("d"), link);
                        Files.move(away, home.resolve("d"));
                    } catch (FileSystemException busy) {
                        Thread.onSpinWait();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            Map<String, String> before = picture(outside);
            int made = 0;
            for (int i = 0; i < 300; i++) {
                made += executor(Operation.FILE_CREATE).execute(attempt("file_create", params("path", "d/f" + i)), TIME) instanceof Succeeded ? 1 : 0;
                executor(Operation.FILE_WRITE).execute(attempt("file_write", params("path", "d/treasure", "content", "lead")), TIME);
                executor(Operation.FILE_DELETE).execute(attempt("file_delete", params("path", "d/treasure")), TIME);
                executor(Operation.DIR_CREATE).execute(attempt("dir_create", params("path", "d/g" + i)), TIME);
            }
            over.set(true);
            swapper.join();
            assertThat(picture(outside)).isEqualTo(before);
            assertThat(made).isPositive();
        }
    }

    @Nested
    class Given_two_agents {

        @Test
        void neither_sees_the_files_of_the_other() throws Exception {
            executor(Operation.FILE_CREATE).execute(attempt("file_create", params("path", "mine")), TIME);
            Attempt a = attempt("file_delete", params("path", "mine"));
            Attempt others = new Attempt(a.actionId(), a.workspace(), "courier", a.decidedBy(), a.actionType(), 1, a.params(), a.terms(), null,
                    a.deadlineEpochMillis(), a.firstStartedAtEpochMillis());
            assertThat(executor(Operation.FILE_DELETE).execute(others, TIME)).isInstanceOf(Failed.class);
            assertThat(home.resolve("mine")).exists();
            assertThat(Optional.of(Files.getPosixFilePermissions(home))).contains(PosixFilePermissions.fromString("rwx------"));
        }
    }
}

package io.countersign.executors.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.command.execpolicy.api.Clearance;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ExecExecutorTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path data;

    private Workspaces workspaces;
    private final List<String> asked = new ArrayList<>();
    private String refusal = "";

    @BeforeEach
    void open() {
        workspaces = new Workspaces(data);
    }

    /** A policy that allows what lies in the usual folders. */
    private Clearance.Answer clear(String workspace, List<String> line, String cwd) {
        asked.add(String.join(" ", line));
        try {
            return refusal.isEmpty() ? new Clearance.Answer(Path.of("/usr/bin").resolve(line.getFirst()).toRealPath().toString(), "", "", 20)
                    : new Clearance.Answer("", refusal, "No.", 20);
        } catch (IOException missing) {
            return new Clearance.Answer("", "program_not_found", "There is no such program.", 20);
        }
    }

    private ExecutionOutcome run(ObjectNode params, Duration time, Map<String, String> config, String user) throws InterruptedException {
        return new ExecExecutor(new ExecRun(ExecRun.NAME), this::clear, workspaces, user)
                .execute(Attempts.with(Attempts.first(ExecRun.NAME, params.toString()), config), time);
    }

    private ExecutionOutcome run(String... argv) throws InterruptedException {
        return run(params(argv), Duration.ofSeconds(20), Map.of(), "nobody");
    }

    private static ObjectNode params(String... argv) {
        ObjectNode params = JSON.createObjectNode();
        params.set("argv", JSON.valueToTree(argv));
        return params;
    }

    private static JsonNode said(ExecutionOutcome outcome) {
        return JSON.readTree(switch (outcome) {
            case Succeeded done -> done.output();
            case Failed failed -> String.valueOf(failed.output());
            default -> throw new AssertionError(outcome);
        });
    }

    @Nested
    class Given_a_program_that_may_run {

        @Test
        void it_runs_without_a_shell_and_with_nothing_of_our_environment() throws Exception {
            assertThat(said(run("printf", "%s", "$HOME;`id`")).path("stdout").asString()).isEqualTo("$HOME;`id`");
            assertThat(said(run("env")).path("stdout").asString().lines().map(line -> line.replaceAll("=.*", "")))
                    .containsExactlyInAnyOrder("PATH", "HOME", "LANG", "TZ");
        }

        @Test
        void it_is_nobody_and_can_become_nobody_else() throws Exception {
            String status = said(run("cat", "/proc/self/status")).path("stdout").asString();
            assertThat(status).doesNotContain("Uid:\t0").contains("NoNewPrivs:\t1").contains("CapEff:\t0000000000000000");
        }

        @Test
        void it_has_an_empty_folder_that_is_cleared_away() throws Exception {
            assertThat(said(run("mkdir", "-p", "a/b")).path("exit_code").asInt()).isZero();
            assertThat(said(run("ls", "-A")).path("stdout").asString()).isEmpty();
            try (Stream<Path> left = Files.list(data.resolve("files/scratch"))) {
                assertThat(left).isEmpty();
            }
        }

        @Test
        void its_exit_code_and_both_outputs_are_told_short_and_masked() throws Exception {
            ExecutionOutcome outcome = run("ls", "/nowhere/sk_live_abcdefghijklmnop");
            assertThat(outcome).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("exit_code"));
            assertThat(said(outcome).path("stderr").asString()).contains("[masked]");
            JsonNode much = said(run("seq", "1", "200000"));
            assertThat(much.path("stdout").asString().length()).isLessThanOrEqualTo(24 * 1024);
            assertThat(much.path("truncated").asBoolean()).isTrue();
        }

        @Test
        void limits_hold() throws Exception {
            String limits = said(run("cat", "/proc/self/limits")).path("stdout").asString();
            assertThat(limits).containsPattern("Max core file size +0 ").containsPattern("Max open files +1024 ")
                    .containsPattern("Max address space +4294967296 ").containsPattern("Max file size +268435456 ");
        }
    }

    @Nested
    class Given_a_program_that_takes_too_long {

        @Test
        void it_is_killed_with_all_that_it_started() throws Exception {
            ObjectNode params = params("sh", "-c", "sleep 987 & sleep 987").put("timeout_secs", 1);
            assertThat(run(params, Duration.ofSeconds(20), Map.of(), "nobody"))
                    .isInstanceOfSatisfying(Unknown.class, it -> assertThat(it.errorClass()).isEqualTo("stopped"));
            await().until(() -> ProcessHandle.allProcesses().noneMatch(process -> process.info().commandLine().orElse("").endsWith("sleep 987")));
        }
    }

    @Nested
    class Given_a_folder {

        @Test
        void one_of_the_agent_is_entered_and_nothing_else() throws Exception {
            Path home = workspaces.of(Attempts.first("x", "{}"));
            Files.createDirectory(home.resolve("work"));
            Files.createSymbolicLink(home.resolve("out"), Path.of("/"));
            assertThat(said(run(params("pwd").put("cwd", "work"), Duration.ofSeconds(20), Map.of(), "nobody")).path("stdout").asString())
                    .isEqualTo(home.resolve("work").toRealPath() + "\n");
            for (String cwd : List.of("/", "/etc", "..", "out", "work/../../..", home.resolve("out").toString())) {
                assertThat(run(params("pwd").put("cwd", cwd), Duration.ofSeconds(20), Map.of(), "nobody")).as(cwd).isInstanceOf(Failed.class);
            }
        }

        @Test
        void one_that_the_entry_fixes_is_the_admins_choice() throws Exception {
            assertThat(said(run(params("pwd").put("cwd", "/tmp"), Duration.ofSeconds(20), Map.of("cwd", "/tmp"), "nobody")).path("stdout").asString())
                    .isEqualTo(Path.of("/tmp").toRealPath() + "\n");
        }
    }

    @Nested
    class Given_it_must_not_run {

        @Test
        void the_policy_of_this_moment_has_the_last_word() throws Exception {
            refusal = "exec_disabled";
            assertThat(run("touch", "x")).isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("exec_disabled"));
            assertThat(asked).containsExactly("touch x");
        }

        @Test
        void as_root_without_another_user_nothing_runs() throws Exception {
            if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
                for (String user : List.of("root", "no-such-user-here")) {
                    assertThat(run(params("id"), Duration.ofSeconds(20), Map.of(), user))
                            .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.errorClass()).isEqualTo("not_confined"));
                }
                assertThat(asked).isEmpty();
            }
        }
    }

    @Nested
    class Given_a_command_as_one_text {

        private final ExecRun type = new ExecRun(ExecRun.OLDER);

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '^', value = {"ls -la  /tmp|ls,-la,/tmp", "printf 'a b' \"c d\"|printf,a b,c d",
            "echo a\\ b|echo,a b", "echo '$HOME'|echo,$HOME", "echo ''|echo,", "echo a'b'\"c\"|echo,abc"})
        void it_is_cut_into_words(String command, String words) {
            assertThat(type.commandLine(JSON.createObjectNode().put("command", command))).containsExactly(words.split(",", -1));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ls; id", "ls | sh", "echo $HOME", "echo `id`", "echo \"$(id)\"", "ls > x", "ls *", "echo 'open", "a && b", "", "  ", "~/x", "a\nb"})
        void what_only_a_shell_would_understand_is_blocked(String command) {
            JsonNode params = JSON.createObjectNode().put("command", command);
            assertThat(type.gate(params, new GateFacts("default", email -> false, Map.of()))).isPresent();
            assertThat(type.commandLine(params)).containsExactly(command);
        }
    }
}

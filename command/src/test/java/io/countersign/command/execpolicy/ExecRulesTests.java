package io.countersign.command.execpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicy.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each command line with the verdict it must get: {@code pass}, {@code ask}, or the code of a block. Words are parted by a bar. */
class ExecRulesTests {

    private static final List<String> DENIED = List.of("rm", "sudo", "chmod");

    @Nested
    class Given_the_standard_policy {

        @Test
        void nothing_runs() {
            assertThat(verdict(ExecPolicy.STANDARD, "ls")).isEqualTo("exec_disabled");
            assertThat(verdict(policy(Mode.DENY, true), "ls")).isEqualTo("exec_mode_deny");
        }
    }

    @Nested
    class Given_mode_full {

        @ParameterizedTest
        @CsvSource(delimiter = '~', quoteCharacter = '^', value = {
            "ls|-la ~ pass", "git|status ~ pass", "rm|-rf|/ ~ program_denied", "/bin/rm|x ~ program_denied", "./rm|x ~ program_denied",
            "../../bin/rm|x ~ program_denied", "RM|x ~ program_denied", "\\rm|x ~ program_denied", "'r''m'|x ~ program_denied",
            "ｒｍ|x ~ program_denied", "r\u200bm|x ~ program_denied", "/usr//bin/./rm|x ~ program_denied", "sudo|ls ~ program_denied", "doas|ls ~ program_denied",
            "su|-c|ls ~ program_denied", "pkexec|ls ~ program_denied", "unlink|x ~ program_denied", "shred|-u|x ~ program_denied",
            "busybox|rm|x ~ program_denied", "toybox|rm|x ~ program_denied", "busybox|sh|-c|ls ~ inline_eval", "coreutils|--coreutils-prog=rm|x ~ program_denied",
            "/lib64/ld-linux-x86-64.so.2|/bin/rm|x ~ program_denied",
            "env|rm|x ~ program_denied", "env|-i|A=1|rm|x ~ program_denied", "env|-u|HOME|rm|x ~ program_denied", "env|-S|rm -rf x ~ program_denied",
            "env|-iS|ls ~ inline_eval", "env|--split-string=ls ~ inline_eval", "env|LD_PRELOAD=/tmp/x.so|ls ~ inline_eval", "env|PATH=/tmp|ls ~ inline_eval",
            "env|BASH_ENV=/tmp/x|ls ~ inline_eval", "env|A=1|ls ~ pass",
            "xargs|rm ~ program_denied", "xargs|-n|1|rm ~ program_denied", "xargs|-I|{}|rm|{} ~ program_denied", "xargs|-0|ls ~ pass",
            "find|.|-delete ~ program_denied", "find|.|-exec|rm|{}|; ~ program_denied", "find|.|-execdir|/bin/rm|{}|+ ~ program_denied",
            "find|.|-ok|rm|{}|\\; ~ program_denied", "find|.|-exec|ls|{}|; ~ pass", "find|.|-exec|sh|-c|ls|; ~ inline_eval", "find|.|-name|*.java ~ pass",
            "nice|-n|5|rm|x ~ program_denied", "nohup|rm|x ~ program_denied", "timeout|5|rm|x ~ program_denied", "timeout|-k|1|5|rm|x ~ program_denied",
            "timeout|--signal=KILL|5|rm|x ~ program_denied", "stdbuf|-oL|rm|x ~ program_denied", "setsid|rm|x ~ program_denied", "time|rm|x ~ program_denied",
            "flock|/tmp/l|rm|x ~ program_denied", "flock|/tmp/l|-c|ls ~ inline_eval", "nice|env|timeout|1|xargs|rm ~ program_denied", "strace|-f|rm|x ~ program_denied",
            "chroot|/|rm|x ~ program_denied", "taskset|1|rm|x ~ program_denied", "timeout|5|ls ~ pass", "nice|ls ~ pass",
            "watch|ls ~ ask", "watch|rm|x ~ program_denied", "parallel|ls ~ ask", "script|-c|rm x ~ program_denied", "systemd-run|ls ~ ask",
            "sh|-c|ls ~ inline_eval", "bash|-c|rm x ~ program_denied", "bash|-lc|ls ~ inline_eval", "bash|-xec|ls ~ inline_eval", "dash|-c|ls ~ inline_eval",
            "zsh|-c|ls ~ inline_eval", "fish|--command=ls ~ inline_eval", "bash|-s ~ inline_eval", "bash ~ inline_eval", "bash|script.sh ~ pass",
            "bash|--rcfile|/tmp/x ~ inline_eval", "bash|-O|extglob|-c|ls ~ inline_eval", "bash|+O|extglob|-c|ls ~ inline_eval",
            "bash|-o|pipefail|-c|ls ~ inline_eval", "bash|-e|script.sh|-c|x ~ pass", "python3|-X|dev|-c|1 ~ inline_eval", "python3|-W|ignore|-c|1 ~ inline_eval",
            "python3|-u|script.py|-c|x ~ pass", "ruby|-I|lib|-e|1 ~ inline_eval", "node|--title|x|-e|1 ~ inline_eval", "php|-c|f|-r|1 ~ inline_eval", "/bin/sh|-c|ls ~ inline_eval", "rbash|-c|ls ~ inline_eval",
            "python3|-c|print(1) ~ inline_eval", "python3.12|-c|1 ~ inline_eval", "python3|-Ic|1 ~ inline_eval", "python3|-c1 ~ inline_eval", "python3|- ~ inline_eval",
            "python3 ~ inline_eval", "python3|script.py ~ pass", "python3|script.py|-c|x ~ pass", "python3|-m|http.server ~ ask", "pypy3|-c|1 ~ inline_eval",
            "perl|-e|1 ~ inline_eval", "perl|-ne|print ~ inline_eval", "perl|-Mstrict|x.pl ~ inline_eval", "ruby|-e|1 ~ inline_eval", "node|-e|1 ~ inline_eval",
            "node|--eval=1 ~ inline_eval", "node|-p|1 ~ inline_eval", "node|-r|/tmp/x|a.js ~ inline_eval", "node|app.js ~ pass", "deno|eval|1 ~ inline_eval", "php|-r|1 ~ inline_eval",
            "lua|-e|1 ~ inline_eval", "Rscript|-e|1 ~ inline_eval", "pwsh|-Command|ls ~ inline_eval", "osascript|-e|1 ~ inline_eval",
            "awk|BEGIN{system(\"ls\")} ~ inline_eval", "gawk|1 ~ inline_eval", "awk|-f|x.awk|y ~ pass", "sed|s/a/b/|x ~ pass", "sed|s/a/ls/e|x ~ inline_eval", "sed|1e ls|x ~ inline_eval",
            "vim|-c|:!ls ~ inline_eval", "vim|+!ls ~ inline_eval", "git|-c|core.pager=ls|log ~ inline_eval", "git|clone|--upload-pack|x|y ~ inline_eval",
            "git|commit|-m|fix ~ pass", "tar|--to-command=ls|-xf|x ~ inline_eval", "tar|--checkpoint-action=exec=ls|-cf|x|y ~ inline_eval", "tar|-czf|x.tgz|y ~ pass",
            "rsync|-e|ls|a|b ~ inline_eval", "ssh|-oProxyCommand=ls|h ~ inline_eval", "ssh|h|rm|x ~ program_denied", "ssh|h|ls ~ ask", "docker|run|x ~ ask", "docker|exec|x|rm|y ~ program_denied",
            "ls;rm|x ~ program_denied", "psql|-c|\\! ls ~ inline_eval", "sqlite3|x.db|.shell ls ~ inline_eval",
            "gdb|-ex|shell ls ~ inline_eval", "emacs|--eval|1 ~ inline_eval", "split|--filter=ls|x ~ inline_eval", "fd|-x|ls ~ inline_eval",
            "ls|a; rm b ~ program_denied", "ls|$(rm x) ~ program_denied", "ls|`rm x` ~ program_denied", "ls|a && ls ~ inline_eval", "ls|a > b ~ inline_eval",
            "echo|$HOME ~ inline_eval", "echo|${HOME} ~ inline_eval", "echo|costs 5$ ~ pass", "curl|https://example.com/x?a=1 ~ pass", "echo|hello world ~ pass",
            "chmod|777|x ~ program_denied", "setfacl|-m|u:x:rwx|y ~ program_denied", "install|-m|755|a|b ~ pass"})
        void each_line_gets_its_verdict(String line, String expected) {
            assertThat(verdict(policy(Mode.FULL, true), line)).as(line).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '~', quoteCharacter = '^', value = {"sh|-c|ls ~ ask", "sh|-c|rm x ~ program_denied", "sh|-c|/bin/rm x ~ program_denied", "sh|-c|ls;'rm' x ~ program_denied",
            "ls|a;b ~ ask", "python3|-c|import os; os.system('rm x') ~ program_denied", "rm|x ~ program_denied", "git|status ~ pass"})
        void without_strictness_code_is_for_a_person_and_the_denied_stays_denied(String line, String expected) {
            assertThat(verdict(policy(Mode.FULL, false), line)).as(line).isEqualTo(expected);
        }

        @Test
        void an_interpreter_is_warned_of() {
            assertThat(opinions(policy(Mode.FULL, true), "python3|script.py", null)).singleElement().isInstanceOf(Opinion.Warn.class);
        }
    }

    @Nested
    class Given_an_allow_list {

        private final ExecPolicy policy = policy(Mode.ALLOWLIST, true, "ls", "git", "env", "find", "xargs", "timeout", "/opt/tool/run");

        @ParameterizedTest
        @CsvSource(delimiter = '~', quoteCharacter = '^', value = {"ls|-la ~ pass", "/bin/ls ~ pass", "/usr/bin/ls ~ pass", "cat|x ~ program_not_allowed", "env|ls ~ pass",
            "env|cat|x ~ program_not_allowed", "find|.|-exec|cat|{}|; ~ program_not_allowed", "find|.|-exec|ls|{}|; ~ pass", "xargs|cat ~ program_not_allowed",
            "timeout|5|cat|x ~ program_not_allowed", "timeout|-k|3|5|ls ~ pass", "lsx ~ program_not_allowed", "LS ~ program_not_allowed", "ls |x ~ program_not_allowed",
            "/tmp/no-such/ls ~ program_not_allowed", "./ls ~ program_not_allowed", "/opt/tool/run|x ~ pass", "/opt/tool/../tool/run ~ program_not_allowed",
            "rm|x ~ program_denied", "busybox|ls ~ program_not_allowed"})
        void each_line_gets_its_verdict(String line, String expected) {
            assertThat(verdict(policy, line)).as(line).isEqualTo(expected);
        }

        @Test
        void what_is_denied_is_denied_even_where_it_is_allowed() {
            assertThat(verdict(policy(Mode.ALLOWLIST, true, "rm"), "rm|x")).isEqualTo("program_denied");
        }

        @Test
        void a_copy_under_an_allowed_name_is_another_program(@TempDir Path folder) throws IOException {
            Path copy = Files.writeString(folder.resolve("ls"), "#!/bin/sh\n");
            assertThat(verdict(policy, copy.toString())).isEqualTo("program_not_allowed");
            assertThat(label(opinions(policy, "./ls", folder.toString()))).isEqualTo("program_not_allowed");
        }

        @Test
        void a_link_is_what_it_leads_to(@TempDir Path folder) throws IOException {
            Path tool = Files.writeString(folder.resolve("rm"), "#!/bin/sh\n");
            Path link = Files.createSymbolicLink(folder.resolve("ls"), tool);
            Path linkToLink = Files.createSymbolicLink(folder.resolve("lister"), link);
            assertThat(verdict(policy, link.toString())).isEqualTo("program_denied");
            assertThat(verdict(policy(Mode.FULL, true), linkToLink.toString())).isEqualTo("program_denied");
            assertThat(label(opinions(policy(Mode.FULL, true), "./lister", folder.toString()))).isEqualTo("program_denied");
        }

        @Test
        void an_interpreter_behind_a_link_is_still_one(@TempDir Path folder) throws IOException {
            Path shell = Files.createSymbolicLink(folder.resolve("tool"), Path.of("/bin/sh"));
            assertThat(verdict(policy(Mode.FULL, true), shell + "|-c|ls")).isEqualTo("inline_eval");
        }

        @Test
        void links_in_a_circle_and_programs_too_deep_end() {
            assertThat(verdict(policy(Mode.FULL, true), String.join("|", java.util.Collections.nCopies(50, "env")) + "|ls")).isEqualTo("ask");
        }
    }

    @Nested
    class Given_patterns {

        @ParameterizedTest
        @CsvSource(delimiter = '~', quoteCharacter = '^', value = {"git push* ~ git push origin ~ true", "git push* ~ /usr/bin/git push ~ false", "*push* ~ git push ~ true",
            "payment:* ~ payment:transfer ~ true", "git.push ~ git push ~ false", "re:^git (push|reset) ~ git reset --hard ~ true", "re:push$ ~ git push x ~ false",
            "g?t ~ git ~ true", "[a] ~ a ~ false", "re:(a+)+$ ~ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! ~ false"})
        void a_glob_matches_the_whole_and_a_regular_expression_any_part(String pattern, String text, boolean matches) {
            assertThat(WordPattern.matches(pattern, text)).isEqualTo(matches);
        }

        @Test
        void a_broken_one_is_named() {
            assertThat(WordPattern.fault("re:(")).isPresent();
            assertThat(WordPattern.fault("(")).isEmpty();
        }
    }

    private static ExecPolicy policy(Mode mode, boolean strict, String... allowed) {
        return new ExecPolicy(true, mode, strict, List.of(allowed), DENIED, 300, true, List.of(), 1);
    }

    private static String verdict(ExecPolicy policy, String line) {
        return label(opinions(policy, line, null));
    }

    private static List<Opinion> opinions(ExecPolicy policy, String line, @Nullable String cwd) {
        return new ExecRules(policy, new InstalledPrograms()).examine(Arrays.asList(line.split("\\|", -1)), cwd);
    }

    private static String label(List<Opinion> opinions) {
        return opinions.stream().map(opinion -> switch (opinion) {
            case Opinion.Block block -> block.code();
            case Opinion.Ask ask -> "ask";
            case Opinion.Warn warn -> "pass";
            case Opinion.Pass pass -> "pass";
        }).min(java.util.Comparator.comparing(label -> label.equals("pass") ? 2 : label.equals("ask") ? 1 : 0)).orElseThrow();
    }
}

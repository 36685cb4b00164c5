package io.countersign.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCasesTests {

    private static final String POLICIES = """
            policies:
              - name: mail
                rules:
                  - condition: {type: action, glob: "email:*"}
                    effect: require_approval
                    reason: A mail leaves the house
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int test(String yaml) throws IOException {
        Path file = folder.resolve("cases.yaml");
        Files.writeString(file, yaml);
        return run("policies", "test", file.toString());
    }

    private int run(String... words) {
        return new picocli.CommandLine(new CommandLine()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(words);
    }

    @Nested
    class Given_the_example_of_the_documentation {

        @Test
        void all_is_as_expected() {
            assertThat(run("policies", "test", Path.of("..", "docs", "policy-cases.yaml").toString())).as("%s%s", out, err).isZero();
            assertThat(out.toString()).contains("all as expected").doesNotContain("DRIFT");
        }
    }

    @Nested
    class Given_cases {

        @Test
        void those_as_expected_end_with_0() throws IOException {
            assertThat(test(POLICIES + """
                    cases:
                      - {name: a mail, action: "email:send", expect: require_approval, rule: mail/rule-1}
                      - {name: a ticket, action: "jira:create", expect: allow}
                    """)).as("%s%s", out, err).isZero();
            assertThat(out.toString()).contains("ok     a mail: require_approval", "ok     a ticket: allow", "2 cases, all as expected");
        }

        @Test
        void drift_ends_with_1_and_tells_what_was_expected_and_what_came_of_it() throws IOException {
            assertThat(test(POLICIES + """
                    cases:
                      - {name: a mail, action: "email:send", expect: allow}
                      - {name: a ticket, action: "jira:create", expect: block}
                    """)).isEqualTo(1);
            assertThat(out.toString()).contains("DRIFT  a mail", "- expected: allow", "+ actual:   require_approval by mail/rule-1",
                    "A mail leaves the house", "+ actual:   allow; no rule holds", "2 cases, 2 drifted");
        }

        @Test
        void facts_of_sources_and_windows_are_part_of_the_record() throws IOException {
            assertThat(test("""
                    policies:
                      - name: data
                        rules:
                          - {condition: {type: table, name: users}, effect: block}
                          - {condition: {type: rate, per: agent, limit: 3, window_seconds: 60}, effect: require_approval}
                    cases:
                      - {action: "sql:query", facts: {sql: {tables: [public.users]}}, expect: block}
                      - {action: "note:keep", rates: {data/rule-2: exceeded}, expect: require_approval}
                      - {action: "note:keep", at: 2026-05-01T10:00:00Z, expect: allow}
                    """)).as("%s%s", out, err).isZero();
        }
    }

    @Nested
    class Given_files_that_cannot_be_used {

        @Test
        void each_ends_with_2_and_a_sentence_that_names_the_place() throws IOException {
            assertThat(run("policies", "test", folder.resolve("none.yaml").toString())).isEqualTo(2);
            assertThat(test("- no mapping")).isEqualTo(2);
            assertThat(test("policies: {")).isEqualTo(2);
            assertThat(test("policies: [{name: x, rules: [{condition: {type: pattern, regex: '('}, effect: block}]}]\ncases: [{action: 'a:b', expect: allow}]"))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("policies[0].rules[0].condition.regex");
            assertThat(test(POLICIES + "cases: [{action: email, expect: allow}, {action: 'a:b', expect: perhaps}, {acton: 'a:b'}]")).isEqualTo(2);
            assertThat(err.toString()).contains("cases[0]: action must read", "cases[1]: expect must be", "cases[2]: acton is not known");
            assertThat(run("policies", "test")).isEqualTo(2);
        }
    }

    @Nested
    class Given_the_words_of_the_command_line {

        @Test
        void only_some_are_meant_for_this() {
            assertThat(CommandLine.asks(new String[] {"policies", "test"})).isTrue();
            assertThat(CommandLine.asks(new String[] {"serve"})).isFalse();
            assertThat(CommandLine.asks(new String[0])).isFalse();
        }

        @Test
        void a_word_that_means_nothing_is_answered_with_those_that_do() {
            assertThat(Arguments.unknown("bogus")).contains("\"bogus\" is not a command", "countersign serve",
                    "actions, approve, audit, cancel, deny, policies, queue, undo, vault, verdicts");
        }
    }
}

package io.countersign.command.evaluation;

import static io.countersign.command.evaluation.RulebookTests.judge;
import static io.countersign.command.evaluation.RulebookTests.mail;
import static io.countersign.command.testing.PolicyText.policy;
import static io.countersign.command.testing.PolicyText.standing;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Policy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundsTests {

    private static final Duration SHORT = Duration.ofSeconds(2); // a bomb would take for ever; a busy machine may take its time

    private static List<ParameterFault> faults(String condition) {
        return new CachingCompiler().faults(policy("{'name': 'p', 'rules': [{'condition': " + condition + ", 'effect': 'block'}]}"));
    }

    private static String pattern(String regex) {
        return "{'condition': {'type': 'pattern', 'regex': '" + regex + "'}, 'effect': 'block'}";
    }

    private static String cel(String cel) {
        return "{'condition': {'type': 'expression', 'cel': '" + cel + "'}, 'effect': 'block'}";
    }

    @Nested
    class Given_a_policy_that_does_not_compile {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
                "{'type':'pattern','regex':'(abc'} | rules[0].condition.regex | missing closing )",
                "{'type':'pattern','regex':'a[z-a]'} | rules[0].condition.regex | at position",
                "{'type':'pattern','regex':'(?<=x)y'} | rules[0].condition.regex | named capture at position 1",
                "{'type':'pattern','regex':'(x+x+)\\\\1'} | rules[0].condition.regex | \\1",
                "{'type':'pattern','regex':'a','context_requires':'*'} | rules[0].condition.context_requires | repetition",
                "{'type':'expression','cel':'params.a ==='} | rules[0].condition.cel | line 1, column",
                "{'type':'expression','cel':'nothing.a == 1'} | rules[0].condition.cel | undeclared reference",
                "{'type':'expression','cel':'1 + 1'} | rules[0].condition.cel | bool",
                "{'type':'expression','cel':'params.a.matches(params.b)'} | rules[0].condition.cel | written out",
                "{'type':'expression','cel':'params.a.matches(\\'(\\')'} | rules[0].condition.cel | missing closing )",
                "{'type':'expression','cel':'(params.a + \\'x\\') == \\'y\\''} | rules[0].condition.cel | no matching overload",
                "{'type':'expression','cel':'[1].map(x, x) == [1]'} | rules[0].condition.cel | undeclared"})
        void the_fault_tells_its_place(String condition, String field, String message) {
            assertThat(faults(condition)).singleElement().satisfies(fault -> {
                assertThat(fault.field()).isEqualTo(field);
                assertThat(fault.message()).contains(message);
            });
        }

        @Test
        void what_is_too_large_or_too_deep_is_not_taken() {
            String wide = "true" + " && true".repeat(150);
            String deep = "(".repeat(100) + "true" + ")".repeat(100);
            String loops = "params.a.all(x, params.a.all(y, params.a.all(z, x == z)))";
            for (String cel : List.of(wide, deep, loops)) {
                assertThat(faults("{'type': 'expression', 'cel': '" + cel + "'}")).hasSize(1);
            }
            assertThat(faults("{'type': 'pattern', 'regex': '((a{100}){100}){100}'}")).hasSize(1);
        }
    }

    @Nested
    class Given_a_bomb {

        @ParameterizedTest
        @ValueSource(strings = {"(a+)+$", "(a|aa)+b", "(.*a){20}", "(x+x+)+y", "([a-z]+)*9", "(a{0,30}){0,30}c"})
        void a_pattern_ends_in_time(String regex) {
            String text = "{'text': '" + "a".repeat(50_000) + "!'}";
            assertThat(timed(() -> judge(mail(text), standing("p", pattern(regex))))).isLessThan(SHORT);
        }

        @Test
        void a_pattern_that_takes_too_long_is_a_doubt_and_is_told() {
            String text = "{'text': '" + "a".repeat(250_000) + " 1'}";
            Findings findings = judge(mail(text), standing("p", pattern("(([a-z]{1,40}){1,20}[0-9]{1,20}x)")));
            assertThat(findings.effect()).hasValue(Effect.BLOCK);
            assertThat(findings.interrupted()).containsExactly("p-p/rule-1");
            assertThat(findings.hits().getFirst().message()).contains("takes too long");
        }

        @Test
        void a_hundred_patterns_over_a_megabyte_end_in_time_with_a_verdict() {
            String text = "{'text': '" + "The meeting of 2026 went well. ".repeat(34_000) + "'}";
            String slow = IntStream.range(0, 50).mapToObj(i -> pattern("[a-z ]{1,30}[0-9]{3,9}[a-z]" + i)).collect(Collectors.joining(", "));
            Policy[] policies = {standing("p", slow), standing("q", slow)};
            long began = System.nanoTime();
            Findings findings = judge(mail(text), policies);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6)); // each alone may take half a second
            assertThat(findings.effect()).hasValue(Effect.BLOCK);
            assertThat(findings.interrupted()).hasSizeGreaterThan(50).contains("p-q/rule-50").isEqualTo(
                    findings.hits().stream().map(hit -> hit.policyId() + "/" + hit.ruleId()).toList());
        }

        @Test
        void an_expression_runs_out_of_rounds() {
            String list = "{'a': [" + IntStream.range(0, 5_000).mapToObj(String::valueOf).collect(Collectors.joining(",")) + "]}";
            assertThat(timed(() -> assertThat(judge(mail(list), standing("p", cel("params.a.all(x, params.a.all(y, x + y >= 0))"))).effect())
                    .hasValue(Effect.BLOCK))).isLessThan(SHORT);
        }

        @Test
        void an_expression_over_much_text_ends_in_time() {
            String text = "{'a': ['" + "a".repeat(100_000) + "', '" + "b".repeat(100_000) + "']}";
            String many = "params.a.exists(x, x.contains(\\\"c\\\"))" + " || params.a.exists(x, x.contains(\\\"c\\\"))".repeat(10);
            assertThat(timed(() -> judge(mail(text), standing("p", cel(many))))).isLessThan(SHORT);
        }

        @Test
        void deep_parameters_are_seen_to_the_bottom() {
            String deep = "{'a': ".repeat(15) + "'secret'" + "}".repeat(15);
            assertThat(judge(mail(deep), standing("p", pattern("secret"))).effect()).hasValue(Effect.BLOCK);
        }
    }

    private static Duration timed(Runnable task) {
        long began = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - began);
    }
}

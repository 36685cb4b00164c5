package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LikeThisTests {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String MAIL = "{\"to\":[\"ann@example.com\"],\"subject\":\"Minutes\",\"body\":\"<p>Hello</p>\"}";
    private static final String PAY = "{\"amount\":1250,\"rate\":1.5,\"currency\":\"EUR\",\"to\":{\"iban\":\"DE1\",\"name\":\"O\\\"Hara\\n\"},\"urgent\":false,"
            + "\"note\":null,\"in\":\"x\\u200b\"}";

    private static LikeThis.Narrow drafted(String action, String params) {
        return LikeThis.condition(action, action.split(":")[0], "agent-1", "there", params).orElseThrow();
    }

    /** Whether the condition holds for another request. */
    private static boolean holds(LikeThis.Narrow drafted, String action, String agent, String target, String params) {
        var definition = PolicyJson.read(Map.of("name", "like", "rules", List.of(Map.of("condition", Map.of("type", "expression", "cel",
                drafted.expression()), "effect", "warn"))));
        var compiler = ServiceLoader.load(RuleCompiler.class).findFirst().orElseThrow();
        assertThat(compiler.faults(definition)).isEmpty();
        var facts = Facts.request(action, action.split(":")[0], action.split(":")[1], "external", false, "api", target, false,
                JsonMapper.shared().readTree(params), NOW).with("agent", Map.of("id", agent, "kind", "agent"));
        var rules = compiler.compile(List.of(new Policy("p", "default", 1, definition, false, false, null, null, null)));
        var found = rules.judge(facts, NOW, Rulebook.Rates.NONE, Set.of());
        for (var tries = 0; !found.interrupted().isEmpty() && tries < 50; tries++) {
            found = rules.judge(facts, NOW, Rulebook.Rates.NONE, Set.of()); // a machine that is still warming up takes more than the 5 ms
        }
        return found.hits().stream().anyMatch(hit -> !hit.undecided());
    }

    @Nested
    class Given_an_approved_mail {

        private final LikeThis.Narrow drafted = drafted("email:send", MAIL);

        @Test
        void the_same_recipients_pass_with_other_words() {
            assertThat(drafted.free()).containsExactly("subject", "body");
            assertThat(holds(drafted, "email:send", "agent-1", "there", MAIL)).isTrue();
            assertThat(holds(drafted, "email:send", "agent-1", "there", MAIL.replace("Minutes", "Agenda").replace("Hello", "Bye"))).isTrue();
        }

        @Test
        void nothing_else_passes() {
            assertThat(holds(drafted, "email:draft", "agent-1", "there", MAIL)).as("another action").isFalse();
            assertThat(holds(drafted, "email:send", "agent-2", "there", MAIL)).as("another agent").isFalse();
            assertThat(holds(drafted, "email:send", "agent-1", "elsewhere", MAIL)).as("another target").isFalse();
            assertThat(holds(drafted, "email:send", "agent-1", "there", MAIL.replace("ann@", "eve@"))).as("another recipient").isFalse();
            assertThat(holds(drafted, "email:send", "agent-1", "there", MAIL.replace("]", ",\"eve@example.com\"]"))).as("one more").isFalse();
            assertThat(holds(drafted, "email:send", "agent-1", "there", MAIL.replace("{", "{\"bcc\":\"eve@example.com\","))).as("a new parameter").isFalse();
            assertThat(holds(drafted, "email:send", "agent-1", "there", "{\"subject\":\"Minutes\",\"body\":\"x\"}")).as("one less").isFalse();
        }
    }

    @Nested
    class Given_any_other_action {

        @Test
        void every_parameter_is_pinned_whatever_it_holds() {
            var drafted = drafted("payment:transfer", PAY);
            assertThat(drafted.free()).isEmpty();
            assertThat(drafted.expression()).contains("params[\"in\"]").contains("x\\u200b").doesNotContain("\u200b");
            assertThat(holds(drafted, "payment:transfer", "agent-1", "there", PAY)).isTrue();
            for (var other : List.of(PAY.replace("1250", "1251"), PAY.replace("1.5", "1.6"), PAY.replace("DE1", "DE2"), PAY.replace("false", "true"),
                    PAY.replace("null", "\"now\""), PAY.replace("\\u200b", ""))) {
                assertThat(holds(drafted, "payment:transfer", "agent-1", "there", other)).as(other).isFalse();
            }
        }

        @Test
        void one_that_says_too_much_is_not_drafted() {
            assertThat(LikeThis.condition("sql:query", "sql", "agent-1", "there", "{\"sql\":\"" + "x".repeat(2_000) + "\"}")).isEmpty();
            assertThat(LikeThis.condition("sql:query", "sql", "agent-1", "there", "erased")).isEmpty();
        }
    }
}

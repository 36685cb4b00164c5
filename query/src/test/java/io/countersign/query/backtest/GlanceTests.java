package io.countersign.query.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.Step;
import io.countersign.command.sealing.api.Sealed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class GlanceTests {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    @Nested
    class Given_an_event_with_a_verdict {

        @Test
        void its_text_tells_at_a_glance_what_the_whole_of_it_tells() {
            Verdict bare = new Verdict(Outcome.BLOCK, null, null, 1, List.of(), null, List.of(), List.of(), 0, "enforce", List.of());
            Verdict full = new Verdict(Outcome.REQUIRE_APPROVAL, "code", "outcome", 0.5, List.of("a", "b"), "a",
                    List.of(new Finding("r", "high", "verdict", "a", "block", null, null, true)), List.of(), 7, "enforce",
                    List.of(new Step("inputs", "pass", "{\"outcome\":\"ALLOW\"}")), List.of(), new Verdict.Inputs(
                            List.of(new Verdict.PolicyVersion("p", 3)), "digest", new Sealed("key", "box"), NOON, List.of("x"), Map.of("at", "no")),
                    null, null, null);
            assertThat(List.of(bare, full)).allSatisfy(verdict -> assertThat(Glance.of(JsonMapper.shared()
                    .writeValueAsString(new ActionDelayed("id", verdict, NOON)))).isEqualTo(Glance.of(verdict)));
        }
    }
}

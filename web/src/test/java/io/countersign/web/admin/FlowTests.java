package io.countersign.web.admin;

import static io.countersign.command.action.api.Verdict.Outcome.ALLOW;
import static io.countersign.command.action.api.Verdict.Outcome.BLOCK;
import static io.countersign.command.action.api.Verdict.Outcome.REQUIRE_APPROVAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.query.backtest.api.Backtest;
import io.countersign.query.backtest.api.Backtest.Change;
import io.countersign.query.backtest.api.Backtest.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlowTests {

    private static Flow drawn(List<Change> changes, List<Change> kept) {
        return Flow.of(new Backtest("b", State.FINISHED, 1, 1, changes, kept, 0, 0, 0, 0, Instant.EPOCH, Instant.EPOCH, null));
    }

    @Nested
    class Given_verdicts_that_move {

        private final Flow flow = drawn(List.of(new Change(REQUIRE_APPROVAL, ALLOW, 20), new Change(ALLOW, BLOCK, 1)),
                List.of(new Change(ALLOW, ALLOW, 100), new Change(REQUIRE_APPROVAL, REQUIRE_APPROVAL, 50)));

        @Test
        void each_side_fills_the_width_and_is_told_in_words() {
            assertThat(flow.before()).extracting(Flow.Bar::count).containsExactly(101L, 70L);
            assertThat(flow.after()).extracting(Flow.Bar::count).containsExactly(120L, 50L, 1L);
            assertThat(flow.after().getLast().left() + flow.after().getLast().size()).isBetween(999.9, 1000.1);
            assertThat(flow.after().getLast().size()).as("even one is seen").isGreaterThanOrEqualTo(4);
            assertThat(flow.sentence()).isEqualTo("Then: let through 101, asks a person 70. With what is tried: let through 120, asks a person 50, blocked 1.");
        }

        @Test
        void what_stays_lies_beneath_what_moves() {
            assertThat(flow.bands()).extracting(Flow.Band::css).containsExactly("f-wait band", "f-allow band", "f-allow moved", "f-block moved");
            assertThat(flow.bands()).extracting(Flow.Band::path).allMatch(path -> path.matches("[MHCZ0-9. ]+"));
        }
    }

    @Nested
    class Given_nothing {

        @Test
        void nothing_is_drawn() {
            assertThat(drawn(List.of(), List.of()).before()).isEmpty();
        }
    }
}

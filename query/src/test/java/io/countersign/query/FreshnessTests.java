package io.countersign.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.query.action.api.Actions;
import io.countersign.query.projection.Freshness;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FreshnessTests {

    private static final Duration PATIENCE = Duration.ofMillis(200);

    private record At(long position) implements Freshness.Positioned {}

    private final Freshness freshness = new Freshness(() -> 7, PATIENCE);

    @Nested
    class Given_a_view_that_stands_still {

        @Test
        void a_reader_is_told_that_it_lags() {
            assertThatThrownBy(() -> freshness.read("actions", () -> new At(4)))
                    .isInstanceOf(Actions.Lagging.class).hasMessageContaining("3 events behind");
        }
    }

    @Nested
    class Given_a_view_that_another_node_moves {

        @Test
        void the_answer_comes_once_it_has_caught_up() {
            AtomicLong position = new AtomicLong(4);
            assertThat(freshness.read("actions", () -> new At(position.incrementAndGet())).position()).isEqualTo(7);
        }
    }
}

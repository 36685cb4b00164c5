package io.countersign.executors.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.executors.Attempts;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeadlineTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    @Nested
    class Given_an_attempt_whose_time_is_up {

        private final Attempt attempt = Attempts.until(System.currentTimeMillis() - 1);

        @Test
        void no_time_is_left_whatever_was_computed_before_the_machine_stood_still() {
            assertThat(Deadline.before(attempt, LONG).left()).isZero();
            assertThat(Deadline.before(attempt, LONG).passed()).isTrue();
            assertThat(Deadline.isOver(attempt)).isTrue();
        }

        @Test
        void it_does_not_wait() throws InterruptedException {
            assertThat(Deadline.before(attempt, LONG).pause(Duration.ofSeconds(5))).isFalse();
        }
    }

    @Nested
    class Given_an_attempt_under_way {

        private final Attempt attempt = Attempts.until(System.currentTimeMillis() + 60_000);

        @Test
        void what_is_left_is_what_was_given_less_the_time_to_tell_the_outcome() {
            assertThat(Deadline.before(attempt, LONG).left()).isBetween(Duration.ofSeconds(15), Duration.ofMillis(19_750));
            assertThat(Deadline.isOver(attempt)).isFalse();
        }
    }
}

package io.countersign.executors.execution;

import io.countersign.command.action.api.Terms.ExecutionClass;
import java.time.Duration;

/**
 * How patient execution is.
 *
 * @param verdictGrace how long an interrupted executor may take to say how it ended
 * @param judgementGrace how long after its deadline an attempt without outcome is judged; longer than {@code verdictGrace}
 * @param clearanceGrace how long a cleared action may lack a task before one is made for it
 * @param sweepInterval pause between two looks for work that is due
 * @param firstPause pause before the second attempt; doubles with each further one, up to five minutes
 * @param shutdownGrace how long running attempts may go on when the service stops
 * @param lookPatience how long an executor may take to look at what an action is about
 * @param idempotentAttempts after so many attempts of an idempotent action a person must look
 * @param checkableAttempts the same for actions that can be looked up
 */
record ExecutionSettings(Duration verdictGrace, Duration judgementGrace, Duration clearanceGrace, Duration sweepInterval,
        Duration firstPause, Duration shutdownGrace, Duration lookPatience, int idempotentAttempts, int checkableAttempts) {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** For service. */
    static final ExecutionSettings STANDARD = new ExecutionSettings(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(5),
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(5), 20, 5);

    /** Whether another attempt may follow this one. */
    boolean mayFollow(ExecutionClass executionClass, int attempt) {
        return switch (executionClass) {
            case IDEMPOTENT -> attempt < idempotentAttempts;
            case CHECKABLE -> attempt < checkableAttempts;
            case ONCE -> false;
        };
    }

    /** Pause after an attempt. */
    Duration pauseAfter(int attempt) {
        Duration pause = firstPause.multipliedBy(1L << Math.clamp(attempt - 1, 0, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}

package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an executor act on a thread of its own until the attempt's deadline, interrupts it there, and waits a little for its own verdict.
 *
 * <p>Nothing is begun for an attempt whose deadline has passed: a node that was paused, and comes back, does not act on what others have
 * judged meanwhile.
 */
final class AttemptRunner {

    private static final Logger log = LoggerFactory.getLogger(AttemptRunner.class);

    private final Clock clock;
    private final ExecutionSettings settings;

    AttemptRunner(Clock clock, ExecutionSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /** What the executor is to do, in the time that is left. */
    @FunctionalInterface
    interface Step {

        ExecutionOutcome take(Duration timeLeft) throws InterruptedException;
    }

    /**
     * Runs the step, and again after a pause if it asks for one that ends before the deadline.
     *
     * @return how it ended; empty when the executor gave no verdict: it threw, or did not stop in time
     */
    Optional<ExecutionOutcome> run(Attempt attempt, Step step) throws InterruptedException {
        Optional<ExecutionOutcome> verdict = Optional.of(nothingSent(attempt));
        while (timeLeft(attempt).isPositive()) {
            verdict = runOnce(attempt, step);
            if (!(verdict.orElse(null) instanceof Later later) || later.after().compareTo(timeLeft(attempt)) >= 0) {
                return verdict;
            }
            Thread.sleep(later.after());
        }
        return verdict;
    }

    /** The time was up first. That says nothing about an earlier attempt, which may have had its effect. */
    static ExecutionOutcome nothingSent(Attempt attempt) {
        return attempt.attempt() == 1 ? new TimedOut("The time was up before anything was sent.")
                : new Later(Duration.ZERO, "The time was up before this attempt sent anything; an earlier one may have had its effect.");
    }

    Duration timeLeft(Attempt attempt) {
        return Duration.ofMillis(attempt.deadlineEpochMillis() - clock.millis());
    }

    private Optional<ExecutionOutcome> runOnce(Attempt attempt, Step step) {
        FutureTask<ExecutionOutcome> effect = new FutureTask<>(() -> step.take(timeLeft(attempt)));
        Thread actor = Thread.ofVirtual().name("attempt-" + attempt.actionId() + "-" + attempt.attempt()).start(effect);
        try {
            return Optional.of(effect.get(Math.max(1, timeLeft(attempt).toMillis()), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | InterruptedException stop) {
            actor.interrupt();
            return lastWord(attempt, effect);
        } catch (ExecutionException thrown) {
            return none(attempt, thrown);
        }
    }

    private Optional<ExecutionOutcome> lastWord(Attempt attempt, FutureTask<ExecutionOutcome> effect) {
        try {
            return Optional.of(effect.get(settings.verdictGrace().toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException thrown) {
            return none(attempt, thrown);
        } catch (TimeoutException | InterruptedException silent) {
            log.warn("{} was told to stop and gave no answer", attempt);
            return Optional.empty();
        }
    }

    /** Names the class alone: the message of a foreign exception may hold anything. */
    private static Optional<ExecutionOutcome> none(Attempt attempt, ExecutionException thrown) {
        log.warn("{} ended without a verdict: {}", attempt, thrown.getCause().getClass().getName());
        return Optional.empty();
    }
}

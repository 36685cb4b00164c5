package io.countersign.executors.outbound;

import io.countersign.command.action.api.ActionCommand.Attempt;
import java.time.Duration;

/**
 * A moment by which a piece of work must have ended. It has come as soon as one of two clocks says so: the monotonic one, which nobody sets, or
 * that of the wall, which goes on while a machine is suspended.
 */
public final class Deadline {

    private final long endNanos;
    private final long endEpochMillis;

    private Deadline(Duration timeLeft, long endEpochMillis) {
        this.endNanos = System.nanoTime() + timeLeft.toNanos();
        this.endEpochMillis = endEpochMillis;
    }

    /**
     * A little before {@code timeLeft} is over, so that an outcome can be told before the worker is interrupted.
     *
     * @param timeLeft positive
     */
    public static Deadline before(Duration timeLeft) {
        return new Deadline(timeLeft.minus(margin(timeLeft)), Long.MAX_VALUE);
    }

    /**
     * The same, and no later than the attempt's own end: after that another node may take the action over, however long this one stood still
     * since somebody computed {@code timeLeft}.
     */
    public static Deadline before(Attempt attempt, Duration timeLeft) {
        return new Deadline(timeLeft.minus(margin(timeLeft)), attempt.deadlineEpochMillis());
    }

    static Deadline in(Duration timeLeft) {
        return new Deadline(timeLeft, Long.MAX_VALUE);
    }

    /** Whether the attempt has ended, by the clock of the wall: from then on another node may take the action over. */
    public static boolean isOver(Attempt attempt) {
        return System.currentTimeMillis() >= attempt.deadlineEpochMillis();
    }

    /** Never negative. */
    public Duration left() {
        long nanos = endNanos - System.nanoTime();
        long millis = endEpochMillis - System.currentTimeMillis();
        return millis <= 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, nanos));
    }

    /** True when there is no time for another call. */
    public boolean passed() {
        return left().isZero();
    }

    /** Waits, unless the deadline comes first: then it does not wait at all and says false. */
    public boolean pause(Duration length) throws InterruptedException {
        if (left().compareTo(length) <= 0) {
            return false;
        }
        Thread.sleep(length);
        return true;
    }

    private static Duration margin(Duration timeLeft) {
        return Duration.ofNanos(Math.min(timeLeft.toNanos() / 10, Duration.ofMillis(250).toNanos()));
    }
}

package io.countersign.executors.outbound;

import java.time.Duration;

/** A moment on the monotonic clock by which a piece of work must have ended. */
public final class Deadline {

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    /**
     * A little before {@code timeLeft} is over, so that an outcome can be told before the worker is interrupted.
     *
     * @param timeLeft positive
     */
    public static Deadline before(Duration timeLeft) {
        var margin = Math.min(timeLeft.toNanos() / 10, Duration.ofMillis(250).toNanos());
        return new Deadline(System.nanoTime() + timeLeft.toNanos() - margin);
    }

    /** Never negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
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
}

package io.countersign.command.evaluation;

/**
 * How long one judgement may take over all its rules together. It begins with the first look at the clock, so that an ordinary judgement,
 * which never takes one, does not depend on how busy the machine is.
 */
final class Patience {

    private static final long NANOS = 2_000_000_000L;

    private long began;
    private boolean begun;

    /** Whether it has run out at this {@link System#nanoTime()}. */
    boolean isOver(long now) {
        if (!begun) {
            begun = true;
            began = now;
        }
        return now - began > NANOS;
    }
}

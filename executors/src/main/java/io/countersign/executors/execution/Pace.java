package io.countersign.executors.execution;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a busy reader of the log take larger bites. A batch costs the database nearly the same whether it holds one event or a hundred, so
 * after a batch the reader rests until a little while after its start. The first event after a quiet time is never held up.
 */
final class Pace {

    private static final long NANOS = Duration.ofMillis(50).toNanos();

    private Pace() {}

    /** Rests after a batch that began at this {@link System#nanoTime()}, outside its transaction. Long batches are not held up. */
    static void rest(long began) {
        long left = NANOS - (System.nanoTime() - began);
        if (left > 0) {
            LockSupport.parkNanos(left);
        }
    }
}

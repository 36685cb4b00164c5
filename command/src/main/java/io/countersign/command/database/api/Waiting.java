package io.countersign.command.database.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Patience with other processes, which tell us nothing by themselves. */
final class Waiting {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private Waiting() {
    }

    /** Looks until the condition holds or the time is over, and says whether it holds. An interrupt does not shorten it. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        boolean interrupted = false;
        boolean met = condition.getAsBoolean();
        while (!met && System.nanoTime() - start < limit.toNanos()) {
            LockSupport.parkNanos(PAUSE);
            interrupted |= Thread.interrupted();
            met = condition.getAsBoolean();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return met;
    }
}

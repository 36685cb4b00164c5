package io.countersign.executors.execution;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Reconciler} at start, every second, and when woken. Every node does: rows are taken by one at a time, and a look that
 * finds nothing writes nothing.
 */
final class Sweeper {

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    private final Reconciler reconciler;
    private final BooleanSupplier ready;
    private final Runnable whenRecovered;
    private final Duration interval;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean stopped;
    private @Nullable Thread thread;

    /**
     * @param ready false while the work list is being read from the first event and shows the past
     * @param whenRecovered runs when the database answers again after it did not
     */
    Sweeper(Reconciler reconciler, BooleanSupplier ready, Runnable whenRecovered, Duration interval) {
        this.reconciler = reconciler;
        this.ready = ready;
        this.whenRecovered = whenRecovered;
        this.interval = interval;
    }

    void start() {
        stopped = false;
        thread = Thread.ofVirtual().name("reconciler").start(this::run);
    }

    void wake() {
        wake.release();
    }

    void stop() {
        stopped = true;
        wake();
        try {
            if (thread != null) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean failing = false;
        while (!stopped) {
            try {
                if (ready.getAsBoolean()) {
                    reconciler.reconcile();
                }
                if (failing) {
                    whenRecovered.run();
                }
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    log.warn("Work that is due cannot be looked for now ({}); trying every second", e.getClass().getSimpleName());
                }
                failing = true;
            }
            try {
                boolean woken = wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
                if (woken) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}

package io.countersign.command.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/** Many at once, each of whom may fail, none of whom may hang. */
final class Threads {

    private static final int PATIENCE_SECONDS = 60;

    private Threads() {}

    /** Runs the task once for each number from 0, all at once, and waits. A failure of any is a failure. */
    static void all(int count, IntConsumer task) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(() -> {
                task.accept(number);
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            for (Future<Void> done : threads.invokeAll(tasks, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                get(done);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts one more. */
    static <T> Future<T> start(Callable<T> task) {
        java.util.concurrent.FutureTask<T> future = new java.util.concurrent.FutureTask<>(task);
        Thread.ofPlatform().daemon().start(future);
        return future;
    }

    /** Its answer, or its own exception. */
    static <T> T get(Future<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}

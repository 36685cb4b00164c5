package io.countersign.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs one kind of work from several senders for a while and remembers how much was done and how long each took. */
final class Rounds {

    private final String name;
    private final List<Double> perSecond = new ArrayList<>();
    private final ConcurrentLinkedQueue<long[]> samples = new ConcurrentLinkedQueue<>();

    Rounds(String name) {
        this.name = name;
    }

    /** One sender: a resource of its own, and the step it repeats. */
    interface Sender extends AutoCloseable {
        void step() throws Exception;

        @Override
        default void close() throws Exception {}
    }

    void run(int senders, int seconds, boolean counts, Callable<Sender> open) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Future<long[]>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < senders; i++) {
                running.add(threads.submit(() -> {
                    long[] took = new long[1 << 10];
                    int n = 0;
                    try (Sender sender = open.call()) {
                        for (long start = System.nanoTime(); start < until; start = System.nanoTime()) {
                            sender.step();
                            if (n == took.length) {
                                took = Arrays.copyOf(took, 2 * n);
                            }
                            took[n++] = System.nanoTime() - start;
                        }
                    }
                    return Arrays.copyOf(took, n);
                }));
            }
            long total = 0;
            for (Future<long[]> one : running) {
                total += one.get().length;
                if (counts) {
                    samples.add(one.get());
                }
            }
            if (counts) {
                perSecond.add(total / (double) seconds);
            }
        }
    }

    double median() {
        return perSecond.stream().sorted().skip(perSecond.size() / 2).findFirst().orElse(0.0);
    }

    double percentileMillis(double percentile) {
        long[] all = samples.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return all.length == 0 ? 0 : all[(int) Math.min(all.length - 1L, Math.round(percentile * all.length))] / 1e6;
    }

    @Override
    public String toString() {
        List<Double> sorted = perSecond.stream().sorted().toList();
        return String.format(Locale.ROOT, "%-46s %8.0f /s (min %.0f, max %.0f)   p50 %.1f ms   p99 %.1f ms", name, median(), sorted.getFirst(),
                sorted.getLast(), percentileMillis(0.5), percentileMillis(0.99));
    }
}

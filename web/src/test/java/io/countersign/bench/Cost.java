package io.countersign.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What some work took, by the clock and in processor time of this process and of the database. The clock tells what else the machine had to
 * do as well; processor time, less so.
 */
record Cost(double seconds, double javaSeconds, double databaseSeconds) {

    private static final double TICKS = 100;

    /** @param backend process id of any backend of the database */
    static Cost of(long backend, Callable<?> work) throws Exception {
        double java = java();
        double database = database(backend);
        long began = System.nanoTime();
        work.call();
        return new Cost((System.nanoTime() - began) / 1e9, java() - java, database(backend) - database);
    }

    double perSecond(long items) {
        return items / seconds;
    }

    String on(long items) {
        return String.format(Locale.ROOT, "%8.0f /s  (%.1f us of processor time each: %.1f here, %.1f in the database)", perSecond(items),
                (javaSeconds + databaseSeconds) * 1e6 / items, javaSeconds * 1e6 / items, databaseSeconds * 1e6 / items);
    }

    private static double java() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Of the server, its processes of now and those that ended. */
    private static double database(long backend) throws IOException {
        long server = Long.parseLong(stat(backend).get(1));
        double ticks = ticks(stat(server), 4);
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            for (ProcessHandle process : processes.toList()) {
                if (process.parent().map(ProcessHandle::pid).orElse(0L) == server) {
                    ticks += ticks(stat(process.pid()), 2);
                }
            }
        }
        return ticks / TICKS;
    }

    private static double ticks(List<String> stat, int columns) {
        return stat.isEmpty() ? 0 : stat.subList(11, 11 + columns).stream().mapToDouble(Double::parseDouble).sum();
    }

    /** From the state of the process on; nothing when it is gone. */
    private static List<String> stat(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
    }
}

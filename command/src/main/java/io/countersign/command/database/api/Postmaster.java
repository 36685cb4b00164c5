package io.countersign.command.database.api;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The first process of a server, as the cluster's {@code postmaster.pid} tells.
 *
 * @param cluster the cluster it serves
 * @param pid     its process id
 * @param port    the port it listens on, 0 as long as it is not known
 * @param ready   whether it accepts connections
 */
record Postmaster(Path cluster, long pid, int port, boolean ready) {

    /** What the pid file says; the process may be long gone. */
    static Optional<Postmaster> recordedIn(Path cluster) {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
            if (lines.isEmpty() || lines.getFirst().isBlank()) {
                return Optional.empty();
            }
            int port = lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0;
            boolean ready = lines.size() > 7 && lines.get(7).strip().equals("ready");
            return Optional.of(new Postmaster(cluster, Long.parseLong(lines.getFirst().strip()), port, ready));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The recorded server, if its process really lives and works in this cluster. */
    static Optional<Postmaster> aliveIn(Path cluster) {
        return recordedIn(cluster).filter(Postmaster::alive);
    }

    /** Whether the process lives and works in this cluster; a zombie or a stranger with the same number does not. */
    boolean alive() {
        // A server we may not look at is taken for the one recorded: the safe error is to wait for it.
        return worksIn(Path.of("/proc", Long.toString(pid)), cluster, true);
    }

    /** All processes of the server that work in this cluster: after a crash some may outlive the first. */
    static List<ProcessHandle> processesIn(Path cluster) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.filter(process -> process.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(process -> worksIn(process, cluster, false))
                    .flatMap(process -> ProcessHandle.of(Long.parseLong(process.getFileName().toString())).stream())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean worksIn(Path process, Path cluster, boolean ifUnreadable) {
        try {
            String status = Files.readString(process.resolve("stat"));
            int name = status.lastIndexOf(')');
            char state = status.charAt(name + 2);
            if (state == 'Z' || state == 'X' || !status.substring(0, name).endsWith("postgres")) {
                return false;
            }
            return Files.isSameFile(process.resolve("cwd"), cluster);
        } catch (AccessDeniedException e) {
            return ifUnreadable;
        } catch (IOException e) {
            return false;
        }
    }
}

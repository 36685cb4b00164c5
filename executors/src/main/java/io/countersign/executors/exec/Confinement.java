package io.countersign.executors.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a program and the machine: another user where the service is root, no way to more rights, limits, and a process group of
 * its own. All by the tools of util-linux; where they are missing, nothing runs.
 *
 * @param user to run as; null to stay who we are, which is not root
 */
record Confinement(@Nullable User user) {

    private static final List<Path> FOLDERS = List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));
    private static final List<String> TOOLS = List.of("setsid", "prlimit", "setpriv");
    private static final long MIB = 1024L * 1024;

    /** Somebody of this machine. */
    record User(String name, int uid, int gid) {}

    /** No program can be run safely here; the message says why. */
    static final class Unsafe extends Exception {

        private static final long serialVersionUID = 1L;

        Unsafe(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * How programs are confined on this machine.
     *
     * @param name of the user that programs run as where the service is root
     */
    static Confinement here(String name) throws Unsafe {
        for (String tool : TOOLS) {
            if (found(tool).isEmpty()) {
                throw new Unsafe("The tool " + tool + " of util-linux is missing, so no program can be confined.");
            }
        }
        if (ownUid() != 0) {
            return new Confinement(null);
        }
        try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
            return users.map(line -> line.split(":")).filter(fields -> fields.length > 3 && fields[0].equals(name))
                    .map(fields -> new User(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .filter(user -> user.uid() > 0 && user.gid() > 0).findFirst().map(Confinement::new)
                    .orElseThrow(() -> new Unsafe("The service runs as root, and there is no user " + name + " without rights to run programs as. "
                            + "Set COUNTERSIGN_EXEC_USER, or run the service as another user."));
        } catch (IOException | NumberFormatException e) {
            throw new Unsafe("The users of this machine cannot be read.");
        }
    }

    private static int ownUid() throws Unsafe {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            throw new Unsafe("It cannot be told which user the service runs as.");
        }
    }

    /** The whole command line for a program. */
    List<String> around(String file, List<String> arguments, long seconds, long memoryMiB) throws Unsafe {
        List<String> line = new ArrayList<>(List.of(tool("setsid"), tool("prlimit"), "--core=0", "--nofile=1024", "--fsize=" + 256 * MIB,
                "--as=" + memoryMiB * MIB, "--cpu=" + (seconds + 1), "--nproc=" + (user == null ? 4_096 : 512), tool("setpriv"), "--no-new-privs"));
        if (user != null) {
            line.addAll(List.of("--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"));
        }
        line.add("--");
        line.add(file);
        line.addAll(arguments);
        return List.copyOf(line);
    }

    /** Gives an empty folder to whoever runs in it. */
    void hand(Path folder) throws IOException {
        if (user != null) {
            Files.setAttribute(folder, "unix:gid", user.gid());
            Files.setAttribute(folder, "unix:uid", user.uid());
        }
    }

    private static String tool(String name) throws Unsafe {
        return found(name).orElseThrow(() -> new Unsafe("The tool " + name + " is missing."));
    }

    private static Optional<String> found(String name) {
        return FOLDERS.stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable).map(Path::toString).findFirst();
    }
}

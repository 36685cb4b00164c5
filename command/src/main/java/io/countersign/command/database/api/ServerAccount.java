package io.countersign.command.database.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The account the server runs under. PostgreSQL refuses to run as root; when we are root it runs in a user namespace of its
 * own, or, where that is forbidden or the folder already belongs to somebody, under an unprivileged account.
 *
 * @param prefix the words put before a program of the server
 * @param user   the user id that must own the server's files
 * @param group  their group id
 */
record ServerAccount(List<String> prefix, int user, int group) {

    private static final List<String> CANDIDATES = List.of("postgres", "nobody");

    static int currentUser() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** Chooses the account for the server of this folder. */
    static ServerAccount of(Path home) throws IOException {
        int user = currentUser();
        if (user != 0) {
            return new ServerAccount(List.of(), user, (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
        }
        int owner = (int) Files.getAttribute(home, "unix:uid");
        if (owner != 0) {
            return unprivileged(owner, (int) Files.getAttribute(home, "unix:gid"));
        }
        if (succeeds("unshare", "--user", "true")) {
            return new ServerAccount(List.of("unshare", "--user"), 0, (int) Files.getAttribute(home, "unix:gid"));
        }
        for (String name : CANDIDATES) {
            Optional<String[]> entry = passwordEntry(name);
            if (entry.isPresent()) {
                return unprivileged(Integer.parseInt(entry.get()[2]), Integer.parseInt(entry.get()[3]));
            }
        }
        throw new DatabaseStartException("The embedded database cannot run as root here.",
                "Start Countersign as another user, or set COUNTERSIGN_DB_URL to a server of your own.");
    }

    /** The command line that runs a program of the server under this account. */
    List<String> command(List<String> program) {
        return Stream.concat(prefix.stream(), program.stream()).toList();
    }

    /** The same, away from our terminal: what the terminal interrupts is the service, which then stops the server itself. */
    List<String> detachedCommand(List<String> program) {
        List<String> command = new ArrayList<>();
        if (succeeds("setsid", "true")) {
            command.add("setsid");
        }
        command.addAll(command(program));
        return command;
    }

    /** Lets another account pass through the data folder, whose files keep their own permissions, into its own folder. */
    void reach(Path home) throws IOException {
        if (user != currentUser()) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(home.getParent());
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(home.getParent(), permissions);
            }
        }
    }

    /** Gives a folder, and all below it, to the account. */
    void ownTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                own(file);
            }
        }
    }

    /** Gives one file to the account. */
    void own(Path file) throws IOException {
        if (!prefix.isEmpty() && !Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user)) {
            Files.setAttribute(file, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static ServerAccount unprivileged(int user, int group) {
        return new ServerAccount(List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups"), user, group);
    }

    private static Optional<String[]> passwordEntry(String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.filter(line -> line.startsWith(name + ":")).map(line -> line.split(":")).findFirst();
        }
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

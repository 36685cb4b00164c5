package io.countersign.executors.workspace;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.executors.KeptForUndo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Where the folders of agents and the journal of their changes lie: {@code files} in the data folder, closed to other users of the machine.
 * Nodes that share work must share it.
 */
public final class Workspaces implements KeptForUndo {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private final Path root;
    private final Map<Path, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** In this data folder. Nothing is made before it is needed. */
    public Workspaces(Path dataFolder) {
        root = dataFolder.toAbsolutePath().normalize().resolve("files");
    }

    /** The folder of the one who asked, made when it is missing. */
    public Path of(Attempt attempt) throws IOException {
        return made(root.resolve("workspaces").resolve(plain(attempt.workspace())).resolve(plain(attempt.requesterId())));
    }

    /** The folder of somebody; empty while nothing was ever done in it. */
    public Optional<Path> existing(String workspace, String requesterId) throws IOException {
        return Optional.of(root.resolve("workspaces").resolve(plain(workspace)).resolve(plain(requesterId))).filter(Files::isDirectory);
    }

    /** Where the change of this action is journalled, made when it is missing; on the same disk as the agents' folders. */
    public Path journal(Attempt attempt) throws IOException {
        return made(root.resolve("journal").resolve(plain(attempt.actionId())));
    }

    @Override
    public void forget(String actionId) throws IOException {
        Path journal = root.resolve("journal").resolve(plain(actionId));
        if (Files.isDirectory(journal, LinkOption.NOFOLLOW_LINKS)) {
            try (Folder folder = Folder.of(journal)) {
                folder.clear();
            }
            Files.delete(journal);
        }
    }

    /** An empty folder for this action alone; whoever asks for it clears it away. */
    public Path scratch(Attempt attempt) throws IOException {
        return Files.createTempDirectory(made(root.resolve("scratch")), plain(attempt.actionId()) + "-");
    }

    /** One change at a time in each folder. */
    public ReentrantLock lock(Path folder) {
        return locks.computeIfAbsent(folder, path -> new ReentrantLock());
    }

    private static Path made(Path folder) throws IOException {
        return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static String plain(String name) throws NotPossible {
        if (!PLAIN.matcher(name).matches()) {
            throw new NotPossible("path_refused", "This workspace or requester has no name that could be that of a folder.");
        }
        return name;
    }
}

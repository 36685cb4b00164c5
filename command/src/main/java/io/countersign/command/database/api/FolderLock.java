package io.countersign.command.database.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One service to a folder. The operating system drops the lock with the process, however it ends. */
final class FolderLock implements AutoCloseable {

    /** Closing any channel of a locked file drops the lock of the whole process, so a second one must never be opened here. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path home;
    private final FileChannel channel;

    private FolderLock(Path home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    /**
     * @throws DatabaseStartException if another service, in this process or another, holds the folder
     */
    static FolderLock take(Path home) throws IOException {
        if (!HELD.add(home)) {
            throw heldBy(home, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                ByteBuffer holder = ByteBuffer.allocate(32);
                channel.read(holder, 0);
                throw heldBy(home, StandardCharsets.US_ASCII.decode(holder.flip()).toString().strip());
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(Long.toString(ProcessHandle.current().pid())), 0);
            return new FolderLock(home, channel);
        } catch (IOException | RuntimeException e) {
            HELD.remove(home);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    private static DatabaseStartException heldBy(Path home, String pid) {
        return new DatabaseStartException("Another Countersign (process %s) already uses the database folder %s.".formatted(pid, home),
                "Stop it, or give this one its own COUNTERSIGN_DATA_DIR.");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(home);
        }
    }
}

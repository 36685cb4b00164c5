package io.countersign.executors.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The name of this node: the same after every restart, so that what it held before it died can be given back at once. */
final class NodeId {

    private NodeId() {}

    /**
     * @param configured {@code countersign.node-id}; null or blank to use the file {@code node-id} in the data folder
     * @param fresh makes a name for a node that has none
     */
    static String of(@Nullable String configured, Path dataFolder, Supplier<String> fresh) {
        if (configured != null && !configured.isBlank()) {
            return configured.strip();
        }
        Path file = dataFolder.resolve("node-id");
        try {
            if (Files.isRegularFile(file)) {
                String known = Files.readString(file).strip();
                if (!known.isEmpty()) {
                    return known;
                }
            }
            Files.createDirectories(dataFolder);
            String name = fresh.get();
            Files.writeString(file, name + "\n");
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException("The name of this node cannot be read or kept in " + file, e);
        }
    }
}

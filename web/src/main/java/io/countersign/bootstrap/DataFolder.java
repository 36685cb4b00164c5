package io.countersign.bootstrap;

import io.countersign.command.sealing.api.MasterKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/** Small files that belong to this node alone. */
final class DataFolder {

    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DataFolder() {}

    /** The name of this node: made once, then always the same. */
    static String nodeId(Path folder) {
        return once(folder.resolve("node-id"), () -> HexFormat.of().formatHex(random(8)));
    }

    /** The master key of a demo: made once. */
    static MasterKey masterKey(Path folder) {
        String text = once(folder.resolve("master.key"), () -> Base64.getEncoder().encodeToString(random(32)));
        try {
            return new MasterKey(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException damaged) {
            throw new InvalidSettings(List.of(folder.resolve("master.key") + " is damaged. Put back the copy from your backup."));
        }
    }

    /** Writes a file that only the service may read, whole or not at all. */
    static void replace(Path file, byte[] content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + ".", ".tmp", OWNER_ONLY);
            Files.write(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw unwritable(file, failed);
        }
    }

    private static String once(Path file, Supplier<String> made) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (!Files.exists(file)) {
                Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName() + ".", ".tmp", OWNER_ONLY);
                try {
                    Files.writeString(draft, made.get() + "\n");
                    Files.createLink(file, draft); // fails when another process was first
                } catch (FileAlreadyExistsException second) {
                    return Files.readString(file).strip();
                } finally {
                    Files.delete(draft);
                }
            }
            return Files.readString(file).strip();
        } catch (IOException failed) {
            throw unwritable(file, failed);
        }
    }

    private static RuntimeException unwritable(Path file, IOException failed) {
        return new InvalidSettings(List.of("The file " + file.toAbsolutePath() + " cannot be written (" + failed.getClass().getSimpleName()
                + "). Set COUNTERSIGN_DATA_DIR to a folder that the service may write."));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}

package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.ArchiveFile.Archived;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The folder of archives. A file has its name from its content and is there whole or not at all. */
final class Archives {

    private static final Pattern NAME = Pattern.compile("archive-[0-9a-f]{16}\\.jsonl");

    private final Path folder;

    Archives(Path folder) {
        this.folder = folder;
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(new Hashing().plain(content));
    }

    /** Writes one, to last; answers its name. */
    String write(byte[] content) {
        String name = "archive-" + sha256(content).substring(0, 16) + ".jsonl";
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(folder, name, ".part");
            try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            }
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder)) {
                directory.force(true);
            }
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException("The archive cannot be written to " + folder, e);
        }
    }

    /** The file of this name; empty when it is not here. */
    Optional<Path> find(String name) {
        return NAME.matcher(name).matches() ? Optional.of(folder.resolve(name)).filter(Files::isRegularFile) : Optional.empty();
    }

    /**
     * The events of an action as they were before they became stubs, by index. Empty when the file is not here.
     *
     * @throws IllegalArgumentException when it was altered
     */
    Optional<Map<Long, RawLog.Row>> whole(String name, String actionId) {
        return find(name).map(file -> {
            Map<Long, RawLog.Row> rows = new HashMap<>();
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                ArchiveFile archive = ArchiveFile.of(lines.readLine(), null);
                for (Archived event = archive.next(lines).orElse(null); event != null; event = archive.next(lines).orElse(null)) {
                    if (event.row().aggregateId().equals(actionId)) {
                        rows.put(event.row().index(), event.row());
                    }
                }
                return rows;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * What is wrong with a file that is here; empty when it is the one the log speaks of.
     *
     * @param archive what the log says of it
     */
    Optional<LogCheck.Fault> check(String name, StubCheck.Archive archive) {
        return find(name).flatMap(file -> {
            try {
                if (sha256(Files.readAllBytes(file)).equals(archive.sha256())) {
                    return Optional.empty();
                }
                long bad = firstBad(file, archive.first());
                return Optional.of(new LogCheck.Fault(bad, bad + 1, "The archive %s is not the one that was written.".formatted(name)));
            } catch (IOException e) {
                return Optional.of(new LogCheck.Fault(archive.first(), archive.first() + 1, "The archive %s cannot be read.".formatted(name)));
            }
        });
    }

    /** Index of the event after the last one that is right; where all are, of the first. */
    private static long firstBad(Path file, long first) throws IOException {
        long good = first;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            ArchiveFile archive = ArchiveFile.of(lines.readLine(), null);
            for (Archived event = archive.next(lines).orElse(null); event != null; event = archive.next(lines).orElse(null)) {
                good = event.row().index() + 1;
            }
            return first;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return good;
        }
    }
}

package io.countersign.query.proof;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder with one file a day, one line a checkpoint: a JSON string that holds the note. Files are only appended to. It proves the more, the
 * less whoever runs the database can write there.
 */
final class FolderAnchor implements Anchor {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;

    FolderAnchor(Path folder) {
        this.folder = folder;
    }

    @Override
    public String kind() {
        return "folder";
    }

    @Override
    public synchronized void write(List<Signed> signed) throws IOException {
        Files.createDirectories(folder);
        String day = LocalDate.ofInstant(signed.getFirst().checkpoint().time(), ZoneOffset.UTC).toString();
        StringBuilder lines = new StringBuilder();
        signed.forEach(it -> lines.append(JSON.writeValueAsString(it.note().encode())).append('\n'));
        try (FileChannel channel = FileChannel.open(folder.resolve("checkpoints-" + day + ".jsonl"), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    @Override
    public List<String> read() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> notes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(it -> it.getFileName().toString().matches("checkpoints-[0-9-]+\\.jsonl")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    notes.add(note(line));
                }
            }
        }
        return notes;
    }

    private static String note(String line) {
        try {
            return JSON.readValue(line, String.class);
        } catch (JacksonException e) {
            return line;
        }
    }
}

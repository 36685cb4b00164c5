package io.countersign.query.proof;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is signed about the first {@code size} events: the text of a C2SP checkpoint, with lines of our own after the root.
 *
 * @param previousSize size of the checkpoint before; 0 for none
 * @param previousRoot its root; null for none
 * @param heads the last leaf of each workspace, by {@link #pseudonym}
 */
record Checkpoint(String origin, long size, byte[] root, Instant time, long previousSize, byte @Nullable [] previousRoot,
        Map<String, Head> heads) {

    /** How many events a workspace has, and the hash of the last one's leaf. */
    record Head(long count, byte[] leaf) {}

    /** What stands for a workspace in a checkpoint, so that one can be shown to somebody of another. */
    static String pseudonym(String workspace) {
        return Base64.getEncoder().encodeToString(new Hashing().plain(workspace.getBytes(StandardCharsets.UTF_8)));
    }

    String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        StringBuilder text = new StringBuilder().append(origin).append('\n').append(size).append('\n').append(base64.encodeToString(root))
                .append("\ntime ").append(time).append('\n');
        if (previousRoot != null) {
            text.append("previous ").append(previousSize).append(' ').append(base64.encodeToString(previousRoot)).append('\n');
        }
        new TreeMap<>(heads).forEach((workspace, head) -> text.append("workspace ").append(workspace).append(' ').append(head.count())
                .append(' ').append(base64.encodeToString(head.leaf())).append('\n'));
        return text.toString();
    }

    /** @throws IllegalArgumentException when it is not a checkpoint, or not written as we write it */
    static Checkpoint parse(String text) {
        try {
            String[] lines = text.split("\n", -1);
            Base64.Decoder base64 = Base64.getDecoder();
            Instant time = null;
            long previousSize = 0;
            byte[] previousRoot = null;
            Map<String, Head> heads = new TreeMap<>();
            for (int i = 3; i < lines.length - 1; i++) {
                String[] words = lines[i].split(" ");
                switch (words[0]) {
                    case "time" -> time = Instant.parse(words[1]);
                    case "previous" -> {
                        previousSize = Long.parseLong(words[1]);
                        previousRoot = base64.decode(words[2]);
                    }
                    case "workspace" -> heads.put(words[1], new Head(Long.parseLong(words[2]), base64.decode(words[3])));
                    default -> throw new IllegalArgumentException("A checkpoint says nothing about " + words[0]);
                }
            }
            if (time == null) {
                throw new IllegalArgumentException("A checkpoint without its time");
            }
            Checkpoint checkpoint = new Checkpoint(lines[0], Long.parseLong(lines[1]), base64.decode(lines[2]), time, previousSize,
                    previousRoot, heads);
            if (!checkpoint.text().equals(text)) {
                throw new IllegalArgumentException("A checkpoint that is not written as checkpoints are");
            }
            return checkpoint;
        } catch (ArrayIndexOutOfBoundsException | java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException("Not a checkpoint", e);
        }
    }
}

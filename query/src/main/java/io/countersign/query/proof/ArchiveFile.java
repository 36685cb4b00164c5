package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.api.Proofs.ProvedEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The lines of an archive: a header with a checkpoint, then each event with its way to the root of that checkpoint. */
final class ArchiveFile {

    static final String FORM = "countersign-archive/1";

    private final Header header;
    private final List<VerifierKey> trusted;
    private final Checkpoint checkpoint;
    private final Hashing hashing = new Hashing();
    private long last = -1;
    private long read;

    /** What stands in the first line. {@code events} is how many follow. */
    record Header(String origin, String workspace, long events, List<VerifierKey> keys, String checkpoint) {

        String line() {
            Map<String, Object> header = new LinkedHashMap<>();
            header.put("format", FORM);
            header.put("origin", origin);
            header.put("workspace", workspace);
            header.put("events", events);
            header.put("keys", keys.stream().map(VerifierKey::encode).toList());
            header.put("checkpoint", checkpoint);
            return Bundle.JSON.writeValueAsString(header);
        }
    }

    /** An event that stands in it, and the hash of its leaf. */
    record Archived(RawLog.Row row, byte[] leaf) {}

    private ArchiveFile(Header header, List<VerifierKey> trusted, Checkpoint checkpoint) {
        this.header = header;
        this.trusted = trusted;
        this.checkpoint = checkpoint;
    }

    static boolean isHeader(String line) {
        return line.startsWith("{\"format\":\"" + FORM + "\"");
    }

    static String line(ProvedEntry event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("index", event.index());
        line.put("number", event.number());
        line.put("previous", event.previous());
        line.put("event", event.event());
        line.put("path", event.path());
        return Bundle.JSON.writeValueAsString(line);
    }

    /**
     * Begins to read one.
     *
     * @param key the one key to trust; null to trust those in it
     * @throws IllegalArgumentException when its first line is not as it was written, or not signed by a key that is trusted
     */
    static ArchiveFile of(@Nullable String line, @Nullable VerifierKey key) {
        try {
            return read(line, key);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("Not the header of an archive", e);
        }
    }

    private static ArchiveFile read(@Nullable String line, @Nullable VerifierKey key) {
        JsonNode node = BundleCheck.exact(line);
        List<VerifierKey> keys = StreamSupport.stream(node.path("keys").spliterator(), false).map(it -> VerifierKey.decode(it.asString()))
                .toList();
        Header header = new Header(node.path("origin").asString(), node.path("workspace").asString(), node.path("events").asLong(), keys,
                node.path("checkpoint").asString());
        Note note = Note.decode(header.checkpoint());
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        List<VerifierKey> trusted = key == null ? keys : List.of(key);
        if (!header.line().equals(line) || !note.isSignedBy(trusted) || !checkpoint.origin().equals(header.origin())
                || keys.stream().anyMatch(own -> !own.name().equals(header.origin()))) {
            throw new IllegalArgumentException("Not the header of an archive");
        }
        return new ArchiveFile(header, trusted, checkpoint);
    }

    /**
     * Reads the next event; empty at the end.
     *
     * @throws IllegalArgumentException when its line is not as it was written, or the event is not in the log
     */
    Optional<Archived> next(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        if (line == null) {
            if (read != header.events()) {
                throw new IllegalArgumentException("The archive has %d events and should have %d".formatted(read, header.events()));
            }
            return Optional.empty();
        }
        try {
            JsonNode node = Bundle.JSON.readTree(line);
            long index = node.path("index").asLong(-1);
            RawLog.Row row = BundleCheck.row(index, node.path("event"));
            byte[] previous = Base64.getDecoder().decode(node.path("previous").asString());
            List<byte[]> path = StreamSupport.stream(node.path("path").spliterator(), false)
                    .map(hash -> Base64.getDecoder().decode(hash.asString())).toList();
            String again = line(new ProvedEntry(index, node.path("number").asLong(-1), Bundle.base64(previous), Bundle.columns(row),
                    path.stream().map(Bundle::base64).toList()));
            byte[] leaf = Prover.leaf(hashing, Entry.workspace(row.metadata()), node.path("number").asLong(-1), previous, row);
            if (index <= last || !again.equals(line) || !Entry.workspace(row.metadata()).equals(header.workspace())
                    || !MerkleTree.includes(leaf, index, checkpoint.size(), path, checkpoint.root())) {
                throw new IllegalArgumentException("Event " + index + " is not one of the log");
            }
            last = index;
            read++;
            return Optional.of(new Archived(row, leaf));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("A line that is not written as lines are", e);
        }
    }

    Header header() {
        return header;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    /** How many events were found to be of the log. */
    long read() {
        return read;
    }

    /** Index of the last of them; -1 for none. */
    long last() {
        return last;
    }

    /** Whether a checkpoint from elsewhere is signed by a trusted key and does not speak against this archive: it is of the same log. */
    boolean agreesWith(String note) {
        Note decoded = Note.decode(note);
        Checkpoint other = Checkpoint.parse(decoded.text());
        return decoded.isSignedBy(trusted) && other.origin().equals(checkpoint.origin())
                && (other.size() != checkpoint.size() || Arrays.equals(other.root(), checkpoint.root()));
    }
}

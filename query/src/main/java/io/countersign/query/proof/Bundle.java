package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.Chains.Leaf;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The lines of a bundle: a header, then for each event of the log a line, and a line for each checkpoint where it was signed. */
final class Bundle {

    static final String FORM = "countersign-bundle/1";

    static final JsonMapper JSON = JsonMapper.builder().build();

    private Bundle() {}

    static String header(String origin, String workspace, long size, List<VerifierKey> keys) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("format", FORM);
        header.put("origin", origin);
        header.put("workspace", workspace);
        header.put("size", size);
        header.put("keys", keys.stream().map(VerifierKey::encode).toList());
        return JSON.writeValueAsString(header);
    }

    static String own(Leaf leaf, RawLog.Row row) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("index", leaf.index());
        line.put("leaf", base64(leaf.hash()));
        line.put("event", columns(row));
        return JSON.writeValueAsString(line);
    }

    static String stub(Leaf leaf, RawLog.Row row) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("index", leaf.index());
        line.put("leaf", base64(leaf.hash()));
        line.put("stub", columns(row));
        return JSON.writeValueAsString(line);
    }

    static String foreign(Leaf leaf) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("index", leaf.index());
        line.put("leaf", base64(leaf.hash()));
        return JSON.writeValueAsString(line);
    }

    static String checkpoint(Note note) {
        return JSON.writeValueAsString(Map.of("checkpoint", note.encode()));
    }

    /** The columns of an event after its index, in the order of the entry. */
    static List<@Nullable String> columns(RawLog.Row row) {
        return Arrays.asList(row.eventId(), row.aggregateType(), row.aggregateId(), Long.toString(row.sequence()), row.time(), row.name(),
                row.revision(), row.payload(), row.metadata());
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

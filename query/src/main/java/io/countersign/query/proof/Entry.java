package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The bytes that a leaf is the hash of. The form is laid down in {@code docs/proof-format.md} and never changes. */
final class Entry {

    private static final String FORM = "countersign.event/1";
    private static final JsonFactory JSON = new JsonFactory();

    private Entry() {}

    /**
     * The bytes of one event at its place.
     *
     * @param number how many events of the workspace came before
     * @param previous hash of the leaf before it in its workspace; empty for the first
     */
    static byte[] of(RawLog.Row row, String workspace, long number, byte[] previous) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream(512 + row.payload().length() + row.metadata().length());
        text(entry, FORM);
        text(entry, workspace);
        text(entry, Long.toString(number));
        bytes(entry, previous);
        text(entry, Long.toString(row.index()));
        text(entry, row.eventId());
        text(entry, row.aggregateType());
        text(entry, row.aggregateId());
        text(entry, Long.toString(row.sequence()));
        text(entry, row.time());
        text(entry, row.name());
        text(entry, row.revision());
        text(entry, row.payload());
        text(entry, row.metadata());
        return entry.toByteArray();
    }

    private static void text(ByteArrayOutputStream entry, @Nullable String text) {
        if (text == null) {
            length(entry, -1);
        } else {
            bytes(entry, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void bytes(ByteArrayOutputStream entry, byte[] bytes) {
        length(entry, bytes.length);
        entry.writeBytes(bytes);
    }

    private static void length(ByteArrayOutputStream entry, int length) {
        entry.write(length >>> 24);
        entry.write(length >>> 16);
        entry.write(length >>> 8);
        entry.write(length);
    }

    /** The workspace that the metadata name; empty when they name none, or are no JSON object. */
    static String workspace(String metadata) {
        String workspace = "";
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), metadata)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return "";
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean named = json.currentName().equals("workspace");
                JsonToken value = json.nextToken();
                if (named) {
                    workspace = value == JsonToken.VALUE_STRING ? json.getString() : "";
                }
                json.skipChildren();
            }
            return workspace;
        } catch (JacksonException e) {
            return ""; // the bytes are hashed all the same
        }
    }
}

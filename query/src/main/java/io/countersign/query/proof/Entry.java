package io.countersign.query.proof;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The bytes that a leaf is the hash of. The form is laid down in {@code docs/proof-format.md} and never changes. */
final class Entry {

    private static final String FORM = "countersign.event/1";
    private static final byte BYTE_ORDER_MARK = (byte) 0xEF; // its first byte; no JSON text of ours begins with one
    private static final JsonFactory JSON = new JsonFactory();

    private Entry() {}

    /**
     * How the bytes of an event begin: with its place among the events of its workspace.
     *
     * @param number how many events of the workspace came before
     * @param previous hash of the leaf before it in its workspace; empty for the first
     */
    static byte[] place(String workspace, long number, byte[] previous) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream(128);
        text(entry, FORM);
        text(entry, workspace);
        text(entry, Long.toString(number));
        bytes(entry, previous);
        return entry.toByteArray();
    }

    private static void text(ByteArrayOutputStream entry, String text) {
        bytes(entry, text.getBytes(StandardCharsets.UTF_8));
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
        byte[] json = metadata.getBytes(StandardCharsets.UTF_8);
        return workspace(json, 0);
    }

    /** The same of metadata that begin at a place and end with the array. */
    static String workspace(byte[] json, int start) {
        if (start == json.length || json[start] == BYTE_ORDER_MARK) {
            return "";
        }
        String workspace = "";
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json, start, json.length - start)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "";
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean named = parser.currentName().equals("workspace");
                JsonToken value = parser.nextToken();
                if (named) {
                    workspace = value == JsonToken.VALUE_STRING ? parser.getString() : "";
                }
                parser.skipChildren();
            }
            return workspace;
        } catch (JacksonException e) {
            return ""; // the bytes are hashed all the same
        }
    }
}

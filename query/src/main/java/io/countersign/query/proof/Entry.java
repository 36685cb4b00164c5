package io.countersign.query.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The bytes that a leaf is the hash of. The form is laid down in {@code docs/proof-format.md} and never changes. */
final class Entry {

    private static final byte[] FORM = "countersign.event/1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WORKSPACE = "workspace".getBytes(StandardCharsets.US_ASCII);
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
        byte[] named = workspace.getBytes(StandardCharsets.UTF_8);
        byte[] digits = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 * Integer.BYTES + FORM.length + named.length + digits.length + previous.length)
                .putInt(FORM.length).put(FORM).putInt(named.length).put(named).putInt(digits.length).put(digits)
                .putInt(previous.length).put(previous).array();
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
        String plain = plainWorkspace(json, start);
        if (plain != null) {
            return plain;
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
            return parser.nextToken() == null ? workspace : "";
        } catch (JacksonException e) {
            return ""; // the bytes are hashed all the same
        }
    }

    /**
     * The same of metadata as nearly all are: one object of texts in plain letters, nothing escaped, no space between. Null for any others. A check
     * looks at those of every event, and the way of the whole language costs as much as the hash.
     */
    private static @Nullable String plainWorkspace(byte[] json, int start) {
        String workspace = "";
        if (json[start] != '{') {
            return null;
        }
        for (int at = start + 1;;) {
            int name = at + 1;
            int nameEnd = textEnd(json, at);
            if (nameEnd < 0 || nameEnd + 1 >= json.length || json[nameEnd + 1] != ':') {
                return null;
            }
            int value = nameEnd + 3;
            int valueEnd = textEnd(json, nameEnd + 2);
            if (valueEnd < 0 || valueEnd + 1 >= json.length) {
                return null;
            }
            if (Arrays.equals(json, name, nameEnd, WORKSPACE, 0, WORKSPACE.length)) {
                workspace = new String(json, value, valueEnd - value, StandardCharsets.US_ASCII);
            }
            byte next = json[valueEnd + 1];
            if (next == '}') {
                return valueEnd + 2 == json.length ? workspace : null;
            }
            if (next != ',') {
                return null;
            }
            at = valueEnd + 2;
        }
    }

    /** Where a text in plain letters that begins here ends, at its second quotation mark; -1 when none begins, or it is not plain. */
    private static int textEnd(byte[] json, int at) {
        if (at >= json.length || json[at] != '"') {
            return -1;
        }
        for (int i = at + 1; i < json.length; i++) {
            byte letter = json[i];
            if (letter == '"') {
                return i;
            }
            if (letter < ' ' || letter == '\\') { // of letters beyond ASCII every byte is negative
                return -1;
            }
        }
        return -1;
    }
}

package io.countersign.command.store.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What stays of an event in the database when the whole of it stands in an archive: every column as it was, but sealed boxes are empty. */
public final class Stub {

    // A quotation mark inside a text is escaped, so that what looks like this is never part of one.
    private static final Pattern BOX =
            Pattern.compile("(\\{\"key\":\"(?:[^\"\\\\]|\\\\.)*+\",\"box\":\")[A-Za-z0-9+/=]++(\"\\})");
    private static final String EMPTY = "\",\"box\":\"\"}";

    private Stub() {}

    /** The payload of the stub of an event; the same one when nothing is sealed in it. */
    public static String payload(String payload) {
        return BOX.matcher(payload).replaceAll("$1$2");
    }

    /** Whether a payload may be that of a stub: one of its boxes is empty. */
    public static boolean isLikely(String payload) {
        return payload.contains(EMPTY);
    }

    /** A digest to add stubs to, in the order of the log. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Adds the columns of a stub. */
    public static void add(MessageDigest digest, RawLog.Packed stub) {
        digest.update(stub.bytes(), stub.start(), stub.bytes().length - stub.start());
    }

    /** Hex SHA-256 over the columns of those of an action's events that have a stub: of the stubs, in the order of the log. */
    public static String digest(Collection<RawLog.Row> whole) {
        MessageDigest digest = digest();
        for (RawLog.Row row : whole) {
            String payload = payload(row.payload());
            if (!payload.equals(row.payload())) {
                add(digest, row.withPayload(payload).packed());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}

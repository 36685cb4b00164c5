package io.countersign.query.proof;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * A text and who signed it, in the form of C2SP signed notes.
 *
 * @param text ends with a line feed; what the signatures are over
 */
record Note(String text, List<Signed> signatures) {

    private static final String DASH = "\u2014 ";

    /** One signature. {@code keyId} as {@link VerifierKey#id()}. */
    record Signed(String name, String keyId, byte[] signature) {

        private String line() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(HexFormat.of().parseHex(keyId));
            bytes.writeBytes(signature);
            return DASH + name + " " + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\n";
        }
    }

    String encode() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signed -> note.append(signed.line()));
        return note.toString();
    }

    /** @throws IllegalArgumentException when it is not a note, or not written as we write it */
    static Note decode(String encoded) {
        int end = encoded.lastIndexOf("\n\n");
        if (end < 0 || !encoded.endsWith("\n")) {
            throw new IllegalArgumentException("Not a signed note");
        }
        List<Signed> signatures = new ArrayList<>();
        for (String line : encoded.substring(end + 2).split("\n")) {
            String[] parts = line.split(" ", 3);
            if (parts.length != 3 || !line.startsWith(DASH)) {
                throw new IllegalArgumentException("Not a signature line");
            }
            byte[] bytes = Base64.getDecoder().decode(parts[2]);
            if (bytes.length != 68) {
                throw new IllegalArgumentException("Not an Ed25519 signature");
            }
            signatures.add(new Signed(parts[1], HexFormat.of().formatHex(bytes, 0, 4), Arrays.copyOfRange(bytes, 4, bytes.length)));
        }
        Note note = new Note(encoded.substring(0, end + 1), List.copyOf(signatures));
        if (!note.encode().equals(encoded)) {
            throw new IllegalArgumentException("A note that is not written as notes are");
        }
        return note;
    }

    /** True when at least one of these keys signed it, and none of them that claims to have signed did not. */
    boolean isSignedBy(Collection<VerifierKey> keys) {
        boolean signed = false;
        for (Signed signature : signatures) {
            for (VerifierKey key : keys) {
                if (key.id().equals(signature.keyId()) && key.name().equals(signature.name())) {
                    if (!key.verifies(text, signature.signature())) {
                        return false;
                    }
                    signed = true;
                }
            }
        }
        return signed;
    }
}

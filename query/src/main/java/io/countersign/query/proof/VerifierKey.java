package io.countersign.query.proof;

import com.google.crypto.tink.subtle.Ed25519Verify;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public half of a signing key, in the form of C2SP signed notes.
 *
 * @param name the origin of the log
 * @param publicKey 32 bytes of Ed25519
 */
record VerifierKey(String name, byte[] publicKey) {

    private static final byte ED25519 = 1;

    /** Eight hex digits that stand for name and key. */
    String id() {
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        named.writeBytes((name + "\n").getBytes(StandardCharsets.UTF_8));
        named.write(ED25519);
        named.writeBytes(publicKey);
        return HexFormat.of().formatHex(new Hashing().plain(named.toByteArray()), 0, 4);
    }

    /** The key as one line of text. */
    String encode() {
        byte[] typed = new byte[publicKey.length + 1];
        typed[0] = ED25519;
        System.arraycopy(publicKey, 0, typed, 1, publicKey.length);
        return name + "+" + id() + "+" + Base64.getEncoder().encodeToString(typed);
    }

    /** @throws IllegalArgumentException when it is not a key, or not written as we write it */
    static VerifierKey decode(String line) {
        String[] parts = line.split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("Not a verifier key");
        }
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != 33 || typed[0] != ED25519) {
            throw new IllegalArgumentException("Not an Ed25519 key");
        }
        VerifierKey key = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.encode().equals(line)) {
            throw new IllegalArgumentException("A verifier key that does not fit its own id");
        }
        return key;
    }

    /** By code that takes a quarter of the time of the platform's own. */
    boolean verifies(String text, byte[] signature) {
        try {
            new Ed25519Verify(publicKey).verify(signature, text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // not a point of the curve, or not a signature at all
        }
    }
}

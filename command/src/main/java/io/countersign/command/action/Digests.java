package io.countersign.command.action;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;

/** Digests over exact bytes. */
final class Digests {

    private Digests() {}

    static String sha256(String text) {
        return HexFormat.of().formatHex(digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The digest that stands in clear: salted, so that a short text cannot be guessed from it. */
    static String salted(String saltBase64, String text) {
        MessageDigest sha256 = sha256();
        sha256.update(Base64.getDecoder().decode(saltBase64));
        return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The one id that a workspace, a requester and an idempotency key lead to: a UUIDv8. */
    static String actionId(String workspace, String requesterId, String idempotencyKey) {
        byte[] hash = digest((workspace + '\0' + requesterId + '\0' + idempotencyKey).getBytes(StandardCharsets.UTF_8));
        java.nio.ByteBuffer bits = java.nio.ByteBuffer.wrap(hash);
        long high = bits.getLong() & ~0xF000L | 0x8000L;
        long low = bits.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    private static byte[] digest(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

package io.countersign.executors.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signatures of webhooks. */
final class Signature {

    private static final String PREFIX = "whsec_";

    private Signature() {}

    /** {@code sha256=} and the HMAC-SHA256 of the body in hex. */
    static String hex(String secret, String body) {
        return "sha256=" + HexFormat.of().formatHex(mac(key(secret), body));
    }

    /** As Standard Webhooks has it: {@code v1,} and the HMAC-SHA256 of id, time and body in Base64. */
    static String standard(String secret, String id, String time, String body) {
        return "v1," + Base64.getEncoder().encodeToString(mac(key(secret), id + "." + time + "." + body));
    }

    /** A secret that begins with {@code whsec_} is Base64; any other is the key itself. */
    private static byte[] key(String secret) {
        try {
            return secret.startsWith(PREFIX) ? Base64.getDecoder().decode(secret.substring(PREFIX.length())) : secret.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return secret.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not available", e);
        }
    }
}

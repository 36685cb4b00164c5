package io.countersign.web.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.springframework.stereotype.Component;

/**
 * Keys of agents: {@code csk_<id>_<secret><crc>}. The id is public, the secret has 256 random bits, the checksum lets a mistyped or
 * made-up key be refused before anything is looked up. Only the hash of the secret is ever stored.
 *
 * <p>An operator may also choose a key, 32 to 200 letters, digits and {@code .~+/=-}: it is all secret, and its id follows from it.
 */
@Component
public final class ApiKeys {

    /** What a key looks like, for scanners that search for leaked ones. */
    public static final String PATTERN = "csk_[0-9a-z]{12}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}";

    private static final Pattern SHAPE = Pattern.compile("csk_([0-9a-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})");
    private static final Pattern CHOSEN = Pattern.compile("[0-9A-Za-z.~+/=-]{32,200}");
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String CHOSEN_ID = "own-";
    private static final String ID_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

    private final SecureRandom random = new SecureRandom();

    /**
     * One key in its parts.
     *
     * @param id the public part, shown in lists
     * @param secret the secret part
     */
    public record ApiKey(String id, String secret) {

        /** The whole key, to be shown once. */
        public String text() {
            if (id.startsWith(CHOSEN_ID)) {
                return secret;
            }
            String body = "csk_" + id + "_" + secret;
            return body + checksum(body);
        }

        /** Hex SHA-256 of the secret part: what is stored. */
        public String secretHash() {
            return HexFormat.of().formatHex(sha256(secret));
        }

        /** Compares with a stored hash in constant time. */
        public boolean matches(String storedHash) {
            return MessageDigest.isEqual(secretHash().getBytes(StandardCharsets.US_ASCII), storedHash.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public String toString() {
            return "ApiKey[" + id + "]";
        }
    }

    /** A new key. */
    public ApiKey generate() {
        return new ApiKey(draw(ID_DIGITS, 12), draw(DIGITS, 43));
    }

    /** Takes a key apart. Empty when its shape or its checksum is wrong. */
    public static Optional<ApiKey> parse(String text) {
        if (CHOSEN.matcher(text).matches()) {
            return Optional.of(new ApiKey(CHOSEN_ID + HexFormat.of().formatHex(sha256("id " + text), 0, 8), text));
        }
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ApiKey key = new ApiKey(matcher.group(1), matcher.group(2));
        return key.text().equals(text) ? Optional.of(key) : Optional.empty();
    }

    private String draw(String digits, int length) {
        return random.ints(length, 0, digits.length())
                .collect(StringBuilder::new, (text, digit) -> text.append(digits.charAt(digit)), StringBuilder::append).toString();
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        char[] text = new char[6];
        long rest = crc.getValue();
        for (int i = text.length - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(text);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-256", missing);
        }
    }
}

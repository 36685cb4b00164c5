package io.countersign.web.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes and checks passwords, at most two at once, so that guesses cannot take all processors.
 *
 * <p>A password that was right is remembered for a minute as a keyed hash that includes the stored hash: a changed password is forgotten at once.
 */
@Component
public class Passwords {

    /** Fewest characters of a password. */
    public static final int SHORTEST = 12;
    /** Most bytes of a password: bcrypt reads no further. */
    public static final int LONGEST = 72;

    private static final int STRENGTH = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PasswordEncoder encoder = new DelegatingPasswordEncoder("bcrypt",
            Map.of("bcrypt", new BCryptPasswordEncoder(STRENGTH)));
    private final Semaphore processors = new Semaphore(2, true);
    private final Cache<String, Boolean> verified = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofSeconds(60)).build();
    private final SecretKeySpec processKey;
    private final String nobody;

    /** With a key that only this process knows. */
    Passwords() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.processKey = new SecretKeySpec(key, "HmacSHA256");
        this.nobody = encode(HexFormat.of().formatHex(key));
    }

    /** Thrown when too many passwords are being checked already. */
    static final class Overloaded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overloaded() {
            super("Too many sign-ins at once. Try again in a few seconds.", null, false, false);
        }
    }

    /**
     * An encoded hash for storage.
     *
     * @throws IllegalArgumentException when the password is longer than {@link #LONGEST} bytes
     */
    public String hash(String password) {
        return limited(() -> encode(password));
    }

    /** Checks a password; a null hash takes as long as a wrong password. */
    public boolean matches(String password, @Nullable String storedHash) {
        boolean usable = storedHash != null && password.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
        return limited(() -> encoder.matches(usable ? password : "", usable ? storedHash : nobody)) && usable;
    }

    /** True when the same password was right for the same stored hash within the last minute. */
    boolean remembers(String principalId, String password, @Nullable String storedHash) {
        return storedHash != null && verified.getIfPresent(fingerprint(principalId, storedHash, password)) != null;
    }

    void remember(String principalId, String password, @Nullable String storedHash) {
        if (storedHash != null) {
            verified.put(fingerprint(principalId, storedHash, password), true);
        }
    }

    /** A digest of a stored hash, the same on every node. */
    String mark(String principalId, String storedHash) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest((principalId + ' ' + storedHash).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-256", missing);
        }
    }

    private String encode(String password) {
        return Objects.requireNonNull(encoder.encode(password));
    }

    private <T> T limited(Supplier<T> work) {
        try {
            if (!processors.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Overloaded();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Overloaded();
        }
        try {
            return work.get();
        } finally {
            processors.release();
        }
    }

    private String fingerprint(String... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(processKey);
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                mac.update(bytes);
            }
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", missing);
        }
    }
}

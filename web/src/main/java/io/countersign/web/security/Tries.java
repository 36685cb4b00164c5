package io.countersign.web.security;

import io.countersign.web.limits.Allowances;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Counts wrong passwords on all nodes, of the console and of HTTP Basic together: ten in a quarter of an hour for one account, a hundred from
 * one address. A password that was right within the last minute is not counted, so calls with HTTP Basic go on during an attack.
 */
@Component
class Tries {

    static final int PER_ACCOUNT = 10;
    static final int PER_ADDRESS = 100;
    static final Duration WINDOW = Duration.ofMinutes(15);

    private final Allowances allowances;

    Tries(Allowances allowances) {
        this.allowances = allowances;
    }

    /** Takes a try before the password is looked at, so that tries made at once count too. False when none is left. */
    boolean take(String account, String address) {
        return allowances.take(place(address), PER_ADDRESS, WINDOW) && allowances.take(name(account), PER_ACCOUNT, WINDOW);
    }

    /** Gives back what a right password took. */
    void succeeded(String account, String address) {
        allowances.forget(name(account));
        allowances.giveBack(place(address));
    }

    private static String name(String account) {
        return "account:" + digest(account.strip().toLowerCase(Locale.ROOT));
    }

    private static String place(String address) {
        return "address:" + digest(address);
    }

    /** The table need not tell who signs in from where. */
    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-256", missing);
        }
    }
}

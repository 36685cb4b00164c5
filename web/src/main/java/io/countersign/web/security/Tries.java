package io.countersign.web.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Counts wrong passwords, of the console and of HTTP Basic together: ten in a quarter of an hour for one account, a hundred from one
 * address. A password that was right within the last minute is not counted, so calls with HTTP Basic go on during an attack.
 */
@Component
class Tries {

    static final int PER_ACCOUNT = 10;
    static final int PER_ADDRESS = 100;
    static final Duration WINDOW = Duration.ofMinutes(15);

    private final LoadingCache<String, Bucket> accounts = buckets(PER_ACCOUNT);
    private final LoadingCache<String, Bucket> addresses = buckets(PER_ADDRESS);

    /** Takes a try before the password is looked at, so that tries made at once count too. False when none is left. */
    boolean take(String account, String address) {
        return addresses.get(address).tryConsume(1) && accounts.get(key(account)).tryConsume(1);
    }

    /** Gives back what a right password took. */
    void succeeded(String account, String address) {
        accounts.get(key(account)).reset();
        addresses.get(address).addTokens(1);
    }

    private static String key(String account) {
        String folded = account.strip().toLowerCase(Locale.ROOT);
        return folded.length() <= 320 ? folded : folded.substring(0, 320);
    }

    private static LoadingCache<String, Bucket> buckets(int tries) {
        return Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(WINDOW)
                .build(name -> Bucket.builder().addLimit(Bandwidth.builder().capacity(tries).refillIntervally(tries, WINDOW).build()).build());
    }
}

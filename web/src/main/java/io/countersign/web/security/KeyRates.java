package io.countersign.web.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** How often a key may call. */
@Component
class KeyRates {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int limit;
    private final LoadingCache<String, Bucket> buckets;

    KeyRates(SecuritySettings settings) {
        this.limit = settings.rateLimitPerMinute();
        this.buckets = Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(MINUTE.multipliedBy(2))
                .build(key -> Bucket.builder().addLimit(Bandwidth.builder().capacity(limit).refillGreedy(limit, MINUTE).build()).build());
    }

    /**
     * What one call left.
     *
     * @param retryAfterSeconds 0 when the call may go on
     */
    record Usage(int limit, long remaining, long retryAfterSeconds) {}

    boolean limited() {
        return limit > 0;
    }

    Usage call(String keyId) {
        ConsumptionProbe probe = buckets.get(keyId).tryConsumeAndReturnRemaining(1);
        long seconds = probe.isConsumed() ? 0 : Math.max(1, Duration.ofNanos(probe.getNanosToWaitForRefill()).plusMillis(999).toSeconds());
        return new Usage(limit, probe.getRemainingTokens(), seconds);
    }
}

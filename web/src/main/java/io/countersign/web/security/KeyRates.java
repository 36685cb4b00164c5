package io.countersign.web.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.countersign.web.limits.Allowances;
import io.countersign.web.limits.Allowances.Standing;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * How often a key may call, on all nodes together. A node counts by itself and settles with the database a moment later, so that a call
 * does not wait for it; only a node that is a tenth of the limit ahead of the last settlement settles first. What {@code n} nodes let through in
 * a window is therefore at most the limit and {@code n - 1} tenths of it.
 */
@Component
final class KeyRates implements DisposableBean {

    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration SETTLEMENT = Duration.ofMillis(100);
    private static final Logger LOG = LoggerFactory.getLogger(KeyRates.class);

    private final int limit;
    private final int ahead;
    private final Allowances allowances;
    private final Clock clock;
    private final LoadingCache<String, Count> counts = Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(WINDOW.multipliedBy(2))
            .build(Count::new);
    private final Set<Count> unsettled = ConcurrentHashMap.newKeySet();
    private final ReentrantLock settling = new ReentrantLock();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledExecutorService background = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("key-rates").factory(), new ThreadPoolExecutor.DiscardPolicy());

    KeyRates(SecuritySettings settings, Allowances allowances, Clock clock) {
        this.limit = settings.rateLimitPerMinute();
        this.ahead = Math.max(1, limit / 10);
        this.allowances = allowances;
        this.clock = clock;
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

    /** @throws org.springframework.dao.DataAccessException when this node is too far ahead and cannot settle */
    Usage call(String keyId) {
        Count count = counts.get(keyId);
        Optional<Usage> usage = count.call();
        while (usage.isEmpty()) {
            settle();
            usage = count.call();
        }
        return usage.get();
    }

    /** Tells the database what this node let through, and learns what the others did. */
    void settle() {
        settling.lock();
        try {
            due.set(false);
            Map<String, Count> open = new TreeMap<>();
            Map<String, Integer> uses = new TreeMap<>();
            for (Count count : unsettled) {
                if (open.putIfAbsent(count.subject, count) == null) {
                    unsettled.remove(count);
                    uses.put(count.subject, count.ownUses());
                }
            }
            if (!open.isEmpty()) {
                try {
                    Map<String, Standing> standings = allowances.add(uses, WINDOW);
                    open.forEach((subject, count) -> count.settled(uses.get(subject), standings.get(subject)));
                } catch (RuntimeException failed) {
                    unsettled.addAll(open.values());
                    throw failed;
                }
            }
        } finally {
            settling.unlock();
        }
    }

    @Override
    public void destroy() {
        background.shutdownNow();
        settleQuietly();
    }

    private void settleQuietly() {
        try {
            settle();
        } catch (RuntimeException unreachable) {
            LOG.debug("Calls of keys are settled later: {}", unreachable.getMessage());
            settleSoon();
        }
    }

    private void settleSoon() {
        if (due.compareAndSet(false, true)) {
            background.schedule(this::settleQuietly, SETTLEMENT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** What this node knows about one key. */
    private final class Count {

        private final String subject;
        private long windowEnds;
        private int known;
        private int own;

        private Count(String keyId) {
            this.subject = "key:" + keyId;
        }

        /** Empty when the node has to settle first. */
        private Optional<Usage> call() {
            long now = clock.millis();
            long remaining;
            synchronized (this) {
                if (now >= windowEnds) {
                    known = 0;
                    windowEnds = now + WINDOW.toMillis();
                }
                remaining = limit - (long) known - own;
                if (remaining <= 0) {
                    return Optional.of(new Usage(limit, 0, Math.max(1, (windowEnds - now + 999) / 1000)));
                }
                if (own >= ahead) {
                    return Optional.empty();
                }
                own++;
            }
            unsettled.add(this);
            settleSoon();
            return Optional.of(new Usage(limit, remaining - 1, 0));
        }

        private synchronized int ownUses() {
            return own;
        }

        private synchronized void settled(int uses, Standing standing) {
            own -= uses;
            known = standing.used();
            windowEnds = clock.millis() + standing.millisLeft();
        }
    }
}

package io.countersign.query.proof;

import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.Verification;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the whole log every now and then, so that nobody has to remember to. */
final class BackgroundVerification implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundVerification.class);
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration AGAIN = Duration.ofHours(6);

    private final Proofs proofs;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("proof-check").daemon().factory());

    BackgroundVerification(Proofs proofs) {
        this.proofs = proofs;
        clockwork.scheduleWithFixedDelay(this::verify, FIRST.toSeconds(), AGAIN.toSeconds(), TimeUnit.SECONDS);
    }

    private void verify() {
        try {
            Verification found = proofs.verify();
            if (!found.passed()) {
                LOG.error("The check of the log failed: {} {}", found.integrity().reason(), found.completeness().reason());
            }
        } catch (RuntimeException e) {
            LOG.warn("The log could not be checked; trying again later", e);
        }
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
    }
}

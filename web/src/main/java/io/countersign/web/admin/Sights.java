package io.countersign.web.admin;

import io.countersign.command.preview.api.Lookout;
import io.countersign.command.preview.api.Lookout.Sight;
import io.countersign.command.preview.api.Lookout.Subject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Has somebody look how things stand now, while a page is made: not for long, and not for too many pages at once. */
@Component
class Sights {

    private static final Logger log = LoggerFactory.getLogger(Sights.class);
    private static final long PATIENCE_MILLIS = 2_000;
    private static final int AT_ONCE = 8;

    private final List<Lookout> lookouts;
    private final Semaphore free = new Semaphore(AT_ONCE);

    Sights(List<Lookout> lookouts) {
        this.lookouts = lookouts;
    }

    /** Empty for types that nobody looks at. Never fails: why there is nothing to see stands in it. */
    Optional<Sight> of(Subject subject) {
        return lookouts.stream().filter(one -> one.looksAt(subject.actionType())).findFirst().map(lookout -> look(lookout, subject));
    }

    private Sight look(Lookout lookout, Subject subject) {
        if (!free.tryAcquire()) {
            return Sight.none("Too much is being looked at just now; load the page again.");
        }
        var looking = new FutureTask<>(() -> {
            try {
                return lookout.look(subject);
            } finally {
                free.release();
            }
        });
        var eyes = Thread.ofVirtual().name("lookout").start(looking);
        try {
            return looking.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            eyes.interrupt();
            return Sight.none("It took too long to look at how things stand now.");
        } catch (InterruptedException stopped) {
            eyes.interrupt();
            Thread.currentThread().interrupt();
            return Sight.none("It could not be looked at.");
        } catch (ExecutionException failed) {
            log.warn("A look at {} failed: {}", subject.actionType(), failed.getCause().getClass().getName());
            return Sight.none("It could not be looked at.");
        }
    }
}

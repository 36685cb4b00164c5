package io.countersign.executors.sql;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away the rows as they were once a change is too old to be undone. Every node looks; what one has taken is gone for the others. */
final class UndoWindow implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UndoWindow.class);
    private static final Duration FIRST = Duration.ofMinutes(12);
    private static final Duration AGAIN = Duration.ofHours(6);
    private static final int PAGE = 500;

    private final ChangeJournal journal;
    private final Clock clock;
    private final Duration window;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("undo-window").daemon().factory());

    /** {@code window} is how long a change can be undone. */
    UndoWindow(ChangeJournal journal, Clock clock, Duration window) {
        this.journal = journal;
        this.clock = clock;
        this.window = window;
        clockwork.scheduleWithFixedDelay(this::lookQuietly, FIRST.toSeconds(), AGAIN.toSeconds(), TimeUnit.SECONDS);
    }

    /** Looks now. Answers how many changes can be undone no more. */
    int look() {
        int all = 0;
        int gone;
        do {
            gone = journal.forget(clock.instant().minus(window), PAGE);
            all += gone;
        } while (gone == PAGE);
        if (all > 0) {
            log.info("The rows as they were before {} old changes are not kept any more", all);
        }
        return all;
    }

    private void lookQuietly() {
        try {
            look();
        } catch (RuntimeException e) {
            log.warn("Old changes could not be looked for; trying again later", e);
        }
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
    }
}

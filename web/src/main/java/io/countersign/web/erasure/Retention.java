package io.countersign.web.erasure;

import io.countersign.command.action.api.ActionCommand.EraseOldContent;
import io.countersign.query.action.api.Contents;
import io.countersign.query.action.api.Contents.Kept;
import io.countersign.query.action.api.Contents.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Erases what was written about actions that ended long ago: the days of retention after the last thing that happened to one, and the days of
 * grace after that, in which the setting can still be raised. Every node looks; what one has erased is gone for the others.
 */
@Component
public class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration AGAIN = Duration.ofHours(6);
    private static final int PAGE = 500;

    private final Contents contents;
    private final CommandGateway commands;
    private final Clock clock;
    private final int days;
    private final int graceDays;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("retention").daemon().factory());

    Retention(Contents contents, CommandGateway commands, Clock clock, @Value("${countersign.retention-days:2555}") int days,
            @Value("${countersign.retention-grace-days:30}") int graceDays) {
        this.contents = contents;
        this.commands = commands;
        this.clock = clock;
        this.days = days;
        this.graceDays = graceDays;
        clockwork.scheduleWithFixedDelay(this::lookQuietly, FIRST.toSeconds(), AGAIN.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * How a workspace stands.
     *
     * @param days how long content is kept after the last thing that happened to an action
     * @param graceDays how much longer until it is erased
     * @param leaving asked for longer ago than the retention: erased once their grace is over
     * @param due asked for longer ago than retention and grace: erased at the next look unless something happened to them since
     * @param erased erased so far, for any cause
     */
    public record Standing(int days, int graceDays, long leaving, long due, long erased) {}

    /** How this workspace stands now. */
    public Standing standing(String workspace) {
        Instant now = clock.instant();
        long old = contents.tally(new Scope(workspace, null, now.minus(Duration.ofDays(days)))).ended();
        long due = contents.tally(new Scope(workspace, null, end(now))).ended();
        return new Standing(days, graceDays, old - due, due, contents.tally(new Scope(workspace, null, null)).erased());
    }

    /** Looks now. Answers how many it erased, in all workspaces. */
    public long look() {
        Scope scope = new Scope(null, null, end(clock.instant()));
        long erased = 0;
        List<Kept> page = contents.ended(scope, null, PAGE);
        while (!page.isEmpty()) {
            for (Kept kept : page) {
                erased += Boolean.TRUE.equals(commands.<Boolean>sendAndWait(new EraseOldContent(kept.actionId(), end(clock.instant())))) ? 1 : 0;
            }
            page = contents.ended(scope, page.getLast(), PAGE);
        }
        if (erased > 0) {
            LOG.info("Retention erased the content of {} actions", erased);
        }
        return erased;
    }

    private Instant end(Instant now) {
        return now.minus(Duration.ofDays(days)).minus(Duration.ofDays(graceDays));
    }

    private void lookQuietly() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("Retention could not look; trying again later", e);
        }
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
    }
}

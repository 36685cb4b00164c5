package io.countersign.web.erasure;

import io.countersign.command.action.api.ActionCommand.ArchiveContent;
import io.countersign.command.action.api.ActionCommand.EraseOldContent;
import io.countersign.command.store.api.Stubs;
import io.countersign.query.action.api.Contents;
import io.countersign.query.action.api.Contents.Kept;
import io.countersign.query.action.api.Contents.Scope;
import io.countersign.query.proof.api.Archiving;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Moves what was written about actions that ended long ago to an archive, the days of retention after the last thing that happened to one, and
 * erases it after the days of grace that follow, in which the setting can still be raised. Every node looks; what one has erased is gone for the others.
 */
@Component
public class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration AGAIN = Duration.ofHours(6);
    private static final int PAGE = 500;

    private final Contents contents;
    private final Archiving archiving;
    private final Stubs stubs;
    private final CommandGateway commands;
    private final Clock clock;
    private final int days;
    private final int graceDays;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("retention").daemon().factory());

    Retention(Contents contents, Archiving archiving, Stubs stubs, CommandGateway commands, Clock clock, @Value("${countersign.retention-days:2555}") int days,
            @Value("${countersign.retention-grace-days:30}") int graceDays) {
        this.contents = contents;
        this.archiving = archiving;
        this.stubs = stubs;
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
     * @param archivable ended actions older than the retention whose content is still in the database: moved to an archive at the next look
     * @param hindrance why nothing is archived here; null when it is
     * @param leaving asked for longer ago than the retention: erased once their grace is over
     * @param due asked for longer ago than retention and grace: erased at the next look unless something happened to them since
     * @param erased erased so far, for any cause
     */
    public record Standing(int days, int graceDays, long archivable, @Nullable String hindrance, long leaving, long due, long erased) {}

    /** How this workspace stands now. */
    public Standing standing(String workspace) {
        Instant now = clock.instant();
        long old = contents.tally(new Scope(workspace, null, now.minus(Duration.ofDays(days)))).ended();
        long due = contents.tally(new Scope(workspace, null, end(now))).ended();
        return new Standing(days, graceDays, contents.archivable(new Scope(workspace, null, now.minus(Duration.ofDays(days)))),
                archiving.hindrance().orElse(null), old - due, due, contents.tally(new Scope(workspace, null, null)).erased());
    }

    /**
     * What a look did, in all workspaces.
     *
     * @param archived actions whose content was moved to an archive
     * @param erased actions whose content was erased
     */
    public record Look(long archived, long erased) {}

    /** Looks now: what is past retention leaves the database, what is past the grace too leaves for good. */
    public Look look() {
        long archived = archived();
        Scope scope = new Scope(null, null, end(clock.instant()));
        long erased = 0;
        List<Kept> page = contents.ended(scope, null, PAGE);
        while (!page.isEmpty()) {
            for (Kept kept : page) {
                erased += Boolean.TRUE.equals(commands.<Boolean>sendAndWait(new EraseOldContent(kept.actionId(), end(clock.instant())))) ? 1 : 0;
            }
            page = contents.ended(scope, page.getLast(), PAGE);
        }
        if (archived + erased > 0) {
            LOG.info("Retention archived {} actions and erased the content of {}", archived, erased);
        }
        return new Look(archived, erased);
    }

    /** Where it cannot be archived, because a disk is full or an event is not the one that was recorded, it is erased by age all the same. */
    private long archived() {
        try {
            return archiving.hindrance().isEmpty() ? archive() : 0;
        } catch (RuntimeException e) {
            LOG.error("Retention could not archive; trying again later", e);
            return 0;
        }
    }

    /** First what a crash left half done, then page by page: a file, an event for each action in it, then the stubs. */
    private long archive() {
        List<String> pending = stubs.pending(PAGE);
        while (!pending.isEmpty()) {
            stubs.put(pending);
            List<String> left = stubs.pending(PAGE);
            pending = left.equals(pending) ? List.of() : left; // what cannot be replaced stays whole, and is on the log of this node
        }
        Instant idleSince = clock.instant().minus(Duration.ofDays(days));
        Scope scope = new Scope(null, null, idleSince);
        long archived = 0;
        List<Kept> page = contents.toArchive(scope, null, PAGE);
        while (!page.isEmpty()) {
            for (Map.Entry<String, List<Kept>> ofWorkspace : page.stream().collect(Collectors.groupingBy(Kept::workspace)).entrySet()) {
                archived += archive(ofWorkspace.getKey(), ofWorkspace.getValue().stream().map(Kept::actionId).toList(), idleSince);
            }
            page = contents.toArchive(scope, page.getLast(), PAGE);
        }
        return archived;
    }

    private long archive(String workspace, List<String> actionIds, Instant idleSince) {
        Archiving.Written written = archiving.write(workspace, actionIds, idleSince).orElse(null);
        if (written == null) {
            return 0;
        }
        List<String> done = new ArrayList<>();
        for (Archiving.Part part : written.parts()) {
            if (Boolean.TRUE.equals(commands.<Boolean>sendAndWait(new ArchiveContent(part.actionId(), idleSince, written.name(), written.sha256(),
                    part.events(), part.stubs())))) {
                done.add(part.actionId());
            }
        }
        stubs.put(done);
        return done.size();
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

package io.countersign.query.action;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Changes;
import io.countersign.query.action.api.Reader;
import io.countersign.query.action.api.TimelineEntry;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Answers about actions: found by the views, told by the log. Page and rows are of one moment. */
final class ActionQuestions implements Actions {

    private static final Comparator<Cursor> BY_URGENCY =
            Comparator.comparingLong(Cursor::deadline).thenComparingLong(Cursor::requestedAt).thenComparing(Cursor::id);
    private static final int MOST = 100;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final ActionIndex index;
    private final EventReader log;
    private final Keyring keyring;
    private final Freshness freshness;
    private final Changes changes;
    private final WaitedThen waitedThen;

    ActionQuestions(ActionIndex index, EventReader log, Keyring keyring, Freshness freshness, Changes changes, WaitedThen waitedThen) {
        this.index = index;
        this.log = log;
        this.keyring = keyring;
        this.freshness = freshness;
        this.changes = changes;
        this.waitedThen = waitedThen;
    }

    @Override
    public Page find(Reader reader, ActionFilter filter) {
        return page(ActionsProjection.NAME, reader, filter, () -> index.newest(reader, filter));
    }

    @Override
    public List<ActionRow> newestOfEach(Reader reader, Collection<String> actionTypes, Set<ActionStatus> statuses) {
        ActionIndex.Found found = freshness.read(ActionsProjection.NAME, () -> index.newestOfEach(reader, actionTypes, statuses));
        Map<String, List<EventReader.Stored>> streams = log.read(found.rows().stream().map(Cursor::id).toList(), found.position());
        return found.rows().stream().flatMap(row -> visible(reader, streams.getOrDefault(row.id(), List.of())).stream()).toList();
    }

    @Override
    public Page queue(Reader reader, ActionFilter filter) {
        return page(QueueProjection.NAME, reader, filter, () -> index.mostUrgent(reader, filter));
    }

    private Page page(String view, Reader reader, ActionFilter filter, Supplier<ActionIndex.Found> question) {
        requireLimit(filter);
        ActionIndex.Found found = freshness.read(view, question);
        boolean more = found.rows().size() > filter.limit();
        List<Cursor> rows = more ? found.rows().subList(0, filter.limit()) : found.rows();
        Map<String, List<EventReader.Stored>> streams = log.read(rows.stream().map(Cursor::id).toList(), found.position());
        return new Page(
                rows.stream().flatMap(row -> visible(reader, streams.getOrDefault(row.id(), List.of())).stream()).toList(),
                more ? rows.getLast().encode() : null, found.position());
    }

    private static void requireLimit(ActionFilter filter) {
        if (filter.limit() < 1 || filter.limit() > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The limit must be between 1 and " + MOST + ".");
        }
    }

    @Override
    public Optional<ActionRow> byId(Reader reader, String actionId) {
        return visible(reader, stream(actionId));
    }

    @Override
    public Optional<ActionRow> byId(Reader reader, String actionId, Instant asOf) {
        List<EventReader.Stored> events = stream(actionId);
        return visible(reader, until(events, asOf), ActionFold.isGone(events));
    }

    @Override
    public Page queue(Reader reader, ActionFilter filter, Instant asOf) {
        requireLimit(filter);
        WaitedThen.Found found = freshness.read(WaitedThen.VIEW, () -> waitedThen.at(reader.workspace(), asOf));
        Map<String, List<EventReader.Stored>> streams = log.read(found.ids(), found.position());
        Cursor after = Cursor.decode(filter.cursor());
        List<ActionRow> rows = streams.values().stream().flatMap(events -> visible(reader, until(events, asOf), ActionFold.isGone(events)).stream())
                .filter(row -> row.status().isDecidable() && fits(row, filter))
                .filter(row -> after == null || BY_URGENCY.compare(cursor(row), after) > 0)
                .sorted(Comparator.comparing(ActionQuestions::cursor, BY_URGENCY)).limit(filter.limit() + 1L).toList();
        boolean more = rows.size() > filter.limit();
        List<ActionRow> page = more ? rows.subList(0, filter.limit()) : rows;
        return new Page(List.copyOf(page), more ? cursor(page.getLast()).encode() : null, found.position());
    }

    private static Cursor cursor(ActionRow row) {
        return new Cursor(row.expiresAt() == null ? Long.MAX_VALUE : Micros.of(row.expiresAt()), Micros.of(row.requestedAt()), row.id());
    }

    private static boolean fits(ActionRow row, ActionFilter filter) {
        return (filter.statuses().isEmpty() || filter.statuses().contains(row.status()))
                && (filter.action() == null || filter.action().equals(row.actionType()) || row.terms().entry().filter(filter.action()::equals).isPresent())
                && (filter.requesterId() == null || filter.requesterId().equals(row.requestedBy()))
                && (filter.conversationId() == null || filter.conversationId().equals(row.conversationId()));
    }

    /** Clocks of two nodes may differ: what counts is the last event of that time or before, and all that led to it. */
    private static List<EventReader.Stored> until(List<EventReader.Stored> events, Instant asOf) {
        int end = events.size();
        while (end > 0 && events.get(end - 1).at().isAfter(asOf)) {
            end--;
        }
        return events.subList(0, end);
    }

    @Override
    public List<TimelineEntry> timeline(Reader reader, String actionId) {
        List<EventReader.Stored> events = stream(actionId);
        return visible(reader, events).isPresent() ? ActionTimeline.of(events, keyring) : List.of();
    }

    private List<EventReader.Stored> stream(String actionId) {
        return log.read(List.of(actionId), Long.MAX_VALUE).getOrDefault(actionId, List.of());
    }

    private Optional<ActionRow> visible(Reader reader, List<EventReader.Stored> events) {
        return visible(reader, events, ActionFold.isGone(events));
    }

    private Optional<ActionRow> visible(Reader reader, List<EventReader.Stored> events, boolean gone) {
        return ActionFold.fold(events, keyring, gone)
                .filter(row -> row.workspace().equals(reader.workspace()))
                .filter(row -> !reader.isAgent() || row.requestedBy().equals(reader.principalId()));
    }

    @Override
    public Optional<ActionRow> await(Reader reader, String actionId, Set<ActionStatus> whileStatus, Duration atMost) {
        Duration wait = atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost;
        long deadline = System.nanoTime() + wait.toNanos();
        Semaphore changed = new Semaphore(0);
        try (Subscription subscription = subscribe(actionId, changed)) {
            while (true) {
                Optional<ActionRow> row = byId(reader, actionId);
                long left = deadline - System.nanoTime();
                if (left <= 0 || row.isEmpty() || !whileStatus.contains(row.get().status())) {
                    return row;
                }
                if (changed.tryAcquire(Math.min(left, LOOK_AGAIN.toNanos()), TimeUnit.NANOSECONDS)) {
                    changed.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return byId(reader, actionId);
        }
    }

    private interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private Subscription subscribe(String actionId, Semaphore changed) {
        AutoCloseable subscription = changes.subscribe(change -> {
            if (change.actionId().equals(actionId)) {
                changed.release();
            }
        });
        return () -> {
            try {
                subscription.close();
            } catch (Exception e) {
                throw new IllegalStateException("Ours close without failing", e);
            }
        };
    }

    @Override
    public Map<ActionStatus, Long> counts(Reader reader) {
        return freshness.read(ActionsProjection.NAME, () -> index.counts(reader)).byStatus();
    }
}

package io.countersign.query.action.api;

import io.countersign.command.action.api.ActionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Questions about actions. Every answer includes the caller's own writes, on every node: a question waits, milliseconds as a rule, until the
 * view has reached the head of the log at the time of asking, and fails with {@link Lagging} when it does not in time.
 */
public interface Actions {

    /** A page of actions the reader may see, newest first. */
    Page find(Reader reader, ActionFilter filter);

    /**
     * For each of these types the newest action in one of these statuses, if there is one: one question for all of them.
     *
     * @param actionTypes at most a few hundred
     * @param statuses at least one
     */
    List<ActionRow> newestOfEach(Reader reader, Collection<String> actionTypes, Set<ActionStatus> statuses);

    /** What waits for a person: soonest deadline first, then oldest. Includes stale actions. */
    Page queue(Reader reader, ActionFilter filter);

    /** One action folded from its stream. Empty when unknown, foreign, or not the asking agent's own. */
    Optional<ActionRow> byId(Reader reader, String actionId);

    /**
     * The action as it stood at a moment, that moment included: folded from its events up to the last one of that time or before.
     *
     * @return empty also when it did not exist yet
     */
    Optional<ActionRow> byId(Reader reader, String actionId, Instant asOf);

    /**
     * What waited for a person at a moment, that moment included, in the order of {@link #queue(Reader, ActionFilter)}. Looks through the whole
     * audit view, so it takes its time; of more than 10,000 that waited, it knows those that were asked for first.
     */
    Page queue(Reader reader, ActionFilter filter, Instant asOf);

    /** The events of one action, oldest first; empty when the reader may not see it. */
    List<TimelineEntry> timeline(Reader reader, String actionId);

    /**
     * Waits until the status of an action is none of these, then answers with the row; at the deadline answers with the row as it is.
     *
     * @param whileStatus statuses to wait out
     * @param atMost up to 60 s
     */
    Optional<ActionRow> await(Reader reader, String actionId, Set<ActionStatus> whileStatus, Duration atMost);

    /** How many actions are in each status in the reader's workspace (an agent: its own). Exact up to 10,000 each; beyond that 10,001. */
    Map<ActionStatus, Long> counts(Reader reader);

    /**
     * @param items rows
     * @param nextCursor opaque; null on the last page
     */
    record Page(List<ActionRow> items, @Nullable String nextCursor, long position) {}

    /** The views are behind and did not catch up in time. */
    final class Lagging extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        /** Says how far behind. */
        public Lagging(String message) {
            super(message);
        }
    }

    /** Something changed: for live pages and waiting callers. Ids only. */
    record Change(String workspace, String actionId, ActionStatus status, Instant at, long index) {}
}

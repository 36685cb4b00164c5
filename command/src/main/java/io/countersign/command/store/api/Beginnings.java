package io.countersign.command.store.api;

import java.time.Instant;

/** How streams of one kind began, for those who look at all of them. */
public interface Beginnings {

    /**
     * The first two events of each stream, in the order of the log.
     *
     * @param aggregateType such as {@code Action}
     * @param after only later indexes
     * @param upTo no later index
     * @param most how many events at most; positive
     */
    EventFeed.Bite beginnings(String aggregateType, long after, long upTo, int most);

    /**
     * The same from the end: those next to {@code upTo}, in the order of the log.
     *
     * @param after only later indexes
     * @param upTo no later index
     * @param most how many events at most; positive
     */
    EventFeed.Bite newestBeginnings(String aggregateType, long after, long upTo, int most);

    /** An index from which on all events are at least as new as this, a few milliseconds aside; beyond the head when there are none. */
    long firstAt(Instant since);
}

package io.countersign.command.store.api;

import java.util.List;
import org.axonframework.eventhandling.TrackedEventMessage;

/** The log in large bites, for who builds something anew from all of it. */
public interface EventFeed {

    /**
     * Events in the order of the log. What an event says is read when it is asked for, and that fails for one that this version does not know.
     *
     * @param after only later indexes
     * @param most how many at most; positive
     */
    Bite bite(long after, int most);

    /**
     * Some events in a row.
     *
     * @param last index of the last of them; what was asked after, when there are none
     * @param read how many stood in the log: upcasters may make more or fewer of them
     */
    record Bite(List<? extends TrackedEventMessage<?>> events, long last, int read) {}
}

package io.countersign.command.store.api;

import java.util.List;

/** The part of the log that decides what is allowed: few events, of which every node keeps a folded copy. */
public interface ConfigurationLog {

    /**
     * The place of the newest configuration event, read from the database now. A copy that has reached it is current.
     *
     * @return -1 when there is none
     */
    long epoch();

    /** Events of one aggregate type after a place, in order. */
    List<EventReader.Stored> after(String aggregateType, long index);
}

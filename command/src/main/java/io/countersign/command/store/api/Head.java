package io.countersign.command.store.api;

/** The end of the event log, for readers who must see their own writes. */
public interface Head {

    /**
     * The index of the last committed event, read from the database now.
     *
     * @return the dense index, starting at 0; -1 when the log is empty
     */
    long index();
}

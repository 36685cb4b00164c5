package io.countersign.command.action.api;

/** Expires what is overdue at once, without waiting for the clockwork. */
public interface ExpirySweep {

    /** Answers how many actions expired. */
    int sweepNow();
}

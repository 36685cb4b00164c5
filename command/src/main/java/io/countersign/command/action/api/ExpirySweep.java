package io.countersign.command.action.api;

/** Expires overdue requests at once, for an operator who does not want to wait for the clock. */
public interface ExpirySweep {

    /**
     * Expires what nobody decided in time, at most 10,000 actions.
     *
     * @return how many expired by this call; those that the clock expired at the same moment are not among them
     */
    int sweepNow();
}

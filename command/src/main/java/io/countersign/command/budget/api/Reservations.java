package io.countersign.command.budget.api;

import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.budget.api.Supply.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Limited supplies. What is taken stands in the same append as the events of the current command: stored with them or not at all. */
public interface Reservations {

    /**
     * Takes some.
     *
     * @param amount in the smallest unit of the supply; not negative
     * @param limit how much there is in a window
     * @return false when not enough is left; nothing is taken then
     */
    boolean reserve(Supply supply, Instant now, String actionId, long amount, long limit);

    /** How much is taken now, as of the last append. */
    long used(Supply supply, Instant now);

    /** What was held for an action has been spent. {@code released} when it had been given back before, and must be taken again. */
    void settle(String workspace, String actionId, List<Reserved> reserved, boolean released);

    /** What was held for an action was not needed. */
    void release(String workspace, String actionId, List<Reserved> reserved);

    /** Takes one of what renews at every multiple of a period, or never when the period is zero. */
    default boolean reserve(String workspace, String key, Instant now, Duration period, String actionId, long limit) {
        Span span = period.isZero() ? new Span.Ever() : new Span.Every(period);
        return reserve(new Supply(workspace, key, span), now, actionId, 1, limit);
    }
}

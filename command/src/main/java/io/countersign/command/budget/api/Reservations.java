package io.countersign.command.budget.api;

import java.time.Duration;
import java.time.Instant;

/** Limited supplies. A reservation stands in the same append as the events of the current command: stored with them or not at all. */
public interface Reservations {

    /**
     * Takes one.
     *
     * @param key what is limited, such as {@code rate/email:send}
     * @param period length of the calendar period; zero for a supply that never renews
     * @param limit how many there are in a period
     * @return false when none is left
     */
    boolean reserve(String workspace, String key, Instant now, Duration period, String actionId, long limit);
}

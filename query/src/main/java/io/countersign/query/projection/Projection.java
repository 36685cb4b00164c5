package io.countersign.query.projection;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A view kept from the log. It has no state of its own and causes nothing: the same events always give the same rows.
 *
 * <p>Its table in the schema {@code query} bears its name, is partitioned by {@code slot}, and identifies rows by {@code id}.
 */
public interface Projection {

    /** Name of the view and of its table. */
    String name();

    /** Whether it asks events for their metadata, so that these are best read along with the rest. */
    default boolean readsMetadata() {
        return false;
    }

    /**
     * Begins to take in some events.
     *
     * @param table the partition to write to
     */
    Batch begin(JdbcClient jdbc, String table);

    /** Events taken in and not yet written. */
    interface Batch {

        /** Takes in one event. When it throws, it has taken nothing of it, and the event is parked. */
        void on(Recorded event);

        /** Writes what was taken in, within the current transaction. */
        void flush();
    }
}

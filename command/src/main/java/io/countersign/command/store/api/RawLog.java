package io.countersign.command.store.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log as it is stored, nothing interpreted: for those who prove that nobody changed it. */
public interface RawLog {

    /**
     * Rows in the order of their indexes. A missing index shows as a gap: nothing is skipped and nothing is filled in.
     *
     * @param from lowest index to read
     * @param most how many rows at most; positive
     */
    List<Row> read(long from, int most);

    /** The rows of one aggregate, in sequence order. Empty when there are none. */
    List<Row> of(String aggregateId);

    /** One event, column by column, as the database holds it. */
    record Row(long index, String eventId, String aggregateType, String aggregateId, long sequence, String time, String name,
            @Nullable String revision, String payload, String metadata) {}
}

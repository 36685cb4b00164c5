package io.countersign.command.store;

import io.countersign.command.store.api.StoredTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.SerializedMetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;

/** One row of the log as Axon wants to have it. Its own entries know milliseconds only. */
record StoredEntry(long index, String eventId, String aggregateId, long sequence, String type, Instant at, String name,
        @Nullable String revision, String payload, String metadata) implements TrackedEventData<String>, DomainEventData<String> {

    /** The columns it is made of. */
    static final String COLUMNS = """
            select global_index, event_identifier, aggregate_identifier, sequence_number, type, time_stamp, payload_type, payload_revision,
                payload, meta_data
            from command.domain_event_entry
            """;

    static StoredEntry of(ResultSet row) throws SQLException {
        return new StoredEntry(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4), row.getString(5),
                StoredTime.parse(row.getString(6)), row.getString(7), row.getString(8), row.getString(9), row.getString(10));
    }

    @Override
    public TrackingToken trackingToken() {
        return GapAwareTrackingToken.newInstance(index, Set.of());
    }

    @Override
    public String getEventIdentifier() {
        return eventId;
    }

    @Override
    public String getAggregateIdentifier() {
        return aggregateId;
    }

    @Override
    public long getSequenceNumber() {
        return sequence;
    }

    @Override
    public String getType() {
        return type;
    }

    @Override
    public Instant getTimestamp() {
        return at;
    }

    @Override
    public SerializedObject<String> getMetaData() {
        return new SerializedMetaData<>(metadata, String.class);
    }

    @Override
    public SerializedObject<String> getPayload() {
        return new SimpleSerializedObject<>(payload, String.class, name, revision);
    }
}

package io.countersign.command.store.api;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads streams back, several at a time and up to a moment of the log. */
public interface EventReader {

    /**
     * The streams of several aggregates, each in sequence order.
     *
     * @param aggregateIds ids to read; unknown ones are absent from the answer
     * @param upTo index of the last event to include; {@link Long#MAX_VALUE} for all
     */
    Map<String, List<Stored>> read(Collection<String> aggregateIds, long upTo);

    /** The newest event of one aggregate; empty when it has none. */
    Optional<Stored> last(String aggregateId);

    /** One stored event. {@code json} and {@code metadataJson} are the exact stored texts, personal parts sealed. */
    record Stored(long index, String id, String aggregateId, long sequence, String name, @Nullable String revision, Instant at,
            Object payload, Map<String, String> metadata, String json, String metadataJson) {}
}

package io.countersign.command.store;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.store.api.StoredTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Axon's JDBC engine with its appends handed to the one writer of the node. Reading is Axon's own.
 *
 * <p>Axon's own appends draw the index before the commit, so a reader can pass an event that commits late and never see it. Here the index
 * is given under a lock that is held until the commit, and that cannot happen.
 */
final class GroupCommitEngine extends JdbcEventStorageEngine {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitEngine.class);

    /** How the ids begin of streams whose every event says how things stand after it: budget windows and followed sequences. */
    private static final List<String> LAST_SAYS_ALL = List.of("budget/", "watch/");

    private final AppendWriter writer;
    private final DataKeys keys;
    private final Function<String, Optional<DomainEventData<?>>> lastEvent;

    GroupCommitEngine(Builder builder, AppendWriter writer, DataKeys keys, Function<String, Optional<DomainEventData<?>>> lastEvent) {
        super(builder);
        this.lastEvent = lastEvent;
        this.writer = writer;
        this.keys = keys;
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        if (events.isEmpty()) {
            return;
        }
        Instant instant = events.getFirst().getTimestamp(); // what one command decided happened at one moment
        List<Append.Row> rows = new ArrayList<>(events.size());
        for (EventMessage<?> message : events) {
            if (!(message instanceof DomainEventMessage<?> event)) {
                throw new IllegalArgumentException("Only aggregates append events, not " + message.getPayloadType().getSimpleName());
            }
            var payload = event.serializePayload(serializer, String.class);
            var metadata = event.serializeMetaData(serializer, String.class);
            rows.add(new Append.Row(event.getIdentifier(), event.getAggregateIdentifier(), event.getSequenceNumber(), event.getType(),
                    StoredTime.format(instant), payload.getType().getName(), payload.getType().getRevision(), payload.getData(),
                    metadata.getData()));
        }
        try {
            writer.append(Append.of(rows, keys.newInThisCommand(), keys.destroyedInThisCommand(), StoredEvents.epochOfThisCommand()));
        } catch (AppendWriter.PlaceTaken e) {
            // Without the cause: the database's text holds the values, and the retry looks through causes for what not to retry.
            throw new ConcurrencyException("Another command was first; the events of this one were not stored.");
        } catch (StoreUnavailable e) {
            LOG.warn("An append failed: {}", e.getMessage(), e.getCause());
            throw new Refused(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE, e.getMessage() + " Try again shortly"
                    + (e.outcomeUnknown() ? ", with the same Idempotency-Key." : "."), Map.of("stored", e.outcomeUnknown() ? "unknown" : "no"));
        }
    }

    /**
     * Streams are short: no snapshots, and no question asked for them. Only those of budget windows and of followed sequences are long,
     * and there each event says how things stand after it: the last is as good as all of them.
     */
    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return LAST_SAYS_ALL.stream().anyMatch(aggregateIdentifier::startsWith) ? lastEvent.apply(aggregateIdentifier).stream() : Stream.empty();
    }
}

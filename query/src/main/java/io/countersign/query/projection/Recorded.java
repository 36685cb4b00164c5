package io.countersign.query.projection;

import io.countersign.command.store.api.EventName;
import io.countersign.command.store.api.EventReader;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;

/**
 * One event as projections see it.
 *
 * @param index place in the log, from 0
 * @param subject id of the aggregate
 * @param name logical name
 */
public record Recorded(long index, String eventId, String subject, String name, Instant at, Object payload, Map<String, String> metadata) {

    /** Who acted, where from and so on; null when the event does not say. */
    public @Nullable String metadata(String key) {
        return metadata.get(key);
    }

    /** Microseconds since 1970. */
    public long micros() {
        return Micros.of(at);
    }

    static long index(TrackedEventMessage<?> message) {
        return message.trackingToken().position().orElseThrow(() -> new IllegalStateException("The event store gives no positions"));
    }

    static String subject(TrackedEventMessage<?> message) {
        return message instanceof DomainEventMessage<?> event ? event.getAggregateIdentifier() : message.getIdentifier();
    }

    /** Reads the payload, which fails for an event that this version does not know. */
    static Recorded of(TrackedEventMessage<?> message) {
        Object payload = message.getPayload();
        return new Recorded(index(message), message.getIdentifier(), subject(message), name(payload), message.getTimestamp(), payload,
                message.getMetaData().entrySet().stream().filter(entry -> entry.getValue() != null)
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().toString())));
    }

    static Recorded of(EventReader.Stored stored) {
        return new Recorded(stored.index(), stored.id(), stored.aggregateId(), name(stored.payload()), stored.at(), stored.payload(),
                stored.metadata());
    }

    private static String name(Object payload) {
        EventName name = payload.getClass().getAnnotation(EventName.class);
        if (name == null) {
            throw new IllegalArgumentException("This version does not know the event");
        }
        return name.value();
    }
}

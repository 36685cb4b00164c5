package io.countersign.query.projection;

import io.countersign.command.store.api.EventName;
import io.countersign.command.store.api.EventReader;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;

/**
 * One event as projections see it.
 *
 * @param index place in the log, from 0
 * @param subject id of the aggregate
 * @param name logical name
 * @param metadata who acted, where from and so on; read when they are asked for, because most views never do
 */
public record Recorded(long index, String eventId, String subject, String name, Instant at, Object payload, Supplier<? extends Map<String, ?>> metadata) {

    private static final ClassValue<Optional<String>> NAMES = new ClassValue<>() {

        @Override
        protected Optional<String> computeValue(Class<?> type) {
            return Optional.ofNullable(type.getAnnotation(EventName.class)).map(EventName::value);
        }
    };

    /** Who acted, where from and so on; null when the event does not say. Fails when the event's metadata cannot be read. */
    public @Nullable String metadata(String key) {
        Object value = metadata.get().get(key);
        return value == null ? null : value.toString();
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
                message::getMetaData);
    }

    static Recorded of(EventReader.Stored stored) {
        return new Recorded(stored.index(), stored.id(), stored.aggregateId(), name(stored.payload()), stored.at(), stored.payload(),
                stored::metadata);
    }

    private static String name(Object payload) {
        return NAMES.get(payload.getClass()).orElseThrow(() -> new IllegalArgumentException("This version does not know the event"));
    }
}

package io.countersign.query.backtest;

import io.countersign.command.store.api.EventFeed;
import java.util.List;
import java.util.Optional;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;

/** An event of the log; what it says is read when it is asked for. */
record Past(DomainEventMessage<?> event, long index) {

    static List<Past> of(EventFeed.Bite bite) {
        return bite.events().stream().map(Past::of).toList();
    }

    private static Past of(TrackedEventMessage<?> message) {
        return new Past((DomainEventMessage<?>) message, message.trackingToken().position().orElseThrow());
    }

    /** The action that this event and the next begin; empty when they do not. */
    Optional<PastAction> with(Past next) {
        return event.getAggregateIdentifier().equals(next.event.getAggregateIdentifier())
                ? PastAction.of(event.getPayload(), next.event.getPayload(), event.getTimestamp()) : Optional.empty();
    }

    boolean begins() {
        return event.getSequenceNumber() == 0;
    }
}

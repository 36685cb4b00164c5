package io.countersign.query.backtest;

import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.store.api.Beginnings;
import io.countersign.command.store.api.EventFeed;
import java.util.List;
import java.util.Optional;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;

/** An event of the log; what it says is read when it is asked for. */
record Past(Beginnings log, DomainEventMessage<?> event, long index) {

    static List<Past> of(Beginnings log, EventFeed.Bite bite) {
        return bite.events().stream().map(message -> of(log, message)).toList();
    }

    private static Past of(Beginnings log, TrackedEventMessage<?> message) {
        return new Past(log, (DomainEventMessage<?>) message, message.trackingToken().position().orElseThrow());
    }

    /** The action that this event and the next begin; empty when they do not. */
    Optional<PastAction> with(Past next) {
        return event.getAggregateIdentifier().equals(next.event.getAggregateIdentifier()) && PastAction.isVerdict(next.event.getPayloadType())
                && event.getPayload() instanceof ActionRequested requested
                ? Optional.of(PastAction.of(requested, event.getTimestamp(), Glance.of(log.text(next.event)), next.event::getPayload))
                : Optional.empty();
    }

    boolean begins() {
        return event.getSequenceNumber() == 0;
    }
}

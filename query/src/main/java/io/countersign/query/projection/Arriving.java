package io.countersign.query.projection;

import java.util.function.Supplier;
import org.axonframework.eventhandling.TrackedEventMessage;

/**
 * An event on its way into a view.
 *
 * @param index its place in the log
 * @param subject id of its aggregate
 * @param content what it says; fails for an event that this version does not know
 */
record Arriving(long index, String subject, String eventId, Supplier<Recorded> content) {

    /** To be read when it is wanted. */
    static Arriving of(TrackedEventMessage<?> message) {
        return new Arriving(Recorded.index(message), Recorded.subject(message), message.getIdentifier(), () -> Recorded.of(message));
    }

    /** Read now, by another thread than the one that takes it in. */
    static Arriving read(TrackedEventMessage<?> message, boolean metadata) {
        Arriving arriving = of(message);
        try {
            Recorded recorded = arriving.content().get();
            if (metadata) {
                recorded.metadata().get();
            }
            return new Arriving(arriving.index(), arriving.subject(), arriving.eventId(), () -> recorded);
        } catch (RuntimeException e) {
            return arriving; // fails again when it is taken in, and is parked
        }
    }
}

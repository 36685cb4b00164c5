package io.countersign.command.compensation.api;

import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import java.time.Instant;
import java.util.List;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/** What happened to a compensation plan. */
public sealed interface CompensationEvent {

    /** The plan concerned. */
    String planId();

    /** Somebody planned what is to be made good, newest first. */
    @EventName("compensation.planned")
    @Revision("1")
    record CompensationPlanned(String planId, String workspace, String plannedBy, Instant from, Instant to, List<String> actionIds)
            implements CompensationEvent {}

    /** Somebody said what became of one action of the plan; {@code detail} seals {@link Detail}, under the key of that action. */
    @EventName("compensation.acknowledged")
    @Revision("1")
    record CompensationAcknowledged(String planId, int index, String status, String acknowledgedBy, Sealed detail)
            implements CompensationEvent {}

    /** Sealed in {@link CompensationAcknowledged}. */
    record Detail(@Nullable String text) {

        /** Where it is sealed. */
        public static final String PLACE = "compensation.acknowledged";
    }
}

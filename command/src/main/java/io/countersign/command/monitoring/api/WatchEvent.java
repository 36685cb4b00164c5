package io.countersign.command.monitoring.api;

import io.countersign.command.store.api.EventName;
import java.time.Instant;
import java.util.List;
import org.axonframework.serialization.Revision;

/** How far an agent has come with a forbidden sequence. Each event says how it stands after it, so that the last one is all that is needed. */
public sealed interface WatchEvent {

    /** One version of one rule and one agent. */
    String watchId();

    /** What is begun and not too old after this event. */
    List<Begun> begun();

    /** An action came that stands in the sequence. */
    @EventName("watch.advanced")
    @Revision("1")
    record SequenceAdvanced(String watchId, String rule, String agentId, String actionId, List<Begun> begun) implements WatchEvent {}

    /** The first {@code steps} of the sequence were asked for, the first of them at the latest then. */
    record Begun(int steps, Instant since) {}
}

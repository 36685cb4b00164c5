package io.countersign.command.reach.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to the reach of an agent. */
public sealed interface ReachEvent {

    /** The reach concerned. */
    String reachId();

    /** It is this from now on. */
    @EventName("reach.changed")
    @Revision("1")
    record ReachChanged(String reachId, String workspace, String agentId, Reach reach) implements ReachEvent {}
}

package io.countersign.command.reach.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What admins do with the reach of agents. Who does it stands in the metadata as {@code actor}. */
public sealed interface ReachCommand {

    /** The id of the agent's reach. */
    @TargetAggregateIdentifier
    String reachId();

    /** Limits an agent to these hosts, at most 500, or lifts the limit. In force on every node when this returns. */
    record ChangeReach(String workspace, String agentId, Reach reach) implements ReachCommand {

        @Override
        public String reachId() {
            return "reach/" + agentId;
        }
    }
}

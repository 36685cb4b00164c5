package io.countersign.command.monitoring;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.command.monitoring.api.WatchEvent;
import io.countersign.command.monitoring.api.WatchEvent.Begun;
import io.countersign.command.monitoring.api.WatchEvent.SequenceAdvanced;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** How far one agent has come with the sequence of one version of one rule. */
@Aggregate(type = "Watch")
class Watch {

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private List<Begun> begun = List.of();

    Watch() {
        // for Axon
    }

    static String id(String workspace, String rule, long version, String agentId) {
        return "watch/" + workspace + "/" + rule + "/" + version + "/" + agentId;
    }

    /** Takes note of a request; true when it completes the sequence, which then begins anew. */
    boolean advance(String watchId, String workspace, MonitoringRule rule, String agentId, String actionId, Set<String> names, Instant at) {
        List<Begun> after = Sequence.after(rule, begun, names, at);
        boolean complete = Sequence.isComplete(rule, after);
        apply(new SequenceAdvanced(watchId, rule.name(), agentId, actionId, complete ? List.of() : after), MetaData.with("workspace", workspace));
        return complete;
    }

    @EventSourcingHandler
    void evolve(WatchEvent event) {
        id = event.watchId();
        begun = event.begun();
    }
}

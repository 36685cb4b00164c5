package io.countersign.command.reach;

import io.countersign.command.reach.api.Reach;
import io.countersign.command.reach.api.ReachEvent;
import io.countersign.command.reach.api.ReachEvent.ReachChanged;
import io.countersign.command.reach.api.Reaches;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of the reach of all agents, compared with the epoch at every question. */
@Component
class ReachesInForce implements Reaches {

    private final Supplier<Map<String, Reach>> copy;

    ReachesInForce(ConfigurationLog log) {
        this.copy = log.copy("Reach", Map.of(), ReachesInForce::after);
    }

    @Override
    public Reach of(String agentId) {
        return copy.get().getOrDefault(agentId, Reach.UNLIMITED);
    }

    private static Map<String, Reach> after(Map<String, Reach> before, List<Stored> events) {
        Map<String, Reach> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((ReachEvent) stored.payload()) {
                case ReachChanged e -> next.put(e.agentId(), e.reach());
            }
        }
        return Map.copyOf(next);
    }
}

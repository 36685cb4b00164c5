package io.countersign.command.monitoring;

import io.countersign.command.monitoring.api.Monitoring;
import io.countersign.command.monitoring.api.MonitoringEvent;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleRemoved;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleSet;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleTripped;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of the rules of monitoring, compared with the epoch at every question. */
@Component
class RulesInForce implements Monitoring {

    private final Supplier<Map<String, Map<String, Watched>>> copy;

    RulesInForce(ConfigurationLog log) {
        this.copy = log.copy("Monitoring", Map.of(), RulesInForce::after);
    }

    @Override
    public List<Watched> of(String workspace) {
        return List.copyOf(copy.get().getOrDefault(workspace, Map.of()).values());
    }

    private static Map<String, Map<String, Watched>> after(Map<String, Map<String, Watched>> before, List<Stored> events) {
        Map<String, Map<String, Watched>> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((MonitoringEvent) stored.payload()) {
                case MonitoringRuleSet e -> change(next, e.workspace()).put(e.rule().name(), new Watched(e.rule(), e.version(), null));
                case MonitoringRuleRemoved e -> change(next, e.workspace()).remove(e.name());
                case MonitoringRuleTripped e -> change(next, e.workspace()).computeIfPresent(e.name(), (name, known) ->
                        new Watched(known.rule(), known.version(), new Trip(stored.at(), e.agentId(), e.actionId(), e.thrown())));
            }
        }
        next.replaceAll((workspace, rules) -> Collections.unmodifiableMap(rules));
        return Map.copyOf(next);
    }

    private static Map<String, Watched> change(Map<String, Map<String, Watched>> next, String workspace) {
        Map<String, Watched> rules = new TreeMap<>(next.getOrDefault(workspace, Map.of()));
        next.put(workspace, rules);
        return rules;
    }
}

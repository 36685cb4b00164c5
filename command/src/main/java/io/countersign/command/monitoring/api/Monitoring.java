package io.countersign.command.monitoring.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of monitoring as they stand now, on every node. */
@FunctionalInterface
public interface Monitoring {

    /** Those of a workspace, by name. */
    List<Watched> of(String workspace);

    /**
     * A rule in force.
     *
     * @param last when it was last broken; null for never
     */
    record Watched(MonitoringRule rule, long version, @Nullable Trip last) {}

    /** When a rule was broken, by whom, and by which request. */
    record Trip(Instant at, String agentId, String actionId, String thrown) {}
}

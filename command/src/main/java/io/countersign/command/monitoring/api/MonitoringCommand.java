package io.countersign.command.monitoring.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What admins do with the rules of monitoring. Who does it stands in the metadata as {@code actor}. */
public sealed interface MonitoringCommand {

    /** The workspace watched. */
    String workspace();

    /** The id of the rules of the workspace. */
    @TargetAggregateIdentifier
    default String monitoringId() {
        return "monitoring/" + workspace();
    }

    /**
     * Makes a rule, or a new version of it, which begins to count at nothing. Answers with the version. A rule that says the same as before
     * is left alone.
     *
     * @param expectedVersion the version the change was made from, 0 for a new rule; null when nobody looked
     */
    record SetMonitoringRule(String workspace, MonitoringRule rule, @Nullable Long expectedVersion) implements MonitoringCommand {}

    /** Removes a rule. A switch that it threw stays thrown. */
    record RemoveMonitoringRule(String workspace, String name, @Nullable Long expectedVersion) implements MonitoringCommand {}
}

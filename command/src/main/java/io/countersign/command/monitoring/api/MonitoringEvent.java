package io.countersign.command.monitoring.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to the rules of monitoring of a workspace. */
public sealed interface MonitoringEvent {

    /** The rules of the workspace. */
    String monitoringId();

    /** The rule is this from now on. */
    @EventName("monitoring.rule_set")
    @Revision("1")
    record MonitoringRuleSet(String monitoringId, String workspace, long version, MonitoringRule rule) implements MonitoringEvent {}

    /** There is no such rule any more. */
    @EventName("monitoring.rule_removed")
    @Revision("1")
    record MonitoringRuleRemoved(String monitoringId, String workspace, String name, long version) implements MonitoringEvent {}

    /**
     * An agent broke the rule, and a switch was thrown with it.
     *
     * @param actionId the request that broke it, which was blocked
     * @param thrown name of the switch
     * @param cause what the rule forbids, as a sentence
     */
    @EventName("monitoring.rule_tripped")
    @Revision("1")
    record MonitoringRuleTripped(String monitoringId, String workspace, String name, long version, String agentId, String actionId, String thrown,
            String cause) implements MonitoringEvent {}
}

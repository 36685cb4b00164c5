package io.countersign.command.monitoring;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Tripwire;
import io.countersign.command.monitoring.api.MonitoringCommand.RemoveMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringCommand.SetMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringEvent;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleRemoved;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleSet;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleTripped;
import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.principal.api.Principals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The rules of monitoring of one workspace. Only an admin changes them. */
@Aggregate(type = "Monitoring")
class RuleBook {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int MOST_RULES = 50;
    private static final int MOST_STEPS = 10;
    private static final int LONGEST_NAME = 200;
    private static final int MOST_PER_MINUTE = 100_000;
    private static final int LONGEST_WINDOW = 86_400;

    @AggregateIdentifier
    private @Nullable String id; // null until the first event names it

    private final Map<String, MonitoringRule> rules = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();

    RuleBook() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    long decide(SetMonitoringRule c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Tripwire tripwire) {
        Authority.admin(principals, actor, c.workspace());
        MonitoringRule rule = c.rule();
        mustBeSound(rule);
        must(rule.agentId().isEmpty() || principals.byId(rule.agentId()).filter(Agent.class::isInstance)
                .filter(agent -> agent.workspace().equals(c.workspace())).isPresent(), RefusalCode.NOT_FOUND, "There is no such agent.");
        if (rule.throwsScope() != SwitchScope.AGENT || !rule.throwsSubject().isEmpty()) {
            tripwire.mustExist(c.workspace(), rule.throwsScope(), rule.throwsSubject());
        }
        mustStandAt(rule.name(), c.expectedVersion());
        must(rules.containsKey(rule.name()) || rules.size() < MOST_RULES, RefusalCode.UNSUPPORTED, "There are at most 50 rules. Remove some first.");
        long version = versions.getOrDefault(rule.name(), 0L);
        if (rule.equals(rules.get(rule.name()))) {
            return version;
        }
        happened(new MonitoringRuleSet(c.monitoringId(), c.workspace(), version + 1, rule), c.workspace());
        return version + 1;
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(RemoveMonitoringRule c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Authority.admin(principals, actor, c.workspace());
        must(rules.containsKey(c.name()), RefusalCode.NOT_FOUND, "There is no such rule.");
        mustStandAt(c.name(), c.expectedVersion());
        happened(new MonitoringRuleRemoved(c.monitoringId(), c.workspace(), c.name(), versions.getOrDefault(c.name(), 0L) + 1), c.workspace());
    }

    /** An agent broke a rule. */
    void tripped(String workspace, MonitoringRule rule, long version, String agentId, String actionId, String thrown) {
        happened(new MonitoringRuleTripped("monitoring/" + workspace, workspace, rule.name(), version, agentId, actionId, thrown,
                "The rule forbids " + rule.words() + "."), workspace);
    }

    private static void mustBeSound(MonitoringRule rule) {
        valid(NAME.matcher(rule.name()).matches(), "name", "must be made of small letters, digits and -, at most 63");
        valid(rule.limitsRate() != !rule.sequence().isEmpty(), "max_actions_per_minute", "or forbidden_sequence must be given, and not both");
        valid(rule.mostPerMinute() >= 0 && rule.mostPerMinute() <= MOST_PER_MINUTE, "max_actions_per_minute", "must be 1 to 100000");
        valid(rule.sequence().size() <= MOST_STEPS && rule.sequence().stream().allMatch(name -> !name.isBlank() && name.length() <= LONGEST_NAME),
                "forbidden_sequence", "must be 1 to 10 names of actions or entries");
        valid(rule.limitsRate() ? rule.windowSeconds() == 0 : rule.windowSeconds() >= 1 && rule.windowSeconds() <= LONGEST_WINDOW, "window_seconds",
                "must be 1 to 86400 for a sequence, and absent for a rate");
    }

    private void mustStandAt(String name, @Nullable Long expected) {
        long version = rules.containsKey(name) ? versions.getOrDefault(name, 0L) : 0;
        if (expected != null && version != expected) {
            throw new Refused(RefusalCode.STALE_VERSION, "The rule " + name + " is at version " + version + ", not " + expected
                    + ". Load it again and look at what changed.", Map.of("version", version));
        }
    }

    private static void valid(boolean law, String field, String otherwise) {
        if (!law) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, field + " " + otherwise + ".",
                    Map.of("details", List.of(Map.of("field", field, "message", otherwise))));
        }
    }

    private static void must(boolean law, RefusalCode code, String otherwise) {
        if (!law) {
            throw new Refused(code, otherwise);
        }
    }

    private static void happened(MonitoringEvent event, String workspace) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(MonitoringEvent event) {
        id = event.monitoringId();
        switch (event) {
            case MonitoringRuleSet e -> {
                rules.put(e.rule().name(), e.rule());
                versions.put(e.rule().name(), e.version());
            }
            case MonitoringRuleRemoved e -> {
                rules.remove(e.name());
                versions.put(e.name(), e.version());
            }
            case MonitoringRuleTripped e -> { }
        }
    }
}

package io.countersign.command.execpolicy;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicyCommand.ChangeExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicyEvent;
import io.countersign.command.execpolicy.api.ExecPolicyEvent.ExecPolicyChanged;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The exec policy of one workspace. Only an admin changes it, and only the version they have seen. */
@Aggregate(type = "ExecPolicy")
class ManagedExecPolicy {

    private static final int MOST_ENTRIES = 500;
    private static final int LONGEST_ENTRY = 500;

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private ExecPolicy inForce = ExecPolicy.STANDARD;

    ManagedExecPolicy() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(ChangeExecPolicy c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Authority.admin(principals, actor, c.workspace());
        ExecPolicy policy = c.policy();
        List<Map<String, String>> faults = faults(policy);
        if (!faults.isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, faults.getFirst().get("field") + " " + faults.getFirst().get("message") + ".",
                    Map.of("details", faults));
        }
        if (policy.version() != inForce.version()) {
            throw new Refused(RefusalCode.STALE_VIEW, "Somebody has changed the exec policy since you read it. Load it again.",
                    Map.of("current_version", inForce.version()));
        }
        if (!policy.equals(inForce)) {
            apply(new ExecPolicyChanged(c.execPolicyId(), c.workspace(), policy.at(policy.version() + 1)), MetaData.with("workspace", c.workspace()));
        }
    }

    private static List<Map<String, String>> faults(ExecPolicy policy) {
        List<Map<String, String>> faults = new ArrayList<>();
        entries(faults, "allowed", policy.allowed());
        entries(faults, "denied", policy.denied());
        entries(faults, "approval_required_patterns", policy.approvalRequiredPatterns());
        for (int i = 0; i < policy.denied().size(); i++) {
            if (policy.denied().get(i).contains("/")) {
                faults.add(Map.of("field", "denied[" + i + "]", "message", "is a name without a folder: it is denied wherever it lies"));
            }
        }
        for (int i = 0; i < policy.allowed().size(); i++) {
            if (policy.allowed().get(i).contains("/") && !policy.allowed().get(i).startsWith("/")) {
                faults.add(Map.of("field", "allowed[" + i + "]", "message", "is a name, or an absolute path"));
            }
        }
        for (int i = 0; i < policy.approvalRequiredPatterns().size(); i++) {
            String field = "approval_required_patterns[" + i + "]";
            WordPattern.fault(policy.approvalRequiredPatterns().get(i)).ifPresent(fault -> faults.add(Map.of("field", field, "message", fault)));
        }
        if (policy.defaultTimeoutSeconds() < 1 || policy.defaultTimeoutSeconds() > 86_400) {
            faults.add(Map.of("field", "default_timeout_secs", "message", "must be 1 to 86400"));
        }
        return faults;
    }

    private static void entries(List<Map<String, String>> faults, String field, List<String> entries) {
        if (entries.size() > MOST_ENTRIES) {
            faults.add(Map.of("field", field, "message", "has at most " + MOST_ENTRIES + " entries"));
        }
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i);
            if (entry.isBlank() || entry.length() > LONGEST_ENTRY || entry.chars().anyMatch(Character::isISOControl)) {
                faults.add(Map.of("field", field + "[" + i + "]", "message", "has 1 to " + LONGEST_ENTRY + " characters and no control characters"));
            }
        }
    }

    @EventSourcingHandler
    void evolve(ExecPolicyEvent event) {
        id = event.execPolicyId();
        switch (event) {
            case ExecPolicyChanged e -> inForce = e.policy();
        }
    }
}

package io.countersign.command.execpolicy;

import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicyEvent;
import io.countersign.command.execpolicy.api.ExecPolicyEvent.ExecPolicyChanged;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of all exec policies, compared with the epoch at every question. */
@Component
class ExecPoliciesInForce implements ExecPolicies, DiagnosticSource {

    private final Supplier<Map<String, ExecPolicy>> copy;

    ExecPoliciesInForce(ConfigurationLog log) {
        this.copy = log.copy("ExecPolicy", Map.of(), ExecPoliciesInForce::after);
    }

    @Override
    public ExecPolicy of(String workspace) {
        return copy.get().getOrDefault(workspace, ExecPolicy.STANDARD);
    }

    @Override
    public Map<String, ExecPolicy> all() {
        return copy.get();
    }

    @Override
    public List<Diagnostic> diagnose() {
        return copy.get().entrySet().stream().filter(policy -> !policy.getValue().approvalsEnabled()).map(policy -> new Diagnostic(
                "APPROVALS_DISABLED", Severity.WARNING, "In the workspace " + policy.getKey()
                        + " neither patterns nor a requester's wish bring an action before a person.",
                "Switch approvals on at /admin/exec-policy unless this is meant.")).toList();
    }

    private static Map<String, ExecPolicy> after(Map<String, ExecPolicy> before, List<Stored> events) {
        Map<String, ExecPolicy> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((ExecPolicyEvent) stored.payload()) {
                case ExecPolicyChanged e -> next.put(e.workspace(), e.policy());
            }
        }
        return Map.copyOf(next);
    }
}

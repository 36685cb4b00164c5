package io.countersign.command.evaluation;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compiles each version of a policy once, and keeps those used last. A draft, of version 0, is not kept. */
public final class CachingCompiler implements RuleCompiler {

    private static final int KEPT = 2_000;

    private final Map<Version, CompiledPolicy> compiled = new LinkedHashMap<>(64, 0.75f, true) {

        @Override
        protected boolean removeEldestEntry(Map.Entry<Version, CompiledPolicy> eldest) {
            return size() > KEPT;
        }
    };

    private record Version(String workspace, String policyId, long version) {}

    @Override
    public List<ParameterFault> faults(PolicyDefinition definition) {
        return CompiledPolicy.faults(definition);
    }

    @Override
    public Rulebook compile(List<Policy> policies) {
        return new CompiledRulebook(policies.stream().map(this::compile).toList());
    }

    private CompiledPolicy compile(Policy policy) {
        if (policy.version() == 0) {
            return CompiledPolicy.of(policy);
        }
        Version version = new Version(policy.workspace(), policy.id(), policy.version());
        synchronized (compiled) {
            CompiledPolicy known = compiled.get(version);
            if (known != null) {
                return known;
            }
        }
        CompiledPolicy fresh = CompiledPolicy.of(policy);
        synchronized (compiled) {
            compiled.put(version, fresh);
        }
        return fresh;
    }
}

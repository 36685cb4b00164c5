package io.countersign.command.evaluation.api;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import java.util.List;

/** Turns policies into what can judge. Patterns and expressions are compiled once for each version of a policy. */
public interface RuleCompiler {

    /** What does not compile, with its place; empty when all does. */
    List<ParameterFault> faults(PolicyDefinition definition);

    /**
     * Compiles policies, to be asked in this order.
     *
     * @throws io.countersign.command.policy.api.InvalidPolicy when one does not compile
     */
    Rulebook compile(List<Policy> policies);
}

package io.countersign.command.evaluation.api;

import io.countersign.command.policy.api.Condition;
import java.time.Instant;
import java.util.Set;

/** A set of policies, compiled: a pure function that any number of threads may use. */
public interface Rulebook {

    /**
     * Judges. All rules are looked at; nothing here is cut short because the answer is known.
     *
     * @param at the moment that counts for rules which expire
     * @param rates answers rules about rates
     * @param interrupted rules to treat as having taken too long, as {@code policyId/ruleId}: what happened then, when a verdict is computed
     *        again; empty otherwise
     */
    Findings judge(Facts facts, Instant at, Rates rates, Set<String> interrupted);

    /** Whether an expression names this namespace of facts, or seems to: what is costly to find out is found out only then. */
    boolean names(String namespace);

    /** Counts for rules about rates. Asked last, of policies that decide only while nothing blocks. */
    @FunctionalInterface
    interface Rates {

        /** Nobody counts: every rule about a rate is undecided. */
        Rates NONE = (policyId, ruleId, rate, take) -> RateKeeper.Answer.UNKNOWN;

        /** @param take takes from the window; otherwise only looks */
        RateKeeper.Answer ask(String policyId, String ruleId, Condition.Rate rate, boolean take);
    }
}

package io.countersign.command.evaluation.api;

import io.countersign.command.policy.api.Condition;
import java.time.Instant;

/** Counts what passes in windows, for rules about rates. A reservation stands in the same append as the verdict that needed it. */
public interface RateKeeper {

    /** What it says. */
    enum Answer {
        /** There is room, and it has been taken where it was asked to. */
        WITHIN,
        /** There is none. */
        EXCEEDED,
        /** It cannot tell: the amount to be summed is missing, for one. */
        UNKNOWN
    }

    /**
     * Takes from the window, or only looks.
     *
     * @param policyId whose rule it is
     * @param ruleId the rule: each has windows of its own
     * @param actionId for whom it is taken
     * @param facts of this action: {@code action.name}, {@code action.target}, {@code agent.id}, {@code params.amount}
     * @param take false: look without taking, for a dry run or a policy that only watches
     */
    Answer ask(String workspace, String policyId, String ruleId, Condition.Rate rate, Facts facts, Instant now, String actionId,
            boolean take);
}

package io.countersign.command.evaluation.api;

import io.countersign.command.action.api.Terms;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Severity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rule that holds, or that cannot be decided and therefore counts as held.
 *
 * @param policyId whose rule it is
 * @param policy name of the policy
 * @param version of the policy
 * @param ruleId the rule
 * @param rule what people call it
 * @param effect what it leads to; of an undecided rule never less than asking a person
 * @param severity as written
 * @param confidence as written
 * @param delaySeconds for {@link Effect#DELAY}
 * @param profile who may decide; null for the action's own
 * @param reusable an approval serves for the same statement again
 * @param maxUses how often besides the first time; null for no limit
 * @param reuseSeconds for how long; null for as long as people have to decide
 * @param message a sentence for people, with what matched in it
 * @param quiet the same without what matched: fit to stand in clear
 * @param matched the values that matched, shortened and masked; null when there are none
 * @param nearest the nearest change that would have passed this rule; null when there is none to name
 * @param undecided the facts were missing or in doubt
 * @param firm of a built-in or locked policy: no standing approval answers it
 * @param authorId who wrote this version of the policy; null for a built-in one and for a draft
 * @param expiresAt when the rule ends; null for never
 */
public record Hit(String policyId, String policy, long version, String ruleId, String rule, Effect effect, Severity severity,
        double confidence, @Nullable Integer delaySeconds, Terms.@Nullable Profile profile, boolean reusable, @Nullable Integer maxUses,
        @Nullable Integer reuseSeconds, String message, String quiet, @Nullable String matched, @Nullable String nearest, boolean undecided,
        boolean firm, @Nullable String authorId, @Nullable Instant expiresAt) {

    /** It asks for a person, and a standing approval may answer in that person's place. */
    public boolean isAnswerable() {
        return effect == Effect.REQUIRE_APPROVAL && !firm && !undecided;
    }

    /** It asks for a person, and that person's answer may serve for the same request again. */
    public boolean isReusable() {
        return effect == Effect.REQUIRE_APPROVAL && reusable && !undecided;
    }

    /** What it adds to the risk: 0 to 1. */
    public double weight() {
        return severity.weight() * confidence;
    }
}

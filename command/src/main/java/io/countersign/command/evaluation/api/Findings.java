package io.countersign.command.evaluation.api;

import io.countersign.command.policy.api.Effect;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a set of policies finds in the facts of one action.
 *
 * @param policies all that were asked, in order
 * @param hits of policies that decide: strictest effect first, then severity, then policy and rule in order
 * @param approvals standing approvals that match, of policies that decide, in order; whether one may stand in is not decided here
 * @param shadow the same of policies that only watch
 * @param interrupted rules that took too long, as {@code policyId/ruleId}: the one thing here that depends on the machine
 * @param rates what was counted, by {@code policyId/ruleId}
 */
public record Findings(List<Asked> policies, List<Hit> hits, List<Hit> approvals, List<Hit> shadow,
        List<String> interrupted, Map<String, RateKeeper.Answer> rates) {

    /** Copies. */
    public Findings {
        policies = List.copyOf(policies);
        hits = List.copyOf(hits);
        approvals = List.copyOf(approvals);
        shadow = List.copyOf(shadow);
        interrupted = List.copyOf(interrupted);
        rates = Map.copyOf(rates);
    }

    /** One version of a policy that was asked. */
    public record Asked(String policyId, String name, long version) {}

    /** The strictest effect of the policies that decide; a question that a standing approval may answer counts as a warning. */
    public Optional<Effect> effect() {
        Optional<Effect> strictest = hits.stream().map(Hit::effect).max(Effect::compareTo);
        boolean answered = !approvals.isEmpty() && isAnswerable() && strictest.filter(Effect.REQUIRE_APPROVAL::equals).isPresent();
        return answered ? Optional.of(Effect.WARN) : strictest;
    }

    /** Every rule that asks for a person lets a standing approval answer. */
    public boolean isAnswerable() {
        return hits.stream().filter(hit -> hit.effect() == Effect.REQUIRE_APPROVAL).allMatch(Hit::isAnswerable);
    }

    /** How risky it looks, 0 to 1: one less the product of what each hit leaves of certainty. */
    public double risk() {
        return risk(hits);
    }

    /** The same for any hits. */
    public static double risk(List<Hit> hits) {
        double safe = 1;
        for (Hit hit : hits) {
            safe *= 1 - hit.weight();
        }
        return Math.round((1 - safe) * 1_000) / 1_000.0;
    }
}

package io.countersign.command.action.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.command.sealing.api.Sealed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the rules, stored with the event and never computed again by replay.
 *
 * @param outcome the strictest of all findings
 * @param code stable reason of a block, such as {@code recipient_not_allowed}; null otherwise
 * @param reason one sentence naming the rule, field or step; null when nothing stands in the way
 * @param riskScore 0 to 1
 * @param policiesEvaluated names of the policies that were asked
 * @param triggeredPolicy the one that decided; null if none
 * @param violations findings that block or stop
 * @param warnings findings that only warn
 * @param evaluationMicros time taken
 * @param mode {@code enforce} or {@code shadow}
 * @param trace every step of the pipeline, in order
 * @param shadow what policies that only watch would have said; it changed nothing. Null when they had nothing to say
 * @param inputs what the policies were asked with, so that this can be computed again; null when none were asked
 * @param standing the standing approval that stood in for a person; null when none did
 * @param reusable how far an approval of this serves again for the same request; null when it serves once
 * @param reuse the earlier approval that served again; null when none did
 */
public record Verdict(Outcome outcome, @Nullable String code, @Nullable String reason, double riskScore, List<String> policiesEvaluated,
        @Nullable String triggeredPolicy, List<Finding> violations, List<Finding> warnings, long evaluationMicros, String mode,
        List<Step> trace, @Nullable List<Finding> shadow, @Nullable Inputs inputs, @Nullable StandingApproval standing,
        @Nullable Reusable reusable, @Nullable Reuse reuse) {

    /** Without policies. */
    public Verdict(Outcome outcome, @Nullable String code, @Nullable String reason, double riskScore, List<String> policiesEvaluated,
            @Nullable String triggeredPolicy, List<Finding> violations, List<Finding> warnings, long evaluationMicros, String mode,
            List<Step> trace) {
        this(outcome, code, reason, riskScore, policiesEvaluated, triggeredPolicy, violations, warnings, evaluationMicros, mode, trace, null,
                null, null, null, null);
    }

    /** The same with the words that were sealed: what matched, and sentences that say it. */
    public Verdict withWords(ActionContent.Judgement words) {
        return new Verdict(outcome, code, words.reason(), riskScore, policiesEvaluated, triggeredPolicy, words.violations(),
                words.warnings(), evaluationMicros, mode, trace, words.shadow(), inputs, standing, reusable, reuse);
    }

    /**
     * Who let it through, when it was let through: {@code rule:<policy>/<rule>} for a standing approval, {@code reuse:<action>} for an approval
     * that served again, else {@code system:auto}.
     */
    public String decider() {
        return standing != null ? "rule:" + standing.policy() + "/" + standing.ruleId() : reuse != null ? "reuse:" + reuse.actionId()
                : "system:auto";
    }

    /** Mildest first. */
    public enum Outcome {
        /** Run it. */
        ALLOW,
        /** Run it and say what looked odd. */
        ALLOW_WITH_WARNINGS,
        /** Ask a person. */
        REQUIRE_APPROVAL,
        /** Refuse. */
        BLOCK
    }

    /**
     * One thing found by one rule.
     *
     * @param rule the rule, or the step of the pipeline
     * @param severity low, medium, high or critical
     * @param message a sentence; what matched stands in it only where the verdict was opened
     * @param policy name of the policy; null for a step of the pipeline
     * @param effect what the rule leads to: {@code warn}, {@code delay}, {@code require_approval} or {@code block}; null for a step
     * @param matched the values that matched, shortened and masked; sealed, so null in the log
     * @param nearest the nearest change that would have passed; null when there is none to name
     * @param answerable true when a standing approval may answer what this asks; null otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Finding(String rule, String severity, String message, @Nullable String policy, @Nullable String effect,
            @Nullable String matched, @Nullable String nearest, @Nullable Boolean answerable) {

        /** By a step of the pipeline. */
        public Finding(String rule, String severity, String message) {
            this(rule, severity, message, null, null, null, null, null);
        }
    }

    /**
     * What the policies were asked with.
     *
     * @param policies each version that was asked, in order
     * @param factsDigest hex SHA-256 over salt and facts
     * @param words seals {@link ActionContent.Judgement}: the facts that do not follow from the request, and what was found in words
     * @param at the moment that counted
     * @param interrupted rules that took too long, as {@code policyId/ruleId}
     * @param rates what was counted, by {@code policyId/ruleId}: {@code within}, {@code exceeded} or {@code unknown}
     */
    public record Inputs(List<PolicyVersion> policies, String factsDigest, Sealed words, Instant at, List<String> interrupted,
            Map<String, String> rates) {}

    /**
     * A rule that stood in for the person who would have been asked.
     *
     * @param policyId whose rule it is
     * @param policy name of the policy
     * @param version of the policy
     * @param ruleId the rule
     * @param authorId the person who wrote this version and whose decision it counts as
     * @param expiresAt when the approval ends
     */
    public record StandingApproval(String policyId, String policy, long version, String ruleId, String authorId, Instant expiresAt) {}

    /**
     * How far an approval serves again.
     *
     * @param seconds from the approval on
     * @param maxUses how often besides the first time; null for no limit
     */
    public record Reusable(long seconds, @Nullable Integer maxUses) {}

    /**
     * An approval of the same request that served again.
     *
     * @param actionId the action that was approved
     * @param approverId who approved it last
     * @param use counts from 1
     * @param maxUses the last use there is; null for no limit
     * @param expiresAt when it serves no more
     */
    public record Reuse(String actionId, String approverId, int use, @Nullable Integer maxUses, Instant expiresAt) {}

    /** One version of a policy. */
    public record PolicyVersion(String policyId, long version) {}

    /** One step of the pipeline and what it said. {@code result} is {@code pass}, {@code warn}, {@code approval} or {@code block}. */
    public record Step(String step, String result, String detail) {}
}

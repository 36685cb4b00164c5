package io.countersign.command.action.api;

import java.util.List;
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
 */
public record Verdict(Outcome outcome, @Nullable String code, @Nullable String reason, double riskScore, List<String> policiesEvaluated,
        @Nullable String triggeredPolicy, List<Finding> violations, List<Finding> warnings, long evaluationMicros, String mode,
        List<Step> trace) {

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

    /** One thing found by one rule. */
    public record Finding(String rule, String severity, String message) {}

    /** One step of the pipeline and what it said. {@code result} is {@code pass}, {@code warn}, {@code approval} or {@code block}. */
    public record Step(String step, String result, String detail) {}
}

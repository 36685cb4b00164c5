package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.Verdict;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The answer of the rules on the wire; the trace only where somebody asked what would happen. */
@Schema(name = "PolicyResult")
record VerdictBody(
        @Schema(description = "allow, allow_with_warnings, require_approval or block", example = "require_approval") String outcome,
        @Schema(description = "Stable reason of a block", example = "recipient_not_allowed") @Nullable String code,
        @Nullable String reason,
        @Schema(description = "0 to 1") @JsonProperty("risk_score") double riskScore,
        @JsonProperty("policies_evaluated") List<String> policiesEvaluated,
        @JsonProperty("triggered_policy") @Nullable String triggeredPolicy,
        List<Verdict.Finding> violations,
        List<Verdict.Finding> warnings,
        @JsonProperty("evaluation_micros") long evaluationMicros,
        @Schema(example = "enforce") String mode,
        @Schema(description = "What policies that only watch would have said; it changed nothing")
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Verdict.Finding> shadow,
        @Schema(description = "The rule that stood in for a person")
        @JsonProperty("standing_approval") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable StandingApproval standingApproval,
        @Schema(description = "The earlier approval of the same request that served again")
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Reused reuse,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Verdict.Step> trace) {

    /** An approval that served again. */
    @Schema(name = "ReusedApproval")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Reused(@Schema(description = "The action that was approved") @JsonProperty("action_id") String actionId,
            @JsonProperty("approver_id") String approverId, @Schema(description = "Counts from 1") int use,
            @JsonProperty("max_uses") @Nullable Integer maxUses, @JsonProperty("expires_at") Instant expiresAt) {

        static @Nullable Reused of(Verdict verdict) {
            var reuse = verdict.reuse();
            return reuse == null ? null : new Reused(reuse.actionId(), reuse.approverId(), reuse.use(), reuse.maxUses(), reuse.expiresAt());
        }
    }

    /** A rule whose writer decided beforehand. */
    @Schema(name = "StandingApproval")
    record StandingApproval(@JsonProperty("policy_id") String policyId, String policy, long version, @JsonProperty("rule_id") String ruleId,
            @Schema(description = "Principal id of the person whose decision it counts as") @JsonProperty("author_id") String authorId,
            @JsonProperty("expires_at") Instant expiresAt) {

        static @Nullable StandingApproval of(Verdict verdict) {
            var standing = verdict.standing();
            return standing == null ? null : new StandingApproval(standing.policyId(), standing.policy(), standing.version(), standing.ruleId(),
                    standing.authorId(), standing.expiresAt());
        }
    }

    static VerdictBody of(Verdict verdict) {
        return body(verdict, verdict.trace());
    }

    static VerdictBody withoutTrace(Verdict verdict) {
        return body(verdict, null);
    }

    private static VerdictBody body(Verdict verdict, @Nullable List<Verdict.Step> trace) {
        return new VerdictBody(verdict.outcome().name().toLowerCase(Locale.ROOT), verdict.code(), verdict.reason(), verdict.riskScore(),
                verdict.policiesEvaluated(), verdict.triggeredPolicy(), verdict.violations(), verdict.warnings(),
                verdict.evaluationMicros(), verdict.mode(), verdict.shadow(), StandingApproval.of(verdict), Reused.of(verdict), trace);
    }
}

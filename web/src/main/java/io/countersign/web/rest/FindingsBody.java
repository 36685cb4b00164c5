package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.policy.api.Effect;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What policies find in a sample. */
@Schema(name = "PolicyFindings")
record FindingsBody(
        @Schema(description = "allow, allow_with_warnings, require_approval or block: of the policies alone") String outcome,
        @JsonProperty("risk_score") double riskScore, @JsonProperty("policies_evaluated") List<Asked> policiesEvaluated,
        @Schema(description = "Rules that hold, strictest first") List<HitBody> hits,
        @Schema(description = "Standing approvals that match; the outcome takes it that their author may decide the action") List<HitBody> approvals,
        @Schema(description = "Rules of policies that only watch: they would change nothing") List<HitBody> shadow) {

    /** One version of a policy. */
    @Schema(name = "PolicyAsked")
    record Asked(String id, String name, long version) {}

    /** One rule that holds. */
    @Schema(name = "PolicyHit")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HitBody(@JsonProperty("policy_id") String policyId, String policy, @JsonProperty("rule_id") String ruleId, String rule, String effect,
            String severity, String message, @Nullable String matched,
            @Schema(description = "The nearest change that would have passed this rule") @Nullable String nearest,
            @Schema(description = "The facts were missing or in doubt") boolean undecided) {

        static HitBody of(Hit hit) {
            return new HitBody(hit.policyId(), hit.policy(), hit.ruleId(), hit.rule(), hit.effect().wire(), hit.severity().wire(), hit.message(),
                    hit.matched(), hit.nearest(), hit.undecided());
        }
    }

    static FindingsBody of(Findings findings) {
        return new FindingsBody(findings.effect().map(Effect::outcome).orElse(Outcome.ALLOW).name().toLowerCase(Locale.ROOT), findings.risk(),
                findings.policies().stream().map(asked -> new Asked(asked.policyId(), asked.name(), asked.version())).toList(),
                findings.hits().stream().map(HitBody::of).toList(), findings.approvals().stream().map(HitBody::of).toList(),
                findings.shadow().stream().map(HitBody::of).toList());
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Verdict;
import io.countersign.query.action.api.ActionRow;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An action as the control interface tells it. */
@Schema(name = "ControlAction")
@JsonInclude(JsonInclude.Include.ALWAYS)
record ControlAction(@JsonProperty("action_id") String actionId, @Schema(example = "github.merge_pr") String action,
        @Schema(description = "Asked for just now: allowed, blocked or pending_review. Read later: also approved, executed, failed, denied, "
                + "expired or rolled_back") String status,
        @JsonProperty("policy_result") PolicyResult policyResult, String message,
        @JsonProperty("agent_id") String agentId, String connector, String operation,
        @Schema(description = "gateway: Countersign carries it out; caller: the caller does, once it is allowed or approved") String execution,
        @JsonProperty("submitted_at") Instant submittedAt, @JsonProperty("decided_by") @Nullable String decidedBy,
        @Schema(description = "What the person who decided said") @Nullable String reason) {

    /** The answer of the rules. */
    @Schema(name = "ControlPolicyResult")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record PolicyResult(@JsonProperty("action_id") String actionId, @Schema(description = "0 to 1") @JsonProperty("risk_score") double riskScore,
            @JsonProperty("evaluation_time_ms") double evaluationMillis, @JsonProperty("triggered_policy") @Nullable String triggeredPolicy,
            @Nullable String reason, @Nullable String severity, List<String> warnings,
            @Schema(description = "null when there are none") @Nullable List<Violation> violations,
            @JsonProperty("policies_evaluated") List<String> policiesEvaluated,
            @Schema(description = "Place in the log of the newest event of this action") @JsonProperty("audit_chain_index") long auditChainIndex) {

        static PolicyResult of(ActionRow row) {
            Verdict verdict = row.verdict();
            var violations = verdict.violations().stream().map(Violation::of).toList();
            return new PolicyResult(row.id(), verdict.riskScore(), verdict.evaluationMicros() / 1_000.0, verdict.triggeredPolicy(),
                    verdict.reason(), violations.isEmpty() ? null : violations.getFirst().severity(),
                    verdict.warnings().stream().map(Verdict.Finding::message).toList(), violations.isEmpty() ? null : violations,
                    verdict.policiesEvaluated(), row.index());
        }
    }

    /** One rule that blocks or stops. */
    @Schema(name = "ControlViolation")
    record Violation(String rule, String severity, String message) {

        static Violation of(Verdict.Finding finding) {
            return new Violation(finding.rule(), finding.severity(), finding.message());
        }
    }

    /** What is sent to ask. */
    @Schema(name = "NewControlAction", requiredProperties = "action", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Fresh(@Schema(description = "connector.operation", example = "github.merge_pr", maxLength = 200) String action,
            @Schema(types = "object", example = "{\"repo\": \"myorg/myrepo\", \"pr_number\": 42}") @Nullable String params,
            @Schema(description = "The caller's own id or name; authentication alone says who asks")
            @JsonProperty("agent_id") @Nullable String agentId) {

        private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{1,64})[.:]([A-Za-z0-9_.:/-]{1,128})");

        static Fresh from(JsonBody body) {
            var fresh = new Fresh(body.name("action", 200), body.objectIfGiven("params", NewAction.MAX_PARAMS_BYTES),
                    body.text("agent_id", 200));
            if (!fresh.action().isEmpty() && !NAME.matcher(fresh.action()).matches()) {
                body.fault("action", "must read connector.operation, such as github.merge_pr");
            }
            body.finish();
            return fresh;
        }

        RequestAction askedBy(Caller caller, @Nullable String idempotencyKey, String bodySha256) {
            var name = NAME.matcher(action);
            if (!name.matches()) {
                throw new IllegalStateException("finished bodies have good names");
            }
            return new RequestAction(caller.principalId(), caller.workspace(), caller.origin(),
                    (name.group(1) + ":" + name.group(2)).toLowerCase(Locale.ROOT), params == null ? "{}" : params, idempotencyKey,
                    idempotencyKey == null ? null : bodySha256, null, null, null, false);
        }
    }

    static ControlAction submitted(ActionRow row) {
        return of(row, ControlStatus.ofSubmission(row));
    }

    static ControlAction now(ActionRow row) {
        return of(row, ControlStatus.of(row));
    }

    static String dotted(ActionRow row) {
        return row.connector() + "." + row.operation();
    }

    private static ControlAction of(ActionRow row, String status) {
        return new ControlAction(row.id(), dotted(row), status, PolicyResult.of(row), message(row, status), row.requestedBy(), row.connector(),
                row.operation(), row.terms().execution().name().toLowerCase(Locale.ROOT), row.requestedAt(), row.decidedBy(),
                row.automatic() ? null : row.decisionReason());
    }

    private static String message(ActionRow row, String status) {
        boolean caller = row.terms().execution() == Execution.CALLER;
        return switch (status) {
            case ControlStatus.ALLOWED -> caller ? "Action permitted by policy evaluation; carry it out yourself."
                    : "Action permitted by policy evaluation.";
            case ControlStatus.BLOCKED -> "Action blocked: " + (row.verdict().reason() == null ? "the rules said no" : row.verdict().reason());
            case ControlStatus.PENDING -> row.executeAt() != null ? "Action allowed from " + row.executeAt() + " on, unless it is withdrawn."
                    : row.status().isCleared() ? "Action is being cleared; ask again."
                    : "Action waits for a person" + (row.verdict().reason() == null ? "." : ": " + row.verdict().reason());
            case "approved" -> caller ? "Action approved by a person; carry it out yourself." : "Action approved by a person.";
            case "denied" -> row.decisionReason() == null ? "Action denied." : "Action denied: " + row.decisionReason();
            case "expired" -> "The time for this action is up.";
            case "executed" -> "Action executed.";
            case "failed" -> row.error() == null ? "Action failed." : "Action failed: " + row.error();
            default -> "Action rolled back.";
        };
    }
}

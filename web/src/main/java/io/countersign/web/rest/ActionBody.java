package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ReusableApproval;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Reader;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An action on the wire. The names are written out, because clients rely on them whatever a mapper is configured to do. JSON that came from
 * outside is passed on as the text it came in.
 */
@Schema(name = "Action")
@JsonInclude(JsonInclude.Include.ALWAYS)
record ActionBody(
        @Schema(description = "UUID", example = "0199f3a2-5b7e-7c41-9d0a-3f1c2b4a5d6e") String id,
        @Schema(description = "Name of the action type, as asked for", example = "email:send") String action,
        @JsonProperty("action_type") String actionType,
        @Schema(example = "email") String connector,
        @Schema(example = "send") String operation,
        @Schema(description = "Where it stands", example = "pending") String status,
        @Schema(description = "The same in the eight words of the older interface", example = "pending")
        @JsonProperty("legacy_status") String legacyStatus,
        @Schema(description = "One sentence on what happens next") String message,
        @Schema(description = "Where it goes, worded by Countersign") String target,
        @Schema(description = "One line, worded by Countersign") String summary,
        @Schema(description = "The parameters exactly as received; null once erased", types = "object")
        @JsonRawValue @Nullable String payload,
        @Schema(description = "Hex SHA-256 over those bytes; send it back with an approval to prove what was seen. Null once erased")
        @JsonProperty("payload_sha256") @Nullable String payloadSha256,
        @Schema(description = "Hex SHA-256 over a salt and those bytes, as it stands in the log; it stays when the content is erased")
        @JsonProperty("payload_digest") String payloadDigest,
        @Schema(description = "Principal id") @JsonProperty("requested_by") String requestedBy,
        @JsonProperty("requested_at") Instant requestedAt,
        @Schema(description = "The channel it came through", example = "api") String origin,
        @Schema(description = "What the requester says; unverified") @Nullable String reason,
        @Schema(description = "What the requester adds; unverified", types = {"object", "array", "string", "number", "boolean"}) @JsonRawValue @Nullable String context,
        @JsonProperty("expires_at") @Nullable Instant expiresAt,
        @JsonProperty("execute_at") @Nullable Instant executeAt,
        @Schema(description = "Principal id, or system:auto or system:expiry, or rule:policy/rule for a standing approval, or reuse:action for an earlier approval that served again", example = "system:auto")
        @JsonProperty("decided_by") @Nullable String decidedBy,
        @JsonProperty("decided_at") @Nullable Instant decidedAt,
        @Schema(example = "approved") @Nullable String decision,
        @JsonProperty("decision_reason") @Nullable String decisionReason,
        int attempt,
        @JsonProperty("executed_at") @Nullable Instant executedAt,
        @Schema(description = "Rendered and kept instead of sent, because no credentials are configured") boolean captured,
        @Schema(description = "Some recipients got it, others did not; see result") boolean partial,
        @Schema(description = "What the far side answered, masked and capped", types = "object") @JsonRawValue @Nullable String result,
        @Nullable String error,
        @JsonProperty("error_class") @Nullable String errorClass,
        @Schema(description = "Set when undoing failed") @Nullable String warning,
        @Schema(description = "How it could be undone") @JsonProperty("rollback_info") @Nullable RollbackInfo rollbackInfo,
        @JsonProperty("rolled_back_by") @Nullable String rolledBackBy,
        @JsonProperty("rolled_back_at") @Nullable Instant rolledBackAt,
        @JsonProperty("conversation_id") @Nullable String conversationId,
        @JsonProperty("request_id") @Nullable String requestId,
        @Schema(example = "admin-only") @JsonProperty("approval_mode") String approvalMode,
        @Schema(description = "What a person must type to approve it; null for nothing")
        @JsonProperty("confirmation_phrase") @Nullable String confirmationPhrase,
        @Schema(example = "staged") String tier,
        @JsonProperty("policy_result") VerdictBody policyResult,
        @Schema(description = "How far its approval serves for the same request again; null when it does not") @Nullable ReuseBody reuse,
        @Schema(description = "What it is about looked like, to the executor that would act; null when nobody looked") @Nullable WitnessBody witness,
        @Schema(description = "What was written about it is not here: erased for good, or moved to an archive") boolean erased,
        @Schema(description = "The archive it was moved to and can be proved from; null when it is here, or erased") @Nullable String archive,
        @Schema(description = "decided_by, for clients of the older interface")
        @JsonProperty("approved_by") @Nullable String approvedBy,
        @Schema(description = "decided_at, for clients of the older interface")
        @JsonProperty("resolved_at") @Nullable Instant resolvedAt,
        @Schema(description = "What the caller can do next: self, wait, consume, approve, deny, revoke, cancel, resolve, rollback, console")
        Map<String, String> links) {

    /** An approval that serves again. */
    @Schema(name = "Reuse")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ReuseBody(@Schema(description = "How often it has served again") int uses,
            @Schema(description = "null for no limit") @JsonProperty("max_uses") @Nullable Integer maxUses,
            @JsonProperty("expires_at") @Nullable Instant expiresAt, boolean exhausted, boolean revoked) {

        static @Nullable ReuseBody of(@Nullable ReusableApproval approval) {
            return approval == null || approval.terms() == null ? null : new ReuseBody(approval.uses(), approval.terms().maxUses(),
                    approval.expiresAt(), approval.isExhausted(), approval.revoked());
        }
    }

    /** What it is about. */
    @Schema(name = "Witness")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record WitnessBody(@Schema(description = "What was looked at, worded by Countersign; this and what was found are for people, and gone once erased") @Nullable String subject,
            @Schema(description = "When") Instant at, @Schema(description = "It could be looked at") boolean seen,
            @Schema(description = "Why not") @Nullable String why, List<ActionContent.Fact> facts,
            @Schema(description = "The same as long as nothing changes; send it back with an approval to prove what was seen") String digest,
            @Schema(description = "What looked different when it was about to start, one sentence each") List<String> differences,
            @Schema(description = "The facts that had been decided on, when they were different") @Nullable List<ActionContent.Fact> then) {

        /** Agents are not told what was found: asking for something would be a way to read what they may not. */
        static @Nullable WitnessBody of(ActionRow row, boolean person) {
            var witness = row.witness();
            if (witness == null) {
                return null;
            }
            var now = witness.now();
            var then = witness.then();
            var differences = row.drift() == null || then == null ? List.<String>of() : row.drift();
            return row.erased() || !person ? new WitnessBody(null, witness.at(), witness.now().unseen() == null, null, List.of(), witness.digest(), List.of(), null)
                    : new WitnessBody(now.subject(), witness.at(), now.unseen() == null, now.unseen(), now.facts(), witness.digest(), differences,
                            then == null ? null : then.facts());
        }
    }

    /** A way back: the method and its parameters. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RollbackInfo(String method, @Schema(types = "object") @JsonRawValue @Nullable String params) {}

    static final String PATH = "/api/v1/actions";

    static ActionBody of(ActionRow row, Reader reader) {
        return body(row, links(row, reader), !reader.isAgent());
    }

    /** An action as it stood once: nothing can be done to that. */
    static ActionBody then(ActionRow row, Reader reader) {
        return body(row, Map.of("now", PATH + "/" + row.id(), "console", "/admin/actions/" + row.id()), !reader.isAgent());
    }

    private static ActionBody body(ActionRow row, Map<String, String> links, boolean person) {
        return new ActionBody(row.id(), row.terms().entry().orElse(row.actionType()), row.actionType(), row.connector(), row.operation(),
                row.status().wire(),
                row.status().legacy(row.automatic()), message(row), row.target(), row.summary(), json(row, row.payload()),
                row.payloadSha256(), row.payloadDigest(), row.requestedBy(), row.requestedAt(), row.origin(), row.reason(), json(row, row.context()),
                row.expiresAt(), row.executeAt(), row.decidedBy(), row.decidedAt(), row.decision(), row.decisionReason(), row.attempt(),
                row.executedAt(), row.captured(), row.partial(), json(row, row.result()), row.error(), row.errorClass(),
                row.status() == ActionStatus.ROLLBACK_FAILED ? row.error() : null, rollbackInfo(row), row.rolledBackBy(),
                row.rolledBackAt(), row.conversationId(), row.requestId(), row.terms().mode().wire(),
                row.terms().profile().confirmationPhrase(), row.terms().tier(),
                VerdictBody.withoutTrace(row.verdict()), ReuseBody.of(row.reusable()), WitnessBody.of(row, person), row.erased(),
                row.archive(), row.decidedBy(), row.decidedAt(), links);
    }

    private static @Nullable String json(ActionRow row, @Nullable String text) {
        return row.erased() ? null : text;
    }

    private static @Nullable RollbackInfo rollbackInfo(ActionRow row) {
        return row.rollbackMethod() == null ? null : new RollbackInfo(row.rollbackMethod(), json(row, row.rollbackParams()));
    }

    private static Map<String, String> links(ActionRow row, Reader reader) {
        var links = new LinkedHashMap<String, String>();
        var self = PATH + "/" + row.id();
        var status = row.status();
        links.put("self", self);
        if (!status.isSettled()) {
            links.put("wait", self + "?wait=30&since_status=" + status.wire());
        }
        if (status == ActionStatus.GRANTED) {
            links.put("consume", self + "/consume");
        }
        if (!reader.isAgent()) {
            if (status.isDecidable()) {
                links.put("approve", self + "/approve");
                links.put("deny", self + "/deny");
            }
            var reusable = row.reusable();
            if (status == ActionStatus.GRANTED || reusable != null && !reusable.revoked() && !reusable.isExhausted()) {
                links.put("revoke", self + "/revoke");
            }
            if (status == ActionStatus.OUTCOME_UNKNOWN) {
                links.put("resolve", self + "/resolve");
            }
            if (status.isUndoable() && row.rollbackMethod() != null) {
                links.put("rollback", self + "/rollback");
            }
        }
        if (status.isCancellable()) {
            links.put("cancel", self + "/cancel");
        }
        links.put("console", "/admin/actions/" + row.id());
        return links;
    }

    private static String message(ActionRow row) {
        return switch (row.status()) {
            case PENDING -> "Waits for a person" + (row.expiresAt() == null ? "." : " until " + row.expiresAt() + ".");
            case STALE -> "Waits for a person again: the world changed after it was approved.";
            case SCHEDULED -> "Will run" + (row.executeAt() == null ? "" : " at " + row.executeAt()) + " unless it is withdrawn.";
            case HELD -> "Cleared, but held back by a switch.";
            case APPROVED, AUTO_APPROVED -> "Cleared; about to run.";
            case EXECUTING -> "Running.";
            case AWAITING_EXTERNAL -> "Cleared; a worker outside has it or may take it.";
            case GRANTED -> "Granted; the caller may do it now.";
            case EXECUTED -> row.captured() ? "Captured, not sent: no credentials are configured."
                    : row.partial() ? "Done in part; see result." : "Done.";
            case CONSUMED -> "The grant was used.";
            case FAILED -> "It did not happen.";
            case TIMED_OUT -> "lease_expired".equals(row.errorClass()) ? "The worker that took it did not report back in time; it may have done it."
                    : "It took too long and did not happen.";
            case OUTCOME_UNKNOWN -> "Nobody knows whether it happened; a person must look.";
            case DENIED -> "A person said no.";
            case EXPIRED -> "Nobody decided in time.";
            case CANCELLED -> "Withdrawn.";
            case BLOCKED -> row.verdict().reason() == null ? "The rules said no." : row.verdict().reason();
            case GRANT_EXPIRED -> "The grant ran out unused.";
            case REVOKED -> "The grant was taken back.";
            case ROLLING_BACK -> "Being undone.";
            case ROLLED_BACK -> "Undone.";
            case ROLLBACK_FAILED -> "Undoing failed; it may be tried again.";
        };
    }
}

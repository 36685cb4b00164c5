package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bodies of what can be said about an action, and the answer to many at once. */
final class Decisions {

    private Decisions() {}

    /** A yes. */
    @Schema(name = "Approval", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Approval(@Schema(maxLength = 1000) @Nullable String comment,
            @Schema(description = "payload_sha256 of the action as it was shown; another one is a 409 stale_view",
                    pattern = "^[0-9a-fA-F]{64}$")
            @JsonProperty("payload_sha256") @Nullable String payloadSha256,
            @Schema(description = "confirmation_phrase of the action, typed by the person; required where it has one", maxLength = 1000)
            @JsonProperty("confirmation_phrase") @Nullable String confirmationPhrase,
            @Schema(description = "witness.digest of the action as it was shown; another one is a 409 stale_view", pattern = "^[0-9a-fA-F]{64}$")
            @JsonProperty("witness_digest") @Nullable String witnessDigest) {

        static Approval from(JsonBody body) {
            var approval = new Approval(body.text("comment", NewAction.MAX_REMARK), body.sha256("payload_sha256"),
                    body.text("confirmation_phrase", NewAction.MAX_REMARK), body.sha256("witness_digest"));
            body.finish();
            return approval;
        }
    }

    /** A no, a withdrawal, or a wish to undo, perhaps with a reason. */
    @Schema(name = "Reason", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Reason(@Schema(maxLength = 1000) @Nullable String reason) {

        static @Nullable String from(JsonBody body) {
            var reason = body.text("reason", NewAction.MAX_REMARK);
            body.finish();
            return reason;
        }
    }

    /** What a person found out about an unknown outcome. */
    @Schema(name = "Resolution", requiredProperties = "resolution", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Resolution(@Schema(allowableValues = {"executed", "failed", "retry"}) String resolution,
            @Schema(maxLength = 1000) @Nullable String comment) {

        static Resolution from(JsonBody body) {
            var resolution = new Resolution(body.decision("resolution", Set.of("executed", "failed", "retry")),
                    body.text("comment", NewAction.MAX_REMARK));
            body.finish();
            return resolution;
        }
    }

    /** One decision on many actions. */
    @Schema(name = "BulkDecision", requiredProperties = {"ids", "action"}, additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Bulk(@Schema(description = "1 to 100 different action ids") List<String> ids,
            @Schema(allowableValues = {"approve", "deny"}) String action, @Schema(maxLength = 1000) @Nullable String reason) {

        static final int MAX_IDS = 100;

        static Bulk from(JsonBody body) {
            var bulk = new Bulk(body.actionIds("ids", MAX_IDS), body.decision("action", Set.of("approve", "deny")),
                    body.text("reason", NewAction.MAX_REMARK));
            body.finish();
            return bulk;
        }

        boolean approves() {
            return "approve".equals(action);
        }
    }

    /** Each id stands in exactly one list. */
    @Schema(name = "BulkReport")
    record BulkReport(List<String> updated, @JsonProperty("not_found") List<String> notFound, List<String> forbidden,
            List<BulkError> errors) {}

    /** Why one action of many was not decided. */
    @Schema(name = "BulkError")
    record BulkError(String id, String error, String code) {}
}

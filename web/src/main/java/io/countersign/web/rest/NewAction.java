package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What an agent sends to ask for an action. */
@Schema(name = "NewAction", requiredProperties = {"action", "params"}, additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
record NewAction(
        @Schema(description = "Name of the action type", example = "email:send", maxLength = 200) String action,
        @Schema(description = "Parameters of the action type; kept and executed exactly as sent, at most 256 KiB, 16 levels",
                types = "object", example = "{\"to\": \"ann@example.com\", \"subject\": \"Minutes\", \"body\": \"<p>Attached.</p>\"}")
        String params,
        @Schema(description = "Why, in the agent's own words; shown as unverified", maxLength = 1000) @Nullable String reason,
        @Schema(description = "Anything that helps the person who decides; at most 64 KiB",
                types = {"object", "array", "string", "number", "boolean"}) @Nullable String context,
        @Schema(description = "Groups the actions of one conversation", maxLength = 200)
        @JsonProperty("conversation_id") @Nullable String conversationId,
        @Schema(description = "Ask a person whatever the rules say") @JsonProperty("force_approval") boolean forceApproval,
        @Schema(description = "Only tell what would happen; nothing is recorded") @JsonProperty("dry_run") boolean dryRun,
        @Schema(description = "How long a delayed action waits; at least as long as its entry of the catalogue says, which it does unless given",
                minimum = "1", maximum = "86400") @JsonProperty("delay_seconds") @Nullable Integer delaySeconds) {

    static final int MAX_PARAMS_BYTES = 256 * 1024;
    static final int MAX_CONTEXT_BYTES = 64 * 1024;
    static final int MAX_REMARK = 1000;

    private static final int LONGEST_DELAY = 86_400;

    /** @param dryRun what the address says of it; null when it says nothing */
    static NewAction from(JsonBody body, @Nullable Boolean dryRun) {
        var said = body.choice("dry_run");
        if (said != null && dryRun != null && !said.equals(dryRun)) {
            body.fault("dry_run", "must say the same in the body and in the address");
        }
        var wanted = new NewAction(body.name("action", 200), body.object("params", MAX_PARAMS_BYTES), body.text("reason", MAX_REMARK),
                body.json("context", MAX_CONTEXT_BYTES), body.text("conversation_id", 200), body.flag("force_approval"),
                Boolean.TRUE.equals(said != null ? said : dryRun), seconds(body.whole("delay_seconds", 1, LONGEST_DELAY)));
        body.finish();
        return wanted;
    }

    private static @Nullable Integer seconds(@Nullable Long seconds) {
        return seconds == null ? null : seconds.intValue();
    }

    RequestAction askedBy(Caller caller, @Nullable String idempotencyKey, String bodySha256) {
        return new RequestAction(caller.principalId(), caller.workspace(), caller.origin(), action, params, idempotencyKey,
                idempotencyKey == null ? null : bodySha256, reason, context, conversationId, forceApproval, delaySeconds);
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.web.erasure.Erasing;
import io.countersign.web.erasure.Retention;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Erasing: counted before, done by admins with a reason, and on the log. */
@RestController
@RequestMapping(path = "/api/v1/admin", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Erasure", description = "Erases for good what was written, and who somebody was. Facts, digests and proofs stay valid.")
class ErasureRestController {

    private final Erasing erasing;
    private final Retention retention;

    ErasureRestController(Erasing erasing, Retention retention) {
        this.erasing = erasing;
        this.retention = retention;
    }

    /** What would be erased. */
    @Schema(name = "ErasurePreview")
    record PreviewBody(@Schema(description = "1 when somebody would no longer be known by name") long identities,
            @Schema(description = "Ended actions whose content would go") long actions,
            @Schema(description = "Actions whose content is still needed") long open,
            @Schema(description = "Those of the open ones that still wait: they are withdrawn first and erased with the others") long waiting,
            @Schema(description = "Erased already") long erased) {}

    /** What shall be erased: one action, or one person or agent. */
    @Schema(name = "Erasure", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Erasure(@Schema(description = "Id of an ended action") @Nullable String action,
            @Schema(description = "Id of a person or an agent") @Nullable String principal,
            @Schema(description = "With a principal: also what it asked for. What still waits is withdrawn first; what is under way stays") boolean actions,
            @Schema(description = "Why. It is kept, so name a request and not what is erased", requiredMode = Schema.RequiredMode.REQUIRED,
                    maxLength = 1000) String reason) {}

    /** What was erased. */
    @Schema(name = "Erased")
    record ErasedBody(long identities, long actions,
            @Schema(description = "Those of them that still waited, and were withdrawn first") long cancelled,
            @Schema(description = "Actions whose content is left: one call erases at most 10,000, and none that is still needed") long remaining,
            @Schema(description = "Those of the remaining ones that have not ended; erase again when they have") long open) {}

    /** How long content is kept. */
    @Schema(name = "Retention")
    record RetentionBody(@JsonProperty("retention_days") int retentionDays, @JsonProperty("grace_days") int graceDays,
            @Schema(description = "Past retention, moved to an archive at the next look unless something happened to them lately") long archivable,
            @Schema(description = "Why nothing is archived here; null when it is") @JsonProperty("not_archived_because") @Nullable String hindrance,
            @Schema(description = "Past retention, erased when their grace is over") long leaving,
            @Schema(description = "Erased at the next look, unless something happened to them lately") long due,
            @Schema(description = "Erased so far, for any cause") long erased) {}

    /** What a look did. */
    @Schema(name = "RetentionLook")
    record LookBody(@Schema(description = "Actions moved to an archive") long archived,
            @Schema(description = "Actions whose content was erased") long erased) {}

    @GetMapping("/erasure")
    @Operation(operationId = "previewErasure", summary = "What erasing would erase", description = "Counts only; nothing is erased or noted.")
    @ApiResponse(responseCode = "200", description = "Counts")
    PreviewBody preview(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String principal,
            @Parameter(description = "With a principal: also what it asked for", schema = @Schema(type = "boolean"))
            @RequestParam(required = false) @Nullable String actions) {
        Gatekeeping.admin(caller);
        boolean withActions = Inputs.flag("actions", actions);
        if ((action == null) == (principal == null)) {
            throw Inputs.fault("action", "or principal must be given, and not both");
        }
        var found = action != null ? erasing.ofAction(caller, action) : erasing.ofPrincipal(caller, String.valueOf(principal), withActions);
        return found.map(it -> new PreviewBody(it.identities(), it.actions(), it.open(), it.waiting(), it.erased()))
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is nothing with this id."));
    }

    @PostMapping("/erasure")
    @Operation(operationId = "erase", summary = "Erase for good",
            description = "Destroys the data key of an ended action, or of a person or an agent. Nobody can bring it back. The log stays whole and verifiable.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Erasure.class))))
    @ApiResponse(responseCode = "200", description = "What was erased; zeros when it was gone already")
    ErasedBody erase(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        var action = body.text("action", 100);
        var principal = body.text("principal", 100);
        var actions = body.flag("actions");
        var reason = body.text("reason", NewAction.MAX_REMARK);
        if ((action == null) == (principal == null)) {
            body.fault("action", "or principal must be given, and not both");
        }
        if (reason == null) {
            body.fault("reason", "is required");
        }
        body.finish();
        var done = action != null ? erasing.action(caller, action, reason)
                : erasing.principal(caller, String.valueOf(principal), actions, reason);
        return new ErasedBody(done.identities(), done.actions(), done.cancelled(), done.remaining(), done.open());
    }

    @GetMapping("/retention")
    @Operation(operationId = "getRetention", summary = "How long content is kept, and what leaves next")
    @ApiResponse(responseCode = "200", description = "Settings and counts")
    RetentionBody retention(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.admin(caller);
        var standing = retention.standing(caller.workspace());
        return new RetentionBody(standing.days(), standing.graceDays(), standing.archivable(), standing.hindrance(), standing.leaving(), standing.due(), standing.erased());
    }

    @PostMapping("/retention/run")
    @Operation(operationId = "runRetention", summary = "Archive and erase now what is due by age", description = "It is also done every six hours by itself.")
    @ApiResponse(responseCode = "200", description = "How many actions it concerned")
    LookBody run(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        body.finish();
        var look = retention.look();
        return new LookBody(look.archived(), look.erased());
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionRow;
import io.countersign.web.security.Caller;
import io.countersign.web.undo.Undoing;
import io.countersign.web.undo.Undoing.Ended;
import io.countersign.web.undo.Undoing.Scope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What can be undone, and undoing much of it at once. */
@RestController
@RequestMapping(path = "/api/v1/undo", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Undo", description = "What was done and can be undone, undoing many, and plans of what is to be made good.")
class UndoRestController {

    private static final int USUAL = 20;
    private static final int MOST = 100;

    private final Undoing undoing;

    UndoRestController(Undoing undoing) {
        this.undoing = undoing;
    }

    /** Something that can be undone. */
    @Schema(name = "Undoable")
    record UndoBody(String id, String action, String status, String summary, String target, @JsonProperty("requested_by") String requestedBy,
            @JsonProperty("executed_at") @Nullable Instant executedAt, @Schema(description = "How it is undone") @Nullable String method) {

        static UndoBody of(ActionRow row) {
            return new UndoBody(row.id(), row.actionType(), row.status().wire(), row.summary(), row.target(), row.requestedBy(), row.executedAt(),
                    row.rollbackMethod());
        }
    }

    /** A page of it. */
    @Schema(name = "UndoPage")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record UndoPage(List<UndoBody> items, @Schema(description = "Null on the last page; a page may be empty while more follows")
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    /** Which actions are undone. */
    @Schema(name = "UndoAll", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record All(@Schema(description = "Only what this principal asked for") @JsonProperty("requested_by") @Nullable String requestedBy,
            @JsonProperty("conversation_id") @Nullable String conversationId, @Schema(description = "Only what was done at or after this") @Nullable Instant since,
            @Schema(description = "At most so many; 20 unless given", minimum = "1", maximum = "100") @Nullable Integer limit,
            @Schema(description = "Go on after one that cannot be undone") @JsonProperty("continue_on_failure") boolean continueOnFailure,
            @Schema(maxLength = 1000) @Nullable String reason) {}

    /** How it went. Each action stands in exactly one list. */
    @Schema(name = "UndoReport")
    record Report(List<String> undone, List<Failure> failed, @Schema(description = "Not tried, because one before failed")
            @JsonProperty("not_tried") List<String> notTried) {

        static Report of(List<String> wanted, List<Ended> ended) {
            return new Report(ended.stream().filter(Ended::isUndone).map(Ended::id).toList(),
                    ended.stream().filter(one -> !one.isUndone())
                            .map(one -> new Failure(one.id(), String.valueOf(one.code()), String.valueOf(one.error()))).toList(),
                    wanted.subList(ended.size(), wanted.size()));
        }
    }

    /** What was not undone, and why. */
    @Schema(name = "UndoFailure")
    record Failure(String id, String code, String error) {}

    @GetMapping
    @Operation(operationId = "listUndoable", summary = "What was done and can be undone, newest first")
    @ApiResponse(responseCode = "200", description = "One page")
    UndoPage list(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "Only what this principal asked for") @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            @RequestParam(name = "conversation_id", required = false) @Nullable String conversationId,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "`next_cursor` of the page before") @RequestParam(required = false) @Nullable String cursor) {
        Gatekeeping.person(caller);
        var filter = Inputs.filter(List.of("executed"), null, null, requestedBy, conversationId, limit, cursor);
        var page = undoing.page(caller, new Scope(filter.requesterId(), filter.conversationId(), null, null), filter.limit(), filter.cursor());
        return new UndoPage(page.items().stream().map(UndoBody::of).toList(), page.nextCursor());
    }

    @PostMapping
    @Operation(operationId = "undoAll", summary = "Undo what can be undone, the newest first",
            description = "One after the other, each as if undone alone. Stops at the first that cannot be undone unless told to go on.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = All.class))))
    @ApiResponse(responseCode = "200", description = "How it went")
    Report undoAll(@AuthenticationPrincipal Caller caller, JsonBody body) {
        mustBeAnalyst(caller);
        var by = body.text("requested_by", 100);
        var conversation = body.text("conversation_id", 500);
        var since = instant(body, "since");
        var limit = body.integer("limit", 1);
        if (limit != null && limit > MOST) {
            body.fault("limit", "must be at most " + MOST);
        }
        var goOn = body.flag("continue_on_failure");
        var reason = body.text("reason", NewAction.MAX_REMARK);
        body.finish();
        var most = limit == null ? USUAL : limit.intValue();
        var wanted = undoing.done(caller, new Scope(by, conversation, since, null), Integer.MAX_VALUE).stream()
                .filter(Undoing::isReversible).limit(most).map(ActionRow::id).toList();
        return Report.of(wanted, undoing.undo(caller, wanted, goOn, reason));
    }

    static void mustBeAnalyst(Caller caller) {
        Gatekeeping.person(caller);
        if (!caller.atLeast(Role.ANALYST)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role analyst.");
        }
    }

    static @Nullable Instant instant(JsonBody body, String member) {
        var text = body.text(member, 40);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException odd) {
            body.fault(member, "must be a moment such as 2026-01-31T12:00:00Z");
            return null;
        }
    }
}

package io.countersign.web.rest;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What waits for people, now or at an earlier moment. */
@RestController
@Tag(name = "Actions")
class QueueRestController {

    private final Actions actions;

    QueueRestController(Actions actions) {
        this.actions = actions;
    }

    @GetMapping(path = "/api/v1/queue", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listQueue", summary = "What waits for people, the most urgent first",
            description = "For people. With `as_of` what waited at that moment, as it stood then.")
    @ApiResponse(responseCode = "200", description = "One page")
    ActionPage queue(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "Only this action type, or this entry of the catalogue") @RequestParam(required = false) @Nullable String action,
            @Parameter(description = "Only what this principal asked for")
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            @RequestParam(name = "conversation_id", required = false) @Nullable String conversationId,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "`next_cursor` of the page before") @RequestParam(required = false) @Nullable String cursor,
            @Parameter(description = "A moment, included; UTC", schema = @Schema(type = "string", format = "date-time"))
            @RequestParam(name = "as_of", required = false) @Nullable String asOf) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "The queue is for people; an agent lists its own actions.");
        }
        var reader = caller.toReader();
        var filter = Inputs.waiting(action, requestedBy, conversationId, limit, cursor);
        if (asOf == null) {
            var page = actions.queue(reader, filter);
            return new ActionPage(page.items().stream().map(row -> ActionBody.of(row, reader)).toList(), page.nextCursor());
        }
        var page = actions.queue(reader, filter, Inputs.moment("as_of", asOf));
        return new ActionPage(page.items().stream().map(row -> ActionBody.then(row, reader)).toList(), page.nextCursor());
    }
}

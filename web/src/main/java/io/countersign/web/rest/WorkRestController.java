package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.ClaimWork;
import io.countersign.command.action.api.ActionCommand.CompleteWork;
import io.countersign.command.action.api.ActionCommand.ExtendLease;
import io.countersign.command.action.api.ActionCommand.FailWork;
import io.countersign.command.action.api.ActionCommand.Work;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Reader;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is done outside: a worker takes it, says that it is still at it, and how it ended. Its key opens nothing else. */
@RestController
@RequestMapping(path = WorkRestController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Work", description = "For workers outside, with a key for work: take cleared actions, keep them, and report how they ended.")
class WorkRestController {

    static final String PATH = "/api/v1/work";

    private static final int USUAL_LEASE = 60;
    private static final int LONGEST_LEASE = 3_600;
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final int PAGES = 10;

    private final CommandGateway commands;
    private final Actions actions;

    WorkRestController(CommandGateway commands, Actions actions) {
        this.commands = commands;
        this.actions = actions;
    }

    /** Which work is wanted. */
    @Schema(name = "Claim", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Claim(@Schema(description = "Only this action type", maxLength = 200) @Nullable String action,
            @Schema(description = "How long it is taken for; 60 unless given", minimum = "5", maximum = "3600")
            @JsonProperty("lease_seconds") @Nullable Long leaseSeconds) {}

    /** Work that was taken. */
    @Schema(name = "Work")
    record WorkBody(String id, String action, @Schema(description = "Names this claim in every report on it") int attempt,
            @Schema(type = "object") @JsonRawValue String params, @JsonProperty("lease_until") Instant leaseUntil) {}

    /** That the worker is still at it. */
    @Schema(name = "Heartbeat", requiredProperties = "attempt", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Heartbeat(int attempt, @JsonProperty("lease_seconds") @Nullable Long leaseSeconds) {}

    /** Until when the worker has it. */
    @Schema(name = "Lease")
    record Lease(@JsonProperty("lease_until") Instant leaseUntil) {}

    /** That it is done. */
    @Schema(name = "WorkDone", requiredProperties = "attempt", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Done(int attempt, @Schema(description = "Any JSON, at most 64 KiB", type = "object") @Nullable Object output) {}

    /** That it was not done. */
    @Schema(name = "WorkFailed", requiredProperties = {"attempt", "error"}, additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record NotDone(int attempt, @Schema(maxLength = 1000) String error) {}

    /** How the action stands after a report. */
    @Schema(name = "WorkReceipt")
    record Receipt(String id, String status) {}

    @PostMapping("/claim")
    @Operation(operationId = "claimWork", summary = "Take the oldest work that is free",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Claim.class))))
    @ApiResponse(responseCode = "200", description = "Yours until `lease_until`",
            content = @Content(schema = @Schema(implementation = WorkBody.class)))
    @ApiResponse(responseCode = "204", description = "There is none now", content = @Content)
    ResponseEntity<WorkBody> claim(@AuthenticationPrincipal Caller caller, JsonBody body) {
        var action = body.text("action", 200);
        int seconds = lease(body);
        body.finish();
        for (var row : waiting(caller, action)) {
            var taken = take(new ClaimWork(row.id(), caller.workspace(), caller.principalId(), seconds));
            if (taken.isPresent()) {
                var work = taken.get();
                return ResponseEntity.ok(new WorkBody(work.actionId(), work.actionType(), work.attempt(), work.params(), work.leaseUntil()));
            }
        }
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/{action}/heartbeat")
    @Operation(operationId = "extendLease", summary = "Keep work for longer",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Heartbeat.class))))
    @ApiResponse(responseCode = "200", description = "Yours until `lease_until`")
    Lease heartbeat(@AuthenticationPrincipal Caller caller, @PathVariable String action, JsonBody body) {
        var id = ActionIds.of(action);
        int attempt = attempt(body);
        int seconds = lease(body);
        body.finish();
        return new Lease(commands.sendAndWait(new ExtendLease(id, caller.workspace(), caller.principalId(), attempt, seconds)));
    }

    @PostMapping("/{action}/complete")
    @Operation(operationId = "completeWork", summary = "Report that it is done",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Done.class))))
    @ApiResponse(responseCode = "200", description = "Recorded")
    Receipt complete(@AuthenticationPrincipal Caller caller, @PathVariable String action, JsonBody body) {
        var id = ActionIds.of(action);
        int attempt = attempt(body);
        var output = body.json("output", MAX_OUTPUT);
        body.finish();
        return report(id, new CompleteWork(id, caller.workspace(), caller.principalId(), attempt, output), ActionStatus.EXECUTED);
    }

    @PostMapping("/{action}/fail")
    @Operation(operationId = "failWork", summary = "Report that it was not done",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NotDone.class))))
    @ApiResponse(responseCode = "200", description = "Recorded")
    Receipt fail(@AuthenticationPrincipal Caller caller, @PathVariable String action, JsonBody body) {
        var id = ActionIds.of(action);
        int attempt = attempt(body);
        var error = body.text("error", NewAction.MAX_REMARK);
        if (error == null) {
            body.fault("error", "is required");
        }
        body.finish();
        return report(id, new FailWork(id, caller.workspace(), caller.principalId(), attempt, String.valueOf(error)), ActionStatus.FAILED);
    }

    private Receipt report(String id, ActionCommand report, ActionStatus then) {
        commands.sendAndWait(report);
        return new Receipt(id, then.wire());
    }

    /** The oldest first, among the last thousand. */
    private List<ActionRow> waiting(Caller caller, @Nullable String action) {
        var rows = new ArrayList<ActionRow>();
        var reader = new Reader(caller.principalId(), caller.workspace(), Role.VIEWER);
        String cursor = null;
        for (int page = 0; page < PAGES; page++) {
            var found = actions.find(reader,
                    new ActionFilter(EnumSet.of(ActionStatus.AWAITING_EXTERNAL), null, action, null, null, null, 100, cursor));
            rows.addAll(found.items());
            cursor = found.nextCursor();
            if (cursor == null) {
                break;
            }
        }
        Collections.reverse(rows);
        return rows;
    }

    private Optional<Work> take(ClaimWork claim) {
        try {
            return Optional.of(commands.sendAndWait(claim));
        } catch (Refused refused) {
            if (refused.code() == RefusalCode.ALREADY_RESOLVED || refused.code() == RefusalCode.SEPARATION_OF_DUTIES
                    || refused.code() == RefusalCode.FROZEN) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static int attempt(JsonBody body) {
        var attempt = body.integer("attempt", 1);
        if (attempt == null) {
            body.fault("attempt", "is required");
            return 0;
        }
        return (int) Math.min(attempt, Integer.MAX_VALUE);
    }

    private static int lease(JsonBody body) {
        var seconds = body.integer("lease_seconds", 5);
        if (seconds != null && seconds > LONGEST_LEASE) {
            body.fault("lease_seconds", "must be at most 3600");
        }
        return seconds == null ? USUAL_LEASE : (int) Math.min(seconds, LONGEST_LEASE);
    }
}

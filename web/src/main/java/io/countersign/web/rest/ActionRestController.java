package io.countersign.web.rest;

import io.countersign.command.action.api.ActionCommand.ConsumeGrant;
import io.countersign.command.action.api.ActionCommand.RevokeApproval;
import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.ResolveOutcome;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import io.countersign.web.undo.Undoing;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Actions over HTTP: agents ask, read their own and withdraw them; people decide. */
@RestController
@RequestMapping(path = ActionBody.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Actions", description = "What agents ask for, what people decide, and what became of it.")
class ActionRestController {

    /** Statuses that pass by themselves within moments: an outcome is on its way. */
    private static final Set<ActionStatus> UNDER_WAY =
            EnumSet.of(ActionStatus.APPROVED, ActionStatus.AUTO_APPROVED, ActionStatus.EXECUTING, ActionStatus.ROLLING_BACK);
    private static final Duration SUBMIT_WAIT = Duration.ofSeconds(10);
    private static final Duration DECIDE_WAIT = Duration.ofSeconds(5);

    private final CommandGateway commands;
    private final Actions actions;
    private final Undoing undoing;

    ActionRestController(CommandGateway commands, Actions actions, Undoing undoing) {
        this.commands = commands;
        this.actions = actions;
        this.undoing = undoing;
    }

    @PostMapping
    @Operation(operationId = "requestAction", summary = "Ask for an action",
            description = "Answers 201 with the action. An action that needs nobody is carried out first, for as long as `Prefer: wait` allows. "
                    + "With an `Idempotency-Key` a repeat of the same body answers with the same action and `Idempotent-Replayed: true`; "
                    + "another body under the same key is a 422. With `dry_run`, in the body or in the address, the answer is 200 and says what would happen; nothing is recorded.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewAction.class))))
    @ApiResponse(responseCode = "201", description = "Recorded; see `status`",
            headers = {@Header(name = "Location", schema = @Schema(type = "string")),
                    @Header(name = "Idempotent-Replayed", schema = @Schema(type = "boolean"))},
            content = @Content(schema = @Schema(implementation = ActionBody.class)))
    @ApiResponse(responseCode = "200", description = "A dry run: the verdict only",
            content = @Content(schema = @Schema(implementation = VerdictBody.class)))
    ResponseEntity<?> request(@AuthenticationPrincipal Caller caller, JsonBody body,
            @Parameter(description = "1 to 255 visible ASCII characters, chosen by the caller; belongs to this caller alone")
            @RequestHeader(name = Inputs.IDEMPOTENCY_KEY, required = false) @Nullable String idempotencyKey,
            @Parameter(description = "`wait=N`: seconds to wait for the outcome, 0 to 60; 10 unless given")
            @RequestHeader(name = Inputs.PREFER, required = false) @Nullable String prefer,
            @Parameter(description = "The same as the member of the body, and must not contradict it",
                    schema = @Schema(type = "boolean", defaultValue = "false"))
            @RequestParam(name = "dry_run", required = false) @Nullable String dryRun) {
        var key = Inputs.idempotencyKey(idempotencyKey);
        var wait = Inputs.preferredWait(prefer, SUBMIT_WAIT);
        var wanted = NewAction.from(body, dryRun == null ? null : (Boolean) Inputs.flag("dry_run", dryRun));
        var request = wanted.askedBy(caller, key, body.sha256());
        if (wanted.dryRun()) {
            return ResponseEntity.ok(VerdictBody.of(commands.<Verdict>sendAndWait(new EvaluateAction(request))));
        }
        Submitted submitted = commands.sendAndWait(request);
        var answer = ResponseEntity.created(URI.create(ActionBody.PATH + "/" + submitted.actionId()));
        if (submitted.replayed()) {
            answer.header("Idempotent-Replayed", "true");
        }
        return answer.body(outcome(caller, submitted.actionId(), wait));
    }

    @GetMapping
    @Operation(operationId = "listActions", summary = "List actions, newest first",
            description = "Agents see their own, people see their workspace. Includes the caller's own latest writes.")
    @ApiResponse(responseCode = "200", description = "One page")
    ActionPage list(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "One status, several (repeated or separated by commas), or `all`; `pending` unless given",
                    schema = @Schema(type = "string", example = "pending,stale"))
            @RequestParam(required = false) @Nullable List<String> status,
            @Parameter(description = "One of the eight names of the older interface, instead of `status`",
                    schema = @Schema(type = "string", allowableValues = {"pending", "approved", "executed", "auto_approved", "denied",
                            "failed", "timed_out", "rolled_back"}))
            @RequestParam(name = "legacy_status", required = false) @Nullable String legacyStatus,
            @Parameter(description = "Only this action type, or this entry of the catalogue") @RequestParam(required = false) @Nullable String action,
            @Parameter(description = "Only what this principal asked for")
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            @RequestParam(name = "conversation_id", required = false) @Nullable String conversationId,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "`next_cursor` of the page before") @RequestParam(required = false) @Nullable String cursor) {
        var filter = Inputs.filter(status, legacyStatus, action, requestedBy, conversationId, limit, cursor);
        var reader = caller.toReader();
        var page = actions.find(reader, filter);
        return new ActionPage(page.items().stream().map(row -> ActionBody.of(row, reader)).toList(), page.nextCursor());
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getAction", summary = "Read one action",
            description = "With `wait` the answer comes when the status is no longer `since_status`, or at the deadline.")
    @ApiResponse(responseCode = "200", description = "The action")
    ActionBody get(@AuthenticationPrincipal Caller caller, @PathVariable String id,
            @Parameter(description = "Seconds, 0 to 60", schema = @Schema(type = "integer", minimum = "0", maximum = "60"))
            @RequestParam(required = false) @Nullable String wait,
            @Parameter(description = "The status the caller knows; its present status unless given")
            @RequestParam(name = "since_status", required = false) @Nullable String sinceStatus,
            @Parameter(description = "The action as it stood at this moment, included; UTC", schema = @Schema(type = "string", format = "date-time"))
            @RequestParam(name = "as_of", required = false) @Nullable String asOf) {
        var actionId = ActionIds.of(id);
        if (asOf != null) {
            Inputs.notWith("as_of", wait, sinceStatus);
            return ActionBody.then(actions.byId(caller.toReader(), actionId, Inputs.moment("as_of", asOf))
                    .orElseThrow(ActionRestController::notFound), caller.toReader());
        }
        var atMost = Inputs.wait(wait);
        var known = Inputs.sinceStatus(sinceStatus);
        var row = visible(caller, actionId);
        if (!atMost.isZero() && (known == null || known == row.status())) {
            row = actions.await(caller.toReader(), actionId, EnumSet.of(row.status()), atMost).orElse(row);
        }
        return ActionBody.of(row, caller.toReader());
    }

    @PostMapping("/{id}/approve")
    @Operation(operationId = "approveAction", summary = "Approve an action",
            description = "For people. Answers when the outcome is there, or after `Prefer: wait`, 5 seconds unless given.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Decisions.Approval.class))))
    @ApiResponse(responseCode = "200", description = "The action as it is now")
    ActionBody approve(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body,
            @Parameter(description = "`wait=N`: seconds to wait for the outcome, 0 to 60; 5 unless given")
            @RequestHeader(name = Inputs.PREFER, required = false) @Nullable String prefer) {
        requirePerson(caller);
        var actionId = ActionIds.of(id);
        var approval = Decisions.Approval.from(body);
        send(caller, actionId, new ApproveAction(actionId, caller.workspace(), caller.principalId(), caller.origin(), approval.comment(),
                approval.payloadSha256(), approval.confirmationPhrase(), approval.witnessDigest()));
        return outcome(caller, actionId, Inputs.preferredWait(prefer, DECIDE_WAIT));
    }

    @PostMapping("/{id}/deny")
    @Operation(operationId = "denyAction", summary = "Deny an action", description = "For people.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Decisions.Reason.class))))
    @ApiResponse(responseCode = "200", description = "The action as it is now")
    ActionBody deny(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body) {
        requirePerson(caller);
        var actionId = ActionIds.of(id);
        var reason = Decisions.Reason.from(body);
        send(caller, actionId, new DenyAction(actionId, caller.workspace(), caller.principalId(), caller.origin(), reason));
        return outcome(caller, actionId, Duration.ZERO);
    }

    @PostMapping("/{id}/consume")
    @Operation(operationId = "consumeGrant", summary = "Use the grant of an action that the caller does itself",
            description = "For whoever asked for it, right before acting. A grant is used once, within its time; a second call is a 409, a late one a 410, "
                    + "and while a kill switch stops it a 423.")
    @ApiResponse(responseCode = "200", description = "The action as it is now")
    ActionBody consume(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body) {
        body.finish();
        var actionId = ActionIds.of(id);
        visible(caller, actionId);
        send(caller, actionId, new ConsumeGrant(actionId, caller.workspace(), caller.principalId()));
        return outcome(caller, actionId, Duration.ZERO);
    }

    @PostMapping("/{id}/revoke")
    @Operation(operationId = "revokeApproval", summary = "Take back what is left of an approval",
            description = "For people who may decide it: an approval that would serve for the same request again, or a grant that was not used up. "
                    + "What runs already goes on.")
    @ApiResponse(responseCode = "200", description = "The action as it is now")
    ActionBody revoke(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body) {
        body.finish();
        requirePerson(caller);
        var actionId = ActionIds.of(id);
        send(caller, actionId, new RevokeApproval(actionId, caller.workspace(), caller.principalId()));
        return outcome(caller, actionId, Duration.ZERO);
    }

    @PostMapping("/{id}/cancel")
    @Operation(operationId = "cancelAction", summary = "Withdraw an action",
            description = "For whoever asked for it, and for admins, until it has been cleared.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Decisions.Reason.class))))
    @ApiResponse(responseCode = "200", description = "The action as it is now")
    ActionBody cancel(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body) {
        var actionId = ActionIds.of(id);
        var reason = Decisions.Reason.from(body);
        if (caller.isAgent()) {
            visible(caller, actionId);
        }
        send(caller, actionId, new CancelAction(actionId, caller.workspace(), caller.principalId(), reason));
        return outcome(caller, actionId, Duration.ZERO);
    }

    @PostMapping("/{id}/rollback")
    @Operation(operationId = "rollBackAction", summary = "Undo an action",
            description = "For people who may decide it. A failed attempt answers 200 with `warning` and may be repeated. Where all undoing waits for approval "
                    + "the answer is 202 with the action that asks for it.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Decisions.Reason.class))))
    @ApiResponse(responseCode = "200", description = "The action as it is now", content = @Content(schema = @Schema(implementation = ActionBody.class)))
    @ApiResponse(responseCode = "202", description = "The action that asks for the undoing",
            headers = @Header(name = "Location", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = ActionBody.class)))
    ResponseEntity<ActionBody> rollback(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body,
            @Parameter(description = "`wait=N`: seconds to wait for the outcome, 0 to 60; 5 unless given")
            @RequestHeader(name = Inputs.PREFER, required = false) @Nullable String prefer) {
        requirePerson(caller);
        var actionId = ActionIds.of(id);
        var reason = Decisions.Reason.from(body);
        var wait = Inputs.preferredWait(prefer, DECIDE_WAIT);
        var wish = undoing.wish(caller, actionId, reason);
        if (wish instanceof RequestAction) {
            Submitted asked = commands.sendAndWait(wish);
            return ResponseEntity.accepted().location(URI.create(ActionBody.PATH + "/" + asked.actionId()))
                    .body(outcome(caller, asked.actionId(), Duration.ZERO));
        }
        send(caller, actionId, wish);
        return ResponseEntity.ok(outcome(caller, actionId, wait));
    }

    @PostMapping("/{id}/resolve")
    @Operation(operationId = "resolveOutcome", summary = "Say what became of an action with an unknown outcome",
            description = "For people who may decide it. `retry` only where that is safe.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Decisions.Resolution.class))))
    @ApiResponse(responseCode = "200", description = "The action as it is now")
    ActionBody resolve(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body,
            @Parameter(description = "`wait=N`: seconds to wait for the outcome of a retry, 0 to 60; 5 unless given")
            @RequestHeader(name = Inputs.PREFER, required = false) @Nullable String prefer) {
        requirePerson(caller);
        var actionId = ActionIds.of(id);
        var resolution = Decisions.Resolution.from(body);
        send(caller, actionId, new ResolveOutcome(actionId, caller.workspace(), caller.principalId(), resolution.resolution(),
                resolution.comment()));
        return outcome(caller, actionId, Inputs.preferredWait(prefer, DECIDE_WAIT));
    }

    @PostMapping("/bulk")
    @Operation(operationId = "decideMany", summary = "Approve or deny many actions",
            description = "For people. Each action is decided on its own, as if alone; the four lists part the ids among them. Does not wait.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Decisions.Bulk.class))))
    @ApiResponse(responseCode = "200", description = "What became of each id")
    Decisions.BulkReport bulk(@AuthenticationPrincipal Caller caller, JsonBody body) {
        requirePerson(caller);
        var bulk = Decisions.Bulk.from(body);
        var report = new Decisions.BulkReport(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (var id : bulk.ids()) {
            var decision = bulk.approves()
                    ? new ApproveAction(id, caller.workspace(), caller.principalId(), caller.origin(), bulk.reason(), null)
                    : new DenyAction(id, caller.workspace(), caller.principalId(), caller.origin(), bulk.reason());
            try {
                commands.sendAndWait(decision);
                report.updated().add(id);
            } catch (RuntimeException e) {
                var problem = Problems.problem(e);
                switch (problem.status()) {
                    case NOT_FOUND -> report.notFound().add(id);
                    case FORBIDDEN -> report.forbidden().add(id);
                    default -> report.errors().add(new Decisions.BulkError(id, problem.message(), problem.code()));
                }
            }
        }
        return report;
    }

    /** Sends a command; a refusal that came too late tells what the action has become meanwhile. */
    private void send(Caller caller, String actionId, ActionCommand command) {
        try {
            commands.sendAndWait(command);
        } catch (Refused refused) {
            var status = Problems.status(refused.code());
            if (!(status.value() == 409 || status.value() == 410) || refused.details().containsKey("current_status")) {
                throw refused;
            }
            var row = actions.byId(caller.toReader(), actionId).orElseThrow(() -> refused);
            var details = new HashMap<>(refused.details());
            details.put("current_status", row.status().wire());
            if (row.decidedBy() != null && row.decidedAt() != null) {
                details.put("decided_by", row.decidedBy());
                details.put("decided_at", row.decidedAt());
            }
            throw new Refused(refused.code(), String.valueOf(refused.getMessage()), details);
        }
    }

    private ActionBody outcome(Caller caller, String actionId, Duration wait) {
        var reader = caller.toReader();
        var row = wait.isZero() ? actions.byId(reader, actionId) : actions.await(reader, actionId, UNDER_WAY, wait);
        return ActionBody.of(row.orElseThrow(ActionRestController::notFound), reader);
    }

    private ActionRow visible(Caller caller, String actionId) {
        return actions.byId(caller.toReader(), actionId).orElseThrow(ActionRestController::notFound);
    }

    private static Refused notFound() {
        return new Refused(RefusalCode.NOT_FOUND, "There is no such action.");
    }

    private static void requirePerson(Caller caller) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Agents ask; people decide. Ask a person to do this in the console.");
        }
    }
}

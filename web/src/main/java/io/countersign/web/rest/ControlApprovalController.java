package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.policy.FlatApprovals;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Approvals under the names of the older control interface. */
@RestController
@RequestMapping(path = "/v1/approvals", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Actions and control")
class ControlApprovalController {

    private static final Map<String, String> WORDS = Map.of("approve", "approve", "approved", "approve", "deny", "deny", "denied", "deny",
            "reject", "deny", "rejected", "deny");

    private final CommandGateway commands;
    private final Actions actions;
    private final Principals principals;

    ControlApprovalController(CommandGateway commands, Actions actions, Principals principals) {
        this.commands = commands;
        this.actions = actions;
        this.principals = principals;
    }

    /** The newest of them. */
    @Schema(name = "ControlApprovals")
    record Approvals(List<Approval> approvals,
            @Schema(description = "Of what waits, all of them, exact up to 10,000; otherwise what this answer holds") long total,
            @Schema(description = "Where the next page begins; null on the last") @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    /** One of them. */
    @Schema(name = "ControlApproval")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Approval(@Schema(description = "The id of the action") @JsonProperty("approval_id") String approvalId, String action,
            String connector, @JsonProperty("agent_id") String agentId, String status, @JsonProperty("submitted_at") Instant submittedAt,
            @JsonProperty("risk_score") double riskScore) {

        static Approval of(ActionRow row) {
            return new Approval(row.id(), ControlAction.dotted(row), row.connector(), row.requestedBy(), ControlStatus.of(row),
                    row.requestedAt(), row.verdict().riskScore());
        }
    }

    /** What is sent to decide. */
    @Schema(name = "ControlDecision", requiredProperties = "decision", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Decision(@Schema(description = "approve (approved) or deny (denied, reject, rejected); never assumed") @Nullable String decision,
            @Schema(maxLength = 1000) @Nullable String reason,
            @Schema(description = "The caller's own id, name or address; authentication alone says who decides")
            @JsonProperty("approver_id") @Nullable String approverId,
            @Schema(description = "The phrase of the action's profile, where it has one; in the body alone", maxLength = 1000)
            @JsonProperty("confirmation_phrase") @Nullable String confirmationPhrase) {}

    /** What was decided. */
    @Schema(name = "ControlDecided")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Decided(@JsonProperty("approval_id") String approvalId, String decision, @Nullable String reason,
            @Schema(description = "approved or denied; pending_review while more people must agree") String status) {}

    @GetMapping
    @Operation(operationId = "listApprovals", summary = "List approvals, newest first", description = "Agents see their own.")
    @ApiResponse(responseCode = "200", description = "Approvals")
    Approvals list(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "pending_review unless given; approved, denied, expired or all")
            @RequestParam(required = false) @Nullable String status,
            @Parameter(description = "The same under its later name")
            @RequestParam(name = "status_filter", required = false) @Nullable String statusFilter,
            @Parameter(description = "`next_cursor` of the page before") @RequestParam(required = false) @Nullable String cursor) {
        var word = Optional.ofNullable(status).or(() -> Optional.ofNullable(statusFilter)).orElse(ControlStatus.PENDING);
        var statuses = ControlStatus.filter(word).orElseThrow(() -> Inputs.fault("status",
                "must be one of all, approved, denied, expired, pending_review"));
        var reader = caller.toReader();
        var page = actions.find(reader, new ActionFilter(statuses, false, null, null, null, null, Inputs.limit(limit), Inputs.cursor(cursor)));
        return new Approvals(page.items().stream().map(Approval::of).toList(), statuses.contains(ActionStatus.PENDING)
                && !statuses.contains(ActionStatus.DENIED) ? waiting(caller) : page.items().size(), page.nextCursor());
    }

    @PostMapping("/{id}/decision")
    @Operation(operationId = "decideApproval", summary = "Approve or deny",
            description = "For people. In the body, or in the query for older clients. The decision must be said; nothing is approved by default.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Decision.class))))
    @ApiResponse(responseCode = "200", description = "Recorded")
    Decided decide(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body,
            @Parameter(description = "As in the body") @RequestParam(required = false) @Nullable String decision,
            @Parameter(description = "As in the body") @RequestParam(required = false) @Nullable String reason,
            @Parameter(description = "As in the body") @RequestParam(name = "approver_id", required = false) @Nullable String approverId) {
        Gatekeeping.person(caller);
        var said = new Decision(one(body, "decision", decision), one(body, "reason", reason), one(body, "approver_id", approverId),
                body.text("confirmation_phrase", NewAction.MAX_REMARK));
        body.finish();
        var row = reviewed(caller, id);
        if (said.approverId() != null && !isCaller(caller, said.approverId())) {
            throw new Refused(RefusalCode.FORBIDDEN, "approver_id names somebody else. Leave it out: the credentials say who decides.");
        }
        var word = said.decision() == null ? null : WORDS.get(said.decision());
        if (word == null) {
            throw new Refused(RefusalCode.INVALID_DECISION, "decision must be approve or deny, and must be said.");
        }
        commands.sendAndWait(word.equals("approve")
                ? new ApproveAction(row.id(), caller.workspace(), caller.principalId(), caller.origin(), said.reason(), null,
                        said.confirmationPhrase())
                : new DenyAction(row.id(), caller.workspace(), caller.principalId(), caller.origin(), said.reason()));
        var status = reviewed(caller, id).status();
        return new Decided(row.id(), word, said.reason(), FlatApprovals.Status.PENDING.ours().contains(status) ? ControlStatus.PENDING
                : word.equals("approve") ? "approved" : "denied");
    }

    private ActionRow reviewed(Caller caller, String id) {
        return (ActionIds.isOne(id) ? actions.byId(caller.toReader(), ActionIds.normal(id)) : Optional.<ActionRow>empty())
                .filter(row -> FlatApprovals.Status.of(row).isPresent())
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such approval."));
    }

    private static @Nullable String one(JsonBody body, String name, @Nullable String fromQuery) {
        var fromBody = body.text(name, NewAction.MAX_REMARK);
        if (fromBody != null && fromQuery != null && !fromBody.equals(fromQuery)) {
            body.fault(name, "stands in the query too, and differs");
        }
        return fromBody == null && fromQuery != null ? StrictJson.checked(fromQuery) : fromBody;
    }

    private boolean isCaller(Caller caller, String named) {
        return Set.of(caller.principalId(), caller.name()).contains(named) || principals.byId(caller.principalId())
                .filter(Person.class::isInstance).map(Person.class::cast).filter(person -> person.email().equalsIgnoreCase(named)).isPresent();
    }

    private long waiting(Caller caller) {
        var counts = actions.counts(caller.toReader());
        return FlatApprovals.Status.PENDING.ours().stream().mapToLong(status -> counts.getOrDefault(status, 0L)).sum();
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.compensation.api.CompensationCommand.PlanCompensation;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.compensation.api.Compensations;
import io.countersign.query.compensation.api.Compensations.Plan;
import io.countersign.web.security.Caller;
import io.countersign.web.undo.Compensating;
import io.countersign.web.undo.Undoing;
import io.countersign.web.undo.Undoing.Scope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Plans of what is to be made good: a window of time, what was done in it, and what became of each part. */
@RestController
@RequestMapping(path = {"/v1/compensations", "/api/v1/compensations"}, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Undo")
class CompensationRestController {

    private static final int MOST = 500;
    private static final int USUAL_LIST = 20;
    private static final int MAX_DETAIL = 500;

    private final Undoing undoing;
    private final Compensations plans;
    private final Compensating compensating;
    private final CommandGateway commands;
    private final Ids ids;

    CompensationRestController(Undoing undoing, Compensations plans, Compensating compensating, CommandGateway commands, Ids ids) {
        this.undoing = undoing;
        this.plans = plans;
        this.compensating = compensating;
        this.commands = commands;
        this.ids = ids;
    }

    /** The window to look at. */
    @Schema(name = "CompensationWindow", requiredProperties = {"rollback_from", "rollback_to"},
            additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Window(@Schema(description = "The later end") @JsonProperty("rollback_from") Instant rollbackFrom,
            @Schema(description = "The earlier end") @JsonProperty("rollback_to") Instant rollbackTo,
            @Schema(description = "Only what this principal asked for") @JsonProperty("agent_id") @Nullable String agentId,
            @JsonProperty("conversation_id") @Nullable String conversationId) {}

    /** A plan. */
    @Schema(name = "CompensationPlan")
    record PlanBody(@JsonProperty("compensation_id") String compensationId,
            @Schema(description = "pending, in_progress or completed") String status, @JsonProperty("rollback_from") Instant rollbackFrom,
            @JsonProperty("rollback_to") Instant rollbackTo, @JsonProperty("created_at") Instant createdAt,
            @Schema(description = "Newest first") List<StepBody> actions, @Schema(description = "What cannot be undone here, in words") List<String> warnings) {}

    /** One action of a plan. */
    @Schema(name = "CompensationAction")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record StepBody(int index, @JsonProperty("trace_id") String traceId, String description, String connector,
            @Schema(description = "pending, completed, failed or skipped") String status, @Nullable String detail,
            @Schema(description = "Whether the gateway can undo it") boolean reversible,
            @Schema(description = "Where the action itself stands") @JsonProperty("action_status") String actionStatus) {}

    /** Plans, newest first. */
    @Schema(name = "CompensationPlans")
    record PlanList(List<PlanBody> compensations) {}

    /** What became of one action. */
    @Schema(name = "CompensationAcknowledgement", requiredProperties = "status", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Acknowledgement(@Schema(allowableValues = {"completed", "failed", "skipped"}) String status,
            @Schema(maxLength = MAX_DETAIL) @Nullable String detail) {}

    /** How a run goes. */
    @Schema(name = "CompensationRun", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Run(@Schema(description = "Go on after one that cannot be undone") @JsonProperty("continue_on_failure") boolean continueOnFailure) {}

    @PostMapping("/preview")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "planCompensation", summary = "Plan what is to be made good",
            description = "Puts a plan on record: all that was executed in the window, newest first, what of it can be undone and what cannot. Undoes nothing.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Window.class))))
    @ApiResponse(responseCode = "201", description = "The plan")
    PlanBody preview(@AuthenticationPrincipal Caller caller, JsonBody body) {
        UndoRestController.mustBeAnalyst(caller);
        var later = UndoRestController.instant(body, "rollback_from");
        var earlier = UndoRestController.instant(body, "rollback_to");
        var agent = body.text("agent_id", 100);
        var conversation = body.text("conversation_id", 500);
        if (later == null || earlier == null || !earlier.isBefore(later)) {
            body.fault("rollback_from", "and rollback_to are required; rollback_from is the later of the two");
        }
        body.finish();
        var found = undoing.done(caller, new Scope(agent, conversation, earlier, later), MOST).stream().map(ActionRow::id).toList();
        var id = ids.next();
        commands.sendAndWait(new PlanCompensation(id, caller.workspace(), caller.principalId(), moment(earlier), moment(later), found));
        return shown(caller, plan(caller, id));
    }

    @GetMapping
    @Operation(operationId = "listCompensations", summary = "The latest plans")
    @ApiResponse(responseCode = "200", description = "Newest first")
    PlanList list(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
            @RequestParam(required = false) @Nullable String limit) {
        Gatekeeping.person(caller);
        var most = limit == null ? USUAL_LIST : Inputs.filter(null, null, null, null, null, limit, null).limit();
        return new PlanList(plans.latest(caller.toReader(), most).stream().map(plan -> shown(caller, plan)).toList());
    }

    @GetMapping("/{plan}")
    @Operation(operationId = "getCompensation", summary = "One plan and how far it has come")
    @ApiResponse(responseCode = "200", description = "The plan")
    PlanBody get(@AuthenticationPrincipal Caller caller, @PathVariable String plan) {
        Gatekeeping.person(caller);
        return shown(caller, plan(caller, plan));
    }

    @PatchMapping("/{plan}/actions/{index}")
    @Operation(operationId = "acknowledgeCompensation", summary = "Say what became of one action of a plan",
            description = "The plan is completed once something was said of every action, also that it failed or was skipped.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Acknowledgement.class))))
    @ApiResponse(responseCode = "200", description = "The plan")
    PlanBody acknowledge(@AuthenticationPrincipal Caller caller, @PathVariable String plan, @PathVariable String index, JsonBody body) {
        UndoRestController.mustBeAnalyst(caller);
        var status = body.word("status", Set.of("completed", "failed", "skipped"));
        var detail = body.text("detail", MAX_DETAIL);
        body.finish();
        var known = plan(caller, plan);
        if (!index.matches("\\d{1,4}") || Integer.parseInt(index) >= known.steps().size()) {
            throw notFound();
        }
        compensating.acknowledge(caller, known, Integer.parseInt(index), status, detail);
        return shown(caller, plan(caller, plan));
    }

    @PostMapping("/{plan}/run")
    @Operation(operationId = "runCompensation", summary = "Undo what of a plan can be undone and was not spoken of yet",
            description = "The newest first; what is undone is acknowledged as completed, what cannot be as failed. What knows no way back is left for a person.",
            requestBody = @RequestBody(content = @Content(schema = @Schema(implementation = Run.class))))
    @ApiResponse(responseCode = "200", description = "The plan")
    PlanBody run(@AuthenticationPrincipal Caller caller, @PathVariable String plan, JsonBody body) {
        UndoRestController.mustBeAnalyst(caller);
        var goOn = body.flag("continue_on_failure");
        body.finish();
        compensating.run(caller, plan(caller, plan), goOn);
        return shown(caller, plan(caller, plan));
    }

    private Plan plan(Caller caller, String id) {
        return plans.byId(caller.toReader(), ActionIds.isOne(id) ? ActionIds.normal(id) : "").orElseThrow(CompensationRestController::notFound);
    }

    private PlanBody shown(Caller caller, Plan plan) {
        var steps = new ArrayList<StepBody>();
        var warnings = new ArrayList<String>();
        for (var step : plan.steps()) {
            var row = compensating.row(caller, step);
            var reversible = row.map(Undoing::isReversible).orElse(false);
            steps.add(new StepBody(step.index(), step.actionId(), row.map(ActionRow::summary).orElse("unknown"),
                    row.map(ActionRow::connector).orElse("unknown"), step.status(), step.detail(), reversible,
                    row.map(known -> known.status().wire()).orElse("unknown")));
            if (!reversible && step.status().equals("pending")) {
                warnings.add("Nothing here can undo number " + step.index() + "; somebody must make it good by hand.");
            }
        }
        return new PlanBody(plan.id(), plan.status(), plan.to(), plan.from(), plan.plannedAt(), steps, warnings);
    }

    private static Instant moment(@Nullable Instant checked) {
        return checked == null ? Instant.EPOCH : checked;
    }

    private static Refused notFound() {
        return new Refused(RefusalCode.NOT_FOUND, "There is no such compensation plan, or nothing at this place of it.");
    }
}

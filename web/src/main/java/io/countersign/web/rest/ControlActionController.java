package io.countersign.web.rest;

import io.countersign.command.action.api.ActionCommand.RequestAuthorization;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The older interface by which agents have any action judged. What the catalogue knows is carried out here; for everything else the verdict is
 * recorded and the caller acts itself.
 */
@RestController
@RequestMapping(path = "/v1/actions", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Actions and control", description = "The older interface for judging actions, deciding them and listing policies.")
class ControlActionController {

    private static final Set<ActionStatus> UNDER_WAY = EnumSet.of(ActionStatus.APPROVED, ActionStatus.AUTO_APPROVED, ActionStatus.EXECUTING);
    private static final Duration USUAL_WAIT = Duration.ofSeconds(10);

    private final CommandGateway commands;
    private final Actions actions;

    ControlActionController(CommandGateway commands, Actions actions) {
        this.commands = commands;
        this.actions = actions;
    }

    @PostMapping
    @Operation(operationId = "submitAction", summary = "Have an action judged",
            description = "Every answer, also a no, is recorded. `strict=true` turns a no into a 403 `blocked`.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ControlAction.Fresh.class))))
    @ApiResponse(responseCode = "200", description = "allowed, blocked or pending_review")
    ControlAction submit(@AuthenticationPrincipal Caller caller, JsonBody body,
            @Parameter(description = "true: a blocked action is a 403", schema = @Schema(type = "boolean", defaultValue = "false"))
            @RequestParam(required = false) @Nullable String strict,
            @Parameter(description = "1 to 255 visible ASCII characters; a repeat of the same body answers with the same action")
            @RequestHeader(name = Inputs.IDEMPOTENCY_KEY, required = false) @Nullable String idempotencyKey,
            @Parameter(description = "`wait=N`: seconds to wait for the outcome of what is carried out here; 10 unless given")
            @RequestHeader(name = Inputs.PREFER, required = false) @Nullable String prefer) {
        var key = Inputs.idempotencyKey(idempotencyKey);
        boolean strictly = Inputs.flag("strict", strict);
        var wait = Inputs.preferredWait(prefer, USUAL_WAIT);
        var fresh = ControlAction.Fresh.from(body);
        if (fresh.agentId() != null && !Set.of(caller.principalId(), caller.name()).contains(fresh.agentId())) {
            throw new Refused(RefusalCode.FORBIDDEN, "agent_id names somebody else. Leave it out: the credentials say who asks.");
        }
        Submitted submitted = commands.sendAndWait(new RequestAuthorization(fresh.askedBy(caller, key, body.sha256())));
        var row = actions.await(caller.toReader(), submitted.actionId(), UNDER_WAY, wait).orElseThrow(ControlActionController::notFound);
        var answer = ControlAction.submitted(row);
        if (strictly && answer.status().equals(ControlStatus.BLOCKED)) {
            throw new Refused(RefusalCode.BLOCKED, answer.message(),
                    Map.of("action", answer.action(), "action_id", answer.actionId(), "policy_result", answer.policyResult()));
        }
        return answer;
    }

    @GetMapping("/{id}")
    @Operation(operationId = "getSubmittedAction", summary = "Where an action stands", description = "For polling. Agents see their own.")
    @ApiResponse(responseCode = "200", description = "The action")
    ControlAction get(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        return ControlAction.now(actions.byId(caller.toReader(), ActionIds.of(id)).orElseThrow(ControlActionController::notFound));
    }

    private static Refused notFound() {
        return new Refused(RefusalCode.NOT_FOUND, "There is no such action.");
    }
}

package io.countersign.web.rest;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.reach.api.Reach;
import io.countersign.command.reach.api.ReachCommand.ChangeReach;
import io.countersign.command.reach.api.Reaches;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How far an agent reaches: people look, admins change it. */
@RestController
@RequestMapping(path = "/api/v1/agents/{agent}/hosts", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Agents", description = "What single agents may do.")
class ReachRestController {

    private static final int MOST = 500;

    private final Reaches reaches;
    private final Principals principals;
    private final CommandGateway commands;

    ReachRestController(Reaches reaches, Principals principals, CommandGateway commands) {
        this.reaches = reaches;
        this.principals = principals;
        this.commands = commands;
    }

    /** The hosts that the calls of an agent may choose. */
    @Schema(name = "AgentHosts")
    record ReachBody(@Schema(description = "False: whatever the catalogue allows") boolean limited,
            @Schema(description = "Names of hosts; `*.` in front stands for all below") List<String> hosts) {}

    @GetMapping
    @Operation(operationId = "getAgentHosts", summary = "Which hosts an agent may reach")
    @ApiResponse(responseCode = "200", description = "The list in force")
    ReachBody get(@AuthenticationPrincipal Caller caller, @PathVariable String agent) {
        Gatekeeping.person(caller);
        return body(caller, agent);
    }

    @PutMapping
    @Operation(operationId = "setAgentHosts", summary = "Limit an agent to these hosts",
            description = "For what lets a call choose where it goes: `http_*` and `webhook`. An empty list lets it go nowhere. In force on every node when this "
                    + "returns, also for what was approved before and has not started.")
    @ApiResponse(responseCode = "200", description = "The list as it is now")
    ReachBody set(@AuthenticationPrincipal Caller caller, @PathVariable String agent, JsonBody body) {
        Gatekeeping.admin(caller);
        var hosts = body.texts("hosts", MOST);
        body.finish();
        commands.sendAndWait(new ChangeReach(caller.workspace(), agent, new Reach(true, hosts)));
        return body(caller, agent);
    }

    @DeleteMapping
    @Operation(operationId = "liftAgentHosts", summary = "Lift the limit of an agent")
    @ApiResponse(responseCode = "200", description = "The list as it is now")
    ReachBody lift(@AuthenticationPrincipal Caller caller, @PathVariable String agent) {
        Gatekeeping.admin(caller);
        commands.sendAndWait(new ChangeReach(caller.workspace(), agent, Reach.UNLIMITED));
        return body(caller, agent);
    }

    private ReachBody body(Caller caller, String agent) {
        principals.byId(agent).filter(Principal.Agent.class::isInstance).filter(known -> known.workspace().equals(caller.workspace()))
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such agent."));
        var reach = reaches.of(agent);
        return new ReachBody(reach.limited(), reach.hosts());
    }
}

package io.countersign.web.rest;

import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.web.policy.FlatApprovals;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Rules of the older interface. Each is a policy of one rule, and every policy that is no more than that is listed here. */
@RestController
@RequestMapping(path = ApprovalRuleController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Approval workflows", description = "The older interface for approvals of queries: rules and queue under their former names.")
class ApprovalRuleController {

    static final String PATH = "/api/v1/admin/approval/rules";

    private final Policies policies;
    private final CommandGateway commands;
    private final Ids ids;

    ApprovalRuleController(Policies policies, CommandGateway commands, Ids ids) {
        this.policies = policies;
        this.commands = commands;
        this.ids = ids;
    }

    /** All of them. */
    @Schema(name = "ApprovalRules")
    record RuleList(List<ApprovalRule> rules) {}

    /** One of them. */
    @Schema(name = "ApprovalRuleAnswer")
    record OneRule(ApprovalRule rule) {}

    /** It is gone. */
    @Schema(name = "ApprovalRuleDeleted")
    record Deleted(boolean success, String message) {}

    private record Found(Policy policy, FlatApprovals.FlatRule flat, ApprovalRule rule) {}

    @GetMapping
    @Operation(operationId = "listApprovalRules", summary = "List approval rules")
    @ApiResponse(responseCode = "200", description = "All rules, by name")
    RuleList list(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.admin(caller);
        return new RuleList(policies.all(caller.workspace()).stream().map(ApprovalRule::of).flatMap(Optional::stream).toList());
    }

    @PostMapping
    @Operation(operationId = "createApprovalRule", summary = "Create an approval rule",
            description = "Defines a policy of one rule that asks for approval. In force on every node when this returns.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ApprovalRule.Fresh.class))))
    @ApiResponse(responseCode = "201", description = "The rule", content = @Content(schema = @Schema(implementation = OneRule.class)))
    ResponseEntity<OneRule> create(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        var id = ids.next();
        commands.sendAndWait(new DefinePolicy(id, caller.workspace(), ApprovalRule.Fresh.from(body, id)));
        return ResponseEntity.created(URI.create(PATH + "/" + id)).body(new OneRule(find(caller, id).rule()));
    }

    @PutMapping("/{id}")
    @Operation(operationId = "updateApprovalRule", summary = "Update an approval rule",
            description = "What is absent stays; the type never changes. Approvals already given stay as they are.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ApprovalRule.Change.class))))
    @ApiResponse(responseCode = "200", description = "The rule as it is now")
    OneRule update(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body) {
        Gatekeeping.admin(caller);
        var found = find(caller, id);
        var changed = ApprovalRule.Change.from(body, found.flat());
        commands.sendAndWait(new RevisePolicy(found.policy().id(), caller.workspace(), found.policy().version(), changed));
        return new OneRule(find(caller, id).rule());
    }

    @DeleteMapping("/{id}")
    @Operation(operationId = "deleteApprovalRule", summary = "Delete an approval rule",
            description = "Retires the policy; it stays on record and can be restored as a policy.")
    @ApiResponse(responseCode = "200", description = "It is out of force on every node")
    Deleted delete(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        Gatekeeping.admin(caller);
        var found = find(caller, id);
        commands.sendAndWait(new RetirePolicy(found.policy().id(), caller.workspace(), found.policy().version()));
        return new Deleted(true, "The rule is deleted.");
    }

    private Found find(Caller caller, String id) {
        return policies.byId(caller.workspace(), id).flatMap(policy -> FlatApprovals.rule(policy)
                        .flatMap(flat -> ApprovalRule.of(policy).map(rule -> new Found(policy, flat, rule))))
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such rule."));
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Policies as the older control interface lists them. */
@RestController
@RequestMapping(path = "/v1/control/policies", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Actions and control")
class ControlPolicyController {

    private static final List<String> FORMER_CONNECTORS = List.of("github", "slack", "linear", "pagerduty", "http");

    private final Policies policies;
    private final ActionTypes types;

    ControlPolicyController(Policies policies, ActionTypes types) {
        this.policies = policies;
        this.types = types;
    }

    /** What is active, and how. */
    @Schema(name = "ControlPolicies")
    record PolicyList(List<ControlPolicy> policies,
            @Schema(description = "enforcement; a single policy may only watch, and says so itself") String mode,
            @Schema(description = "Those with names of their own; any other is judged too") List<String> connectors,
            @JsonProperty("approval_modes") List<String> approvalModes) {}

    /** One policy. */
    @Schema(name = "ControlPolicy")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ControlPolicy(String name, boolean enabled, String description, @Schema(description = "builtin or custom") String source,
            @Schema(description = "The one agent it is for; null for all") @JsonProperty("agent_id") @Nullable String agentId,
            @Schema(description = "agent or tenant") String scope, @Schema(description = "enforcement or shadow") String mode, long version,
            @JsonProperty("created_at") @Nullable Instant createdAt, @JsonProperty("updated_at") @Nullable Instant updatedAt) {

        static ControlPolicy of(Policy policy) {
            var definition = policy.definition();
            return new ControlPolicy(policy.name(), policy.inForce(), definition.description() == null ? "" : definition.description(),
                    policy.builtIn() ? "builtin" : "custom", definition.agentId(), definition.agentId() == null ? "tenant" : "agent",
                    definition.mode() == Mode.SHADOW ? "shadow" : "enforcement", policy.version(), policy.createdAt(), policy.changedAt());
        }
    }

    @GetMapping
    @Operation(operationId = "listControlPolicies", summary = "List policies",
            description = "An agent sees those in force for itself. A person sees those of the workspace, and with `agent_id` those of that agent too.")
    @ApiResponse(responseCode = "200", description = "Policies, modes and connectors")
    PolicyList list(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "For people: adds the policies of this agent")
            @RequestParam(name = "agent_id", required = false) @Nullable String agentId) {
        var listed = caller.isAgent() ? policies.inForce(caller.workspace(), caller.principalId()) : policies.all(caller.workspace()).stream()
                .filter(policy -> !policy.retired())
                .filter(policy -> policy.definition().agentId() == null || policy.definition().agentId().equals(agentId)).toList();
        var connectors = new TreeSet<>(FORMER_CONNECTORS);
        types.all().stream().map(ActionType::connector).forEach(connectors::add);
        return new PolicyList(listed.stream().map(ControlPolicy::of).toList(), "enforcement", List.copyOf(connectors),
                List.of("solo", "team", "enterprise"));
    }
}

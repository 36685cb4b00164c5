package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.PolicyDefinition;
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
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
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
    private final CommandGateway commands;
    private final Ids ids;

    ControlPolicyController(Policies policies, ActionTypes types, CommandGateway commands, Ids ids) {
        this.policies = policies;
        this.types = types;
        this.commands = commands;
        this.ids = ids;
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

    /** One policy with its rules. */
    @Schema(name = "ControlPolicyWithRules")
    record WithRules(@JsonUnwrapped ControlPolicy policy, @JsonProperty("step_types") List<String> stepTypes,
            @JsonProperty("whitelisted_domains") List<String> whitelistedDomains,
            @Schema(description = "match, severity, on_violation, reason, context_requires, confidence; match is null for a rule that is more than a pattern")
            List<Map<String, @Nullable Object>> rules) {

        static WithRules of(Policy policy) {
            return new WithRules(ControlPolicy.of(policy), List.of("ACTION"), policy.definition().whitelistedDomains(),
                    policy.definition().rules().stream().map(ControlRules::write).toList());
        }
    }

    /** What is sent to define one. */
    @Schema(name = "ControlPolicyDefinition", requiredProperties = {"name", "rules"}, additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Definition(@Schema(description = "1 to 64 letters, digits, _ and -; with PUT the one of the address") String name,
            @Nullable String description,
            @Schema(description = "ACTION must be among them") @JsonProperty("step_types") @Nullable List<String> stepTypes,
            @JsonProperty("whitelisted_domains") @Nullable List<String> whitelistedDomains,
            @Schema(description = "1 to 50") List<DefinedRule> rules, @Nullable Boolean enabled,
            @JsonProperty("agent_id") @Nullable String agentId) {}

    /** A rule of it. */
    @Schema(name = "ControlRule", requiredProperties = {"match", "severity"}, additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record DefinedRule(@Schema(description = "RE2 pattern, found anywhere in the payload, any case") String match,
            @Schema(allowableValues = {"critical", "high", "medium", "low"}) String severity,
            @Schema(description = "Absent: critical blocks, high asks, the others warn", allowableValues = {"block", "require_approval", "warn"})
            @JsonProperty("on_violation") @Nullable String onViolation,
            @Nullable String reason, @JsonProperty("context_requires") @Nullable String contextRequires,
            @Schema(description = "0 to 1; 0.85 unless given") @Nullable Double confidence) {}

    /** What became of it. */
    @Schema(name = "ControlPolicyWritten")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Written(@JsonProperty("policy_name") String policyName, @JsonProperty("agent_id") @Nullable String agentId,
            @Schema(description = "created, updated or disabled") String action, long version, String message) {

        static Written of(Policy policy, String action) {
            return new Written(policy.name(), policy.definition().agentId(), action, policy.version(), policy.name() + " is " + action + ".");
        }
    }

    @GetMapping("/{policy}")
    @Operation(operationId = "getControlPolicy", summary = "Read one policy by its name",
            description = "Of exactly this scope: without `agent_id` that of the workspace, or a built-in one.")
    @ApiResponse(responseCode = "200", description = "The policy")
    WithRules one(@AuthenticationPrincipal Caller caller, @PathVariable("policy") String name,
            @RequestParam(name = "agent_id", required = false) @Nullable String agentId) {
        Gatekeeping.person(caller);
        return WithRules.of(named(caller, name, agentId).orElseThrow(ControlPolicyController::unknown));
    }

    @PostMapping
    @Operation(operationId = "upsertControlPolicy", summary = "Define a policy, or replace that of the same name and agent",
            description = "In force on every node when this returns. One that is disabled stays so unless `enabled` says otherwise.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Definition.class))))
    @ApiResponse(responseCode = "200", description = "It was there and is replaced")
    @ApiResponse(responseCode = "201", description = "It is new")
    ResponseEntity<Written> upsert(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        var written = body.others();
        body.finish();
        var definition = sound(caller, ControlRules.read(written, true));
        var standing = named(caller, definition.name(), definition.agentId());
        if (standing.isPresent()) {
            return ResponseEntity.ok(replace(caller, standing.get(), ControlRules.read(written, standing.get().definition().enabled())));
        }
        var id = ids.next();
        commands.sendAndWait(new DefinePolicy(id, caller.workspace(), definition));
        return ResponseEntity.status(HttpStatus.CREATED).body(Written.of(known(caller, id), "created"));
    }

    @PutMapping("/{policy}")
    @Operation(operationId = "replaceControlPolicy", summary = "Replace a policy",
            description = "Whole: what is absent is gone. Whether it is enabled stays as it is unless it says so.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Definition.class))))
    @ApiResponse(responseCode = "200", description = "It is replaced")
    Written replace(@AuthenticationPrincipal Caller caller, @PathVariable("policy") String name,
            @RequestParam(name = "agent_id", required = false) @Nullable String agentId, JsonBody body) {
        Gatekeeping.admin(caller);
        var written = body.others();
        body.finish();
        var standing = named(caller, name, agentId).orElseThrow(ControlPolicyController::unknown);
        written.putIfAbsent("name", standing.name());
        if (agentId != null) {
            written.putIfAbsent("agent_id", agentId);
        }
        return replace(caller, standing, sound(caller, ControlRules.read(written, standing.definition().enabled())));
    }

    @DeleteMapping("/{policy}")
    @Operation(operationId = "disableControlPolicy", summary = "Take a policy out of force",
            description = "It stays on record, disabled, until somebody sends it with `enabled: true`.")
    @ApiResponse(responseCode = "200", description = "It is out of force on every node")
    Written disable(@AuthenticationPrincipal Caller caller, @PathVariable("policy") String name,
            @RequestParam(name = "agent_id", required = false) @Nullable String agentId) {
        Gatekeeping.admin(caller);
        var standing = changeable(named(caller, name, agentId).orElseThrow(ControlPolicyController::unknown));
        var said = standing.definition();
        if (said.enabled()) {
            commands.sendAndWait(new RevisePolicy(standing.id(), caller.workspace(), standing.version(), new PolicyDefinition(said.name(),
                    said.description(), said.agentId(), said.origins(), said.mode(), false, said.locked(), said.whitelistedDomains(), said.rules())));
        }
        return Written.of(known(caller, standing.id()), "disabled");
    }

    private Written replace(Caller caller, Policy standing, PolicyDefinition definition) {
        changeable(standing);
        commands.sendAndWait(new RevisePolicy(standing.id(), caller.workspace(), standing.version(), definition));
        return Written.of(known(caller, standing.id()), "updated");
    }

    private PolicyDefinition sound(Caller caller, PolicyDefinition definition) {
        var faults = policies.faults(caller.workspace(), definition, caller.principalId());
        if (!faults.isEmpty()) {
            throw ControlRules.invalid(faults);
        }
        return definition;
    }

    private Optional<Policy> named(Caller caller, String name, @Nullable String agentId) {
        return policies.all(caller.workspace()).stream().filter(policy -> !policy.retired() && policy.name().equalsIgnoreCase(name))
                .filter(policy -> policy.builtIn() || Objects.equals(policy.definition().agentId(), agentId)).findFirst();
    }

    private Policy known(Caller caller, String id) {
        return policies.byId(caller.workspace(), id).orElseThrow(ControlPolicyController::unknown);
    }

    private static Policy changeable(Policy policy) {
        if (policy.builtIn()) {
            throw new Refused(RefusalCode.BUILT_IN, policy.name() + " is built in: nobody changes, disables or replaces it.");
        }
        return policy;
    }

    private static Refused unknown() {
        return new Refused(RefusalCode.NOT_FOUND, "There is no such policy.");
    }
}

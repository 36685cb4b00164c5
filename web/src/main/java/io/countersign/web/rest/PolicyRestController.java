package io.countersign.web.rest;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.evaluation.api.Trial;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RestorePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.principal.api.Role;
import io.countersign.web.policy.PolicyYaml;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Policies: analysts read and try them, admins write them. */
@RestController
@RequestMapping(path = "/api/v1/policies", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Policies", description = "Named, versioned sets of rules that decide over actions, or only watch.")
class PolicyRestController {

    private static final int MOST_DRAFTS = 20;

    private final Policies policies;
    private final Trial trial;
    private final CommandGateway commands;

    PolicyRestController(Policies policies, Trial trial, CommandGateway commands) {
        this.policies = policies;
        this.trial = trial;
        this.commands = commands;
    }

    /** Several policies. */
    @Schema(name = "PolicyList")
    record PolicyList(List<PolicyBody> policies) {

        static PolicyList of(List<Policy> policies) {
            return new PolicyList(policies.stream().map(PolicyBody::of).toList());
        }
    }

    /** Policies as a file. */
    @Schema(name = "PolicyFile")
    record PolicyFile(@Schema(description = "policies: and a list, in the words of the interface") String yaml) {}

    @GetMapping
    @Operation(operationId = "listPolicies", summary = "All policies, also those that are retired or built in")
    PolicyList all(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "A moment of UTC: the policies as they stood then, that moment included")
            @RequestParam(name = "as_of", required = false) @Nullable String asOf) {
        analyst(caller);
        return PolicyList.of(asOf == null ? policies.all(caller.workspace()) : policies.all(caller.workspace(), Inputs.moment("as_of", asOf)));
    }

    @GetMapping("/effective")
    @Operation(operationId = "effectivePolicies", summary = "The policies in force for an agent, in the order in which they are asked")
    PolicyList effective(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String agent) {
        analyst(caller);
        return PolicyList.of(policies.inForce(caller.workspace(), agent));
    }

    @GetMapping("/export")
    @Operation(operationId = "exportPolicies", summary = "All policies of your own as a YAML file", description = "Without retired ones.")
    PolicyFile export(@AuthenticationPrincipal Caller caller) {
        analyst(caller);
        return new PolicyFile(PolicyYaml.write(policies.all(caller.workspace()).stream()
                .filter(policy -> !policy.builtIn() && !policy.retired()).map(Policy::definition).toList()));
    }

    @GetMapping("/{policy}")
    @Operation(operationId = "getPolicy", summary = "One policy", description = "The ETag is its version, for If-Match.")
    ResponseEntity<PolicyBody> one(@AuthenticationPrincipal Caller caller, @PathVariable String policy) {
        analyst(caller);
        return tagged(HttpStatus.OK, known(caller, policy));
    }

    @GetMapping("/{policy}/versions")
    @Operation(operationId = "policyVersions", summary = "All versions of a policy, oldest first")
    PolicyList versions(@AuthenticationPrincipal Caller caller, @PathVariable String policy) {
        analyst(caller);
        return PolicyList.of(policies.versions(caller.workspace(), known(caller, policy).id()));
    }

    @PostMapping
    @Operation(operationId = "definePolicy", summary = "Define a policy", description = "In force on every node when this returns.")
    @ApiResponse(responseCode = "201", description = "The policy")
    ResponseEntity<PolicyBody> define(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        PolicyDefinition definition = definition(body);
        String id = UuidCreator.getTimeOrderedEpoch().toString();
        commands.sendAndWait(new DefinePolicy(id, caller.workspace(), definition));
        return tagged(HttpStatus.CREATED, known(caller, id));
    }

    @PutMapping("/{policy}")
    @Operation(operationId = "revisePolicy", summary = "Replace what a policy says",
            description = "Name the version it is based on, in If-Match or as `version`. Whether it is enabled stays as it is unless you say so.")
    ResponseEntity<PolicyBody> revise(@AuthenticationPrincipal Caller caller, @PathVariable String policy,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch, JsonBody body) {
        Gatekeeping.admin(caller);
        Long named = body.integer("version", 1);
        Map<String, @Nullable Object> written = body.others();
        body.finish();
        Policy standing = changeable(caller, policy);
        written.putIfAbsent("enabled", standing.definition().enabled());
        long version = Inputs.version(ifMatch, named, "policy").orElseThrow(() -> new Refused(RefusalCode.VALIDATION_ERROR,
                "Say which version this is based on: If-Match, or version in the body.",
                Map.of("details", List.of(Map.of("field", "version", "message", "is required")))));
        PolicyDefinition definition = read(() -> PolicyJson.read(written));
        commands.sendAndWait(new RevisePolicy(standing.id(), caller.workspace(), version, definition));
        return tagged(HttpStatus.OK, known(caller, policy));
    }

    @DeleteMapping("/{policy}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "retirePolicy", summary = "Take a policy out of force", description = "It stays on record and can be restored.")
    @ApiResponse(responseCode = "204", description = "It is out of force on every node")
    void retire(@AuthenticationPrincipal Caller caller, @PathVariable String policy,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        Gatekeeping.admin(caller);
        Policy standing = changeable(caller, policy);
        commands.sendAndWait(new RetirePolicy(standing.id(), caller.workspace(), Inputs.version(ifMatch, null, "policy").orElse(standing.version())));
    }

    @PostMapping("/{policy}/restore")
    @Operation(operationId = "restorePolicy", summary = "Bring a retired policy back as it was")
    @ApiResponse(responseCode = "200", description = "The policy")
    ResponseEntity<PolicyBody> restore(@AuthenticationPrincipal Caller caller, @PathVariable String policy, JsonBody body) {
        Gatekeeping.admin(caller);
        Long named = body.integer("version", 1);
        body.finish();
        Policy standing = changeable(caller, policy);
        commands.sendAndWait(new RestorePolicy(standing.id(), caller.workspace(), named == null ? standing.version() : named));
        return tagged(HttpStatus.OK, known(caller, policy));
    }

    @PostMapping("/import")
    @Operation(operationId = "importPolicies", summary = "Define and revise policies from a YAML file",
            description = "All are checked first. Then each is defined, or, where its name and agent are known, revised; one that says what it "
                    + "says already is left alone. A retired one is refused: restore it first.")
    PolicyList importAll(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        String yaml = body.name("yaml", StrictJson.MAX_BODY_BYTES);
        body.finish();
        List<PolicyDefinition> definitions = read(() -> PolicyYaml.read(yaml));
        for (int i = 0; i < definitions.size(); i++) {
            var faults = policies.faults(caller.workspace(), definitions.get(i), caller.principalId());
            if (!faults.isEmpty()) {
                throw invalid("policies[" + i + "].", new InvalidPolicy(faults));
            }
        }
        List<PolicyBody> changed = new ArrayList<>();
        for (PolicyDefinition definition : definitions) {
            Optional<Policy> standing = policies.all(caller.workspace()).stream().filter(policy -> !policy.builtIn())
                    .filter(policy -> policy.name().equalsIgnoreCase(definition.name())
                            && Objects.equals(policy.definition().agentId(), definition.agentId())).findFirst();
            String id = standing.map(Policy::id).orElseGet(() -> UuidCreator.getTimeOrderedEpoch().toString());
            if (standing.isEmpty()) {
                commands.sendAndWait(new DefinePolicy(id, caller.workspace(), definition));
            } else if (!standing.get().definition().equals(definition)) {
                commands.sendAndWait(new RevisePolicy(id, caller.workspace(), standing.get().version(), definition));
            }
            changed.add(PolicyBody.of(known(caller, id)));
        }
        return new PolicyList(changed);
    }

    @PostMapping("/test")
    @Operation(operationId = "testPolicies", summary = "What policies find in a sample action",
            description = "`{action, params, agent?, origin?, drafts?, drafts_only?}`: judged by the policies in force, and by drafts besides. "
                    + "Nothing is recorded, reserved or sent; rules about rates are answered from what their windows hold now. A draft of the name of a "
                    + "policy counts on from what was counted for that.")
    FindingsBody test(@AuthenticationPrincipal Caller caller, JsonBody body) {
        analyst(caller);
        String action = body.name("action", 200);
        String params = body.object("params", 256 * 1024);
        String agent = body.text("agent", 100);
        String origin = body.text("origin", 20);
        List<Map<String, @Nullable Object>> drafts = body.objects("drafts", MOST_DRAFTS);
        boolean draftsOnly = body.flag("drafts_only");
        body.finish();
        List<PolicyDefinition> read = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            var draft = drafts.get(i);
            read.add(read("drafts[" + i + "].", () -> PolicyJson.read(draft)));
        }
        return read(() -> FindingsBody.of(trial.of(caller.workspace(), agent,
                new Trial.Sample(action, origin == null ? "api" : origin, params), read, draftsOnly)));
    }

    private PolicyDefinition definition(JsonBody body) {
        Map<String, @Nullable Object> written = body.others();
        body.finish();
        return read(() -> PolicyJson.read(written));
    }

    private static <T> T read(Supplier<T> reading) {
        return read("", reading);
    }

    private static <T> T read(String place, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidPolicy e) {
            throw invalid(place, e);
        }
    }

    private static Refused invalid(String place, InvalidPolicy e) {
        return new Refused(RefusalCode.VALIDATION_ERROR, "The policy is not valid: " + place + e.getMessage(), Map.of("details",
                e.faults().stream().map(fault -> Map.of("field", place + fault.field(), "message", fault.message())).toList()));
    }

    private Policy known(Caller caller, String policy) {
        return policies.byId(caller.workspace(), policy).orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such policy."));
    }

    private Policy changeable(Caller caller, String policy) {
        Policy standing = known(caller, policy);
        if (standing.builtIn()) {
            throw new Refused(RefusalCode.BUILT_IN, standing.name() + " is built in: nobody changes, retires or replaces it.");
        }
        return standing;
    }

    private static ResponseEntity<PolicyBody> tagged(HttpStatus status, Policy policy) {
        var answer = ResponseEntity.status(status).eTag("\"" + policy.version() + "\"");
        return (status == HttpStatus.CREATED ? answer.location(URI.create("/api/v1/policies/" + policy.id())) : answer)
                .body(PolicyBody.of(policy));
    }

    private static void analyst(Caller caller) {
        Gatekeeping.person(caller);
        if (!caller.atLeast(Role.ANALYST)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role analyst.");
        }
    }
}

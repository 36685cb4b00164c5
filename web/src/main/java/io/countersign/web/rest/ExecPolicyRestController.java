package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicy.Mode;
import io.countersign.command.execpolicy.api.ExecPolicyCommand.ChangeExecPolicy;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The exec policy: people look, admins change it. */
@RestController
@RequestMapping(path = "/api/v1/exec-policy", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Exec policy", description = "Which programs may run at all, and which words ask for a person.")
class ExecPolicyRestController {

    private static final int MOST = 500;

    private final ExecPolicies policies;
    private final CommandGateway commands;

    ExecPolicyRestController(ExecPolicies policies, CommandGateway commands) {
        this.policies = policies;
        this.commands = commands;
    }

    /** The exec policy in force. */
    @Schema(name = "ExecPolicy")
    record ExecPolicyBody(@Schema(description = "False: nothing runs") boolean enabled, @Schema(description = "deny, allowlist or full") String mode,
            @Schema(description = "Refuse code within a command line") @JsonProperty("strict_inline_eval") boolean strictInlineEval,
            @Schema(description = "Names, or absolute paths") List<String> allowed, @Schema(description = "Names; they win in every mode") List<String> denied,
            @JsonProperty("default_timeout_secs") int defaultTimeoutSeconds,
            @Schema(description = "False: patterns and force_approval count for nothing") @JsonProperty("approvals_enabled") boolean approvalsEnabled,
            @Schema(description = "Globs, or regular expressions behind re:") @JsonProperty("approval_required_patterns") List<String> patterns,
            @Schema(description = "To be sent back with a change") long version) {

        static ExecPolicyBody of(ExecPolicy policy) {
            return new ExecPolicyBody(policy.enabled(), policy.mode().wire(), policy.strictInlineEval(), policy.allowed(), policy.denied(),
                    policy.defaultTimeoutSeconds(), policy.approvalsEnabled(), policy.approvalRequiredPatterns(), policy.version());
        }
    }

    @GetMapping
    @Operation(operationId = "getExecPolicy", summary = "Which programs may run")
    @ApiResponse(responseCode = "200", description = "The policy in force")
    ExecPolicyBody get(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return ExecPolicyBody.of(policies.of(caller.workspace()));
    }

    @PutMapping
    @Operation(operationId = "changeExecPolicy", summary = "Change which programs may run",
            description = "Replaces the policy as a whole. `version` is the one that was read; 409 `stale_view` when somebody was faster. In force on every "
                    + "node when this returns, also for what was approved before and has not started.")
    @ApiResponse(responseCode = "200", description = "The policy as it is now")
    ExecPolicyBody change(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        var enabled = body.yes("enabled");
        var mode = Mode.of(body.word("mode", Set.of("deny", "allowlist", "full"))).orElse(Mode.DENY);
        var strict = !body.has("strict_inline_eval") || body.flag("strict_inline_eval");
        var allowed = body.texts("allowed", MOST);
        var denied = body.texts("denied", MOST);
        var timeout = body.whole("default_timeout_secs", 1, 86_400);
        var approvals = !body.has("approvals_enabled") || body.flag("approvals_enabled");
        var patterns = body.has("approval_required_patterns") ? body.texts("approval_required_patterns", MOST) : List.<String>of();
        var version = body.whole("version", 0, Long.MAX_VALUE);
        body.finish();
        commands.sendAndWait(new ChangeExecPolicy(caller.workspace(), new ExecPolicy(enabled, mode, strict, allowed, denied,
                timeout == null ? ExecPolicy.STANDARD.defaultTimeoutSeconds() : timeout.intValue(), approvals, patterns,
                version == null ? policies.of(caller.workspace()).version() : version)));
        return ExecPolicyBody.of(policies.of(caller.workspace()));
    }
}

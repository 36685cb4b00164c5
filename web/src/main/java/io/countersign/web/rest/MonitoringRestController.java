package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.monitoring.api.Monitoring;
import io.countersign.command.monitoring.api.Monitoring.Trip;
import io.countersign.command.monitoring.api.Monitoring.Watched;
import io.countersign.command.monitoring.api.MonitoringCommand.RemoveMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringCommand.SetMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringRule;
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
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Rules that throw a kill switch by themselves: people look, admins change them. */
@RestController
@RequestMapping(path = "/api/v1/monitoring", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Monitoring", description = "Rules about what an agent does over time. Who breaks one is stopped by a kill switch in the same moment.")
class MonitoringRestController {

    private static final int LONGEST = 300;
    private static final int MOST_STEPS = 20;

    private final Monitoring monitoring;
    private final ActionTypes types;
    private final Entries entries;
    private final CommandGateway commands;

    MonitoringRestController(Monitoring monitoring, ActionTypes types, Entries entries, CommandGateway commands) {
        this.monitoring = monitoring;
        this.types = types;
        this.entries = entries;
        this.commands = commands;
    }

    /** All rules. */
    @Schema(name = "MonitoringRules")
    record RuleList(List<RuleBody> rules) {}

    /** A rule. */
    @Schema(name = "MonitoringRule")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RuleBody(String name, long version, @Schema(description = "Absent for every agent, each on its own") @Nullable String agent,
            @JsonProperty("max_actions_per_minute") @Nullable Integer maxActionsPerMinute,
            @JsonProperty("forbidden_sequence") @Nullable List<String> forbiddenSequence,
            @JsonProperty("window_seconds") @Nullable Integer windowSeconds,
            @Schema(description = "Name of the switch; `agent` for whoever breaks the rule") @JsonProperty("throws") String thrown,
            @Schema(description = "Absent until it is broken") @JsonProperty("last_trip") @Nullable TripBody lastTrip,
            @Schema(description = "What to think about; nothing was refused for it") List<String> warnings) {}

    /** When a rule was broken. */
    @Schema(name = "MonitoringTrip")
    record TripBody(Instant at, String agent, @Schema(description = "The request that broke it") @JsonProperty("action_id") String actionId,
            @Schema(description = "The switch") String thrown) {

        static @Nullable TripBody of(@Nullable Trip trip) {
            return trip == null ? null : new TripBody(trip.at(), trip.agentId(), trip.actionId(), trip.thrown());
        }
    }

    /** What a rule is to be. */
    @Schema(name = "NewMonitoringRule", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Wanted(@Schema(description = "Id of an agent; absent for every agent, each on its own") @Nullable String agent,
            @Schema(minimum = "1", maximum = "100000", description = "This, or a forbidden sequence") @JsonProperty("max_actions_per_minute")
            @Nullable Integer maxActionsPerMinute,
            @Schema(description = "Names of actions or entries that must not follow each other, whatever comes in between", maxLength = 10)
            @JsonProperty("forbidden_sequence") @Nullable List<String> forbiddenSequence,
            @Schema(minimum = "1", maximum = "86400", description = "Within how long; for a sequence only") @JsonProperty("window_seconds")
            @Nullable Integer windowSeconds,
            @Schema(description = "`agent` (whoever breaks it), `everything`, `agent:ID`, `category:NAME`, `action_type:NAME` or `executor:NAME`",
                    defaultValue = "agent") @JsonProperty("throws") @Nullable String thrown,
            @Schema(description = "The version the change was made from, 0 for a new rule; another one is answered 409 `stale_version`")
            @Nullable Long version) {}

    @GetMapping
    @Operation(operationId = "listMonitoringRules", summary = "The rules that throw switches, and when each did")
    @ApiResponse(responseCode = "200", description = "By name")
    RuleList all(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return list(caller);
    }

    @PutMapping("/{name}")
    @Operation(operationId = "setMonitoringRule", summary = "Make a rule, or a new version of it",
            description = "In force on every node when this returns; a new version begins to count at nothing. The request that breaks a rule is recorded as "
                    + "blocked, the switch is thrown in the same append, and what is cleared and not started is held.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Wanted.class))))
    @ApiResponse(responseCode = "200", description = "All rules as they stand now")
    RuleList set(@AuthenticationPrincipal Caller caller, @PathVariable String name, JsonBody body) {
        Gatekeeping.admin(caller);
        var agent = body.text("agent", 100);
        var most = body.whole("max_actions_per_minute", 1, 100_000);
        var sequence = body.has("forbidden_sequence") ? body.texts("forbidden_sequence", MOST_STEPS) : List.<String>of();
        var window = body.whole("window_seconds", 1, 86_400);
        var thrown = body.text("throws", LONGEST);
        var version = body.integer("version", 0);
        var colon = thrown == null ? -1 : thrown.indexOf(':');
        var scope = thrown == null ? SwitchScope.AGENT : SwitchScope.of(colon < 0 ? thrown : thrown.substring(0, colon)).orElse(null);
        if (scope == null) {
            body.fault("throws", "must be agent, everything, or agent, category, action_type or executor with : and a name");
        }
        body.finish();
        commands.sendAndWait(new SetMonitoringRule(caller.workspace(), new MonitoringRule(name, agent == null ? "" : agent, small(most), sequence,
                small(window), scope == null ? SwitchScope.AGENT : scope, thrown == null || colon < 0 ? "" : thrown.substring(colon + 1)), version));
        return list(caller);
    }

    @DeleteMapping("/{name}")
    @Operation(operationId = "removeMonitoringRule", summary = "Remove a rule", description = "A switch that it threw stays thrown.")
    @ApiResponse(responseCode = "200", description = "All rules as they stand now")
    RuleList remove(@AuthenticationPrincipal Caller caller, @PathVariable String name,
            @Parameter(description = "The version that is removed; another one is answered 409 `stale_version`")
            @RequestParam(required = false) @Nullable Long version) {
        Gatekeeping.admin(caller);
        commands.sendAndWait(new RemoveMonitoringRule(caller.workspace(), name, version));
        return list(caller);
    }

    private RuleList list(Caller caller) {
        return new RuleList(monitoring.of(caller.workspace()).stream().map(watched -> body(caller, watched)).toList());
    }

    private RuleBody body(Caller caller, Watched watched) {
        var rule = watched.rule();
        var warnings = rule.sequence().stream()
                .filter(name -> types.byName(name).isEmpty() && entries.byName(caller.workspace(), name).isEmpty())
                .map(name -> name + " is neither an action type nor an entry of the catalogue now.").toList();
        return new RuleBody(rule.name(), watched.version(), rule.agentId().isEmpty() ? null : rule.agentId(), rule.limitsRate() ? rule.mostPerMinute() : null,
                rule.limitsRate() ? null : rule.sequence(), rule.limitsRate() ? null : rule.windowSeconds(), rule.throwsSwitch(), TripBody.of(watched.last()),
                warnings);
    }

    private static int small(@Nullable Long value) {
        return value == null ? 0 : value.intValue();
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.web.connectors.Connector;
import io.countersign.web.connectors.Connectors;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How the executors are doing. They are stopped and released by their kill switches. */
@RestController
@RequestMapping(path = "/api/v1/connectors", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Connectors", description = "How each executor is doing. `PUT /api/v1/switches/executor/{name}` stops and releases one.")
class ConnectorRestController {

    private final Connectors connectors;

    ConnectorRestController(Connectors connectors) {
        this.connectors = connectors;
    }

    /** All connectors. */
    @Schema(name = "Connectors")
    record ConnectorList(List<ConnectorBody> connectors) {}

    /** A family of action types that one executor does. */
    @Schema(name = "Connector")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ConnectorBody(String name, List<String> types,
            @Schema(description = "paused, failing, incomplete, capturing, working, idle or not_offered") String health,
            @Schema(description = "Why, in one sentence") String says,
            @Schema(description = "Kill switches that stop all of it or a part") @JsonProperty("stopped_by") List<String> stoppedBy,
            List<CredentialBody> credentials, @Schema(description = "Entries of the catalogue that offer it") List<String> entries,
            @JsonProperty("last_success") @Nullable OutcomeBody lastSuccess, @JsonProperty("last_error") @Nullable OutcomeBody lastError,
            @Schema(description = "How many are under way, of at most 100 that were counted") @JsonProperty("in_flight") long inFlight) {

        static ConnectorBody of(Connector one) {
            return new ConnectorBody(one.name(), one.types(), one.health().wire(), one.says(), one.stops().stream().map(KillSwitch::name).toList(),
                    one.credentials().stream().map(it -> new CredentialBody(it.name(), it.source(), it.present())).toList(), one.entries(),
                    OutcomeBody.of(one.lastSuccess()), OutcomeBody.of(one.lastError()), one.inFlight());
        }
    }

    /** Something that lets it in; never its value. */
    @Schema(name = "ConnectorCredential")
    record CredentialBody(String name, @Schema(description = "environment or vault") String source, boolean present) {}

    /** How the newest action of its kind ended. */
    @Schema(name = "ConnectorOutcome")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record OutcomeBody(@JsonProperty("action_id") String actionId, String status, Instant at, @Nullable String error) {

        static @Nullable OutcomeBody of(Connector.@Nullable Outcome outcome) {
            return outcome == null ? null : new OutcomeBody(outcome.actionId(), outcome.status(), outcome.at(), outcome.error());
        }
    }

    @GetMapping
    @Operation(operationId = "listConnectors", summary = "How each executor is doing",
            description = "From what is set and from what happened; nothing is tried out. Secrets by name only.")
    @ApiResponse(responseCode = "200", description = "All executors, by name")
    ConnectorList all(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return new ConnectorList(connectors.of(caller).stream().map(ConnectorBody::of).toList());
    }
}

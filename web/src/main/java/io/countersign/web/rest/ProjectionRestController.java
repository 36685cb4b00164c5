package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.ExpirySweep;
import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Role;
import io.countersign.query.projection.api.Projections;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Upkeep by admins: the views kept from the log, and what has run out. */
@RestController
@RequestMapping(path = "/api/v1/admin", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Upkeep", description = "For admins: the views kept from the log, and what has run out.")
class ProjectionRestController {

    private final Projections projections;
    private final ExpirySweep expiry;

    ProjectionRestController(Projections projections, ExpirySweep expiry) {
        this.projections = projections;
        this.expiry = expiry;
    }

    /** All views. */
    @Schema(name = "Projections")
    record ProjectionList(List<ProjectionBody> projections) {}

    /** How far a view is. */
    @Schema(name = "Projection")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ProjectionBody(String name, long position, long head, long lag, boolean running, long parked, @Nullable RebuildBody rebuild) {

        static ProjectionBody of(Projections.State state) {
            return new ProjectionBody(state.name(), state.position(), state.head(), state.lag(), state.running(), state.parked(),
                    state.rebuild() == null ? null : RebuildBody.of(state.rebuild()));
        }
    }

    /** How far a rebuild is. */
    @Schema(name = "Rebuild")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RebuildBody(@Schema(description = "building, indexing, comparing, switched, differs or failed") String phase, long position, long head,
            @JsonProperty("events_per_second") double eventsPerSecond, @JsonProperty("seconds_left") @Nullable Long secondsLeft,
            @JsonProperty("started_at") Instant startedAt, @JsonProperty("finished_at") @Nullable Instant finishedAt,
            @Schema(description = "Whether the new view equals the live one, once compared") @Nullable Boolean identical,
            @Nullable String message) {

        static RebuildBody of(Projections.Rebuild rebuild) {
            return new RebuildBody(rebuild.phase(), rebuild.position(), rebuild.head(), rebuild.eventsPerSecond(), rebuild.secondsLeft(),
                    rebuild.startedAt(), rebuild.finishedAt(), rebuild.identical(), rebuild.message());
        }
    }

    /** How many actions ran out. */
    @Schema(name = "Sweep")
    record Sweep(int expired) {}

    @GetMapping("/projections")
    @Operation(operationId = "listProjections", summary = "How far each view is")
    @ApiResponse(responseCode = "200", description = "All views, by name")
    ProjectionList all(@AuthenticationPrincipal Caller caller) {
        requireAdmin(caller);
        return new ProjectionList(projections.all().stream().map(ProjectionBody::of).toList());
    }

    @PostMapping("/projections/{name}/rebuild")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "rebuildProjection", summary = "Build a view anew beside the live one, compare, and switch",
            description = "Answers at once; the list of views tells the progress.")
    @ApiResponse(responseCode = "202", description = "Under way")
    ProjectionBody rebuild(@AuthenticationPrincipal Caller caller, @PathVariable String name, JsonBody body) {
        requireAdmin(caller);
        body.finish();
        return ProjectionBody.of(projections.rebuild(name));
    }

    @PostMapping("/expire")
    @Operation(operationId = "expireOverdue", summary = "Expire what is overdue now, without waiting for the clockwork")
    @ApiResponse(responseCode = "200", description = "How many expired")
    Sweep expire(@AuthenticationPrincipal Caller caller, JsonBody body) {
        requireAdmin(caller);
        body.finish();
        return new Sweep(expiry.sweepNow());
    }

    private static void requireAdmin(Caller caller) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Agents ask; this is for admins.");
        }
        if (!caller.atLeast(Role.ADMIN)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role admin.");
        }
    }
}

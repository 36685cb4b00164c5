package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.audit.api.AuditLog.Filter;
import io.countersign.query.audit.api.History;
import io.countersign.query.audit.api.History.Difference;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What happened when, and how things stood. */
@RestController
@RequestMapping(path = "/v1/replay", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Replay", description = "For people: the events of actions in order, how actions stood at a moment, and what moved between two.")
class ReplayRestController {

    private static final int MOST = 1_000;

    private final AuditLog log;
    private final History history;

    ReplayRestController(AuditLog log, History history) {
        this.log = log;
        this.history = history;
    }

    /** A page of events. */
    @Schema(name = "ReplayTimeline")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Timeline(List<Step> entries, @JsonProperty("has_more") boolean hasMore,
            @Schema(description = "`before` of the next page; null on the last") @JsonProperty("next_before") @Nullable Long nextBefore) {}

    /** One event of one action. */
    @Schema(name = "ReplayStep")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Step(@JsonProperty("sequence_number") long sequenceNumber, Instant timestamp, String operation, @JsonProperty("action_id") String actionId,
            @Nullable String action, @JsonProperty("agent_id") @Nullable String agentId, @Schema(description = "After it") @Nullable String status) {

        static Step of(AuditEntry entry) {
            return new Step(entry.index(), entry.at(), entry.event(), entry.subjectId(), entry.actionType(), entry.agent(), entry.status());
        }
    }

    /** How things stood. */
    @Schema(name = "ReplaySnapshot")
    record Snapshot(Instant at, @Schema(description = "All actions asked for by then") long total,
            @Schema(description = "How many were in each status") Map<String, Long> statuses) {}

    /** What moved. */
    @Schema(name = "ReplayDiff")
    record Diff(Instant from, Instant to, List<Moved> changes, @Schema(description = "There are more than the limit") @JsonProperty("has_more") boolean hasMore) {}

    /** One action that moved. */
    @Schema(name = "ReplayChange")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Moved(@JsonProperty("action_id") String actionId, @Nullable String action, @JsonProperty("agent_id") @Nullable String agentId,
            @Schema(description = "Null when it was not asked for yet") @Nullable String before, String after,
            @Schema(description = "How many events lie between") long events) {

        static Moved of(Difference difference) {
            return new Moved(difference.actionId(), difference.actionType(), difference.agent(), difference.before(), difference.after(),
                    difference.events());
        }
    }

    @GetMapping("/timeline")
    @Operation(operationId = "replayTimeline", summary = "The events of actions, newest first")
    @ApiResponse(responseCode = "200", description = "One page")
    Timeline timeline(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String until,
            @Parameter(description = "Names of events of actions, with commas between them") @RequestParam(required = false) @Nullable String operations,
            @Parameter(description = "Who asked") @RequestParam(name = "agent_id", required = false) @Nullable String agentId,
            @Parameter(description = "1 to 1000", schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String before) {
        Gatekeeping.person(caller);
        if (operations != null && !operations.matches("action\\.[a-z_]+( ?, ?action\\.[a-z_]+){0,49}")) {
            throw Inputs.fault("operations", "must be names of events of actions, such as action.requested");
        }
        var page = log.find(caller.toReader(), new Filter(null, operations == null ? "action" : operations, null, null,
                        since == null ? null : Inputs.moment("since", since), until == null ? null : Inputs.moment("until", until), null,
                        Inputs.text("agent_id", agentId), null),
                before == null ? null : Inputs.count("before", before), limit(limit));
        return new Timeline(page.items().stream().map(Step::of).toList(), page.nextBefore() != null, page.nextBefore());
    }

    @GetMapping("/snapshot")
    @Operation(operationId = "replaySnapshot", summary = "How all actions stood at a moment, that moment included")
    @ApiResponse(responseCode = "200", description = "Counts")
    Snapshot snapshot(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "A moment of UTC; now unless given") @RequestParam(required = false) @Nullable String at) {
        Gatekeeping.person(caller);
        var moment = at == null ? Instant.parse("9999-01-01T00:00:00Z") : Inputs.moment("at", at);
        var statuses = history.standing(caller.toReader(), moment);
        return new Snapshot(moment, statuses.values().stream().mapToLong(Long::longValue).sum(), statuses);
    }

    @GetMapping("/diff")
    @Operation(operationId = "replayDiff", summary = "Which actions stood otherwise at the later of two moments")
    @ApiResponse(responseCode = "200", description = "Changes, the newest first")
    Diff diff(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Now unless given") @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "1 to 999", schema = @Schema(type = "integer", minimum = "1", maximum = "999", defaultValue = "100"))
            @RequestParam(required = false) @Nullable String limit) {
        Gatekeeping.person(caller);
        var earlier = from == null ? Instant.EPOCH : Inputs.moment("from", from);
        var later = to == null ? Instant.parse("9999-01-01T00:00:00Z") : Inputs.moment("to", to);
        var most = Math.min(limit(limit), MOST - 1);
        var found = history.between(caller.toReader(), earlier, later, most + 1);
        return new Diff(earlier, later, found.stream().limit(most).map(Moved::of).toList(), found.size() > most);
    }

    private static int limit(@Nullable String limit) {
        var most = limit == null ? 100 : Inputs.count("limit", limit);
        if (most < 1 || most > MOST) {
            throw Inputs.fault("limit", "must be a whole number from 1 to 1000");
        }
        return (int) most;
    }
}

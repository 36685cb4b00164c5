package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ExpirySweep;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.backtest.api.RecordedFacts;
import io.countersign.web.policy.FlatApprovals.Status;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The queue of the older interface: every action that a person had to decide, whichever rule or setting asked for it. */
@RestController
@RequestMapping(path = "/api/v1/admin/approval", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Approval workflows")
class ApprovalQueueController {

    private static final int MOST = 100;
    private static final String SQL = "sql";
    private static final Facts NOTHING = new Facts(Map.of());
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Actions actions;
    private final Principals principals;
    private final Policies policies;
    private final CommandGateway commands;
    private final ExpirySweep expiry;
    private final RecordedFacts recorded;

    ApprovalQueueController(Actions actions, Principals principals, Policies policies, CommandGateway commands, ExpirySweep expiry,
            RecordedFacts recorded) {
        this.actions = actions;
        this.principals = principals;
        this.policies = policies;
        this.commands = commands;
        this.expiry = expiry;
        this.recorded = recorded;
    }

    /** The newest of them. */
    @Schema(name = "ApprovalRequests")
    record RequestList(List<ApprovalRequest> requests,
            @Schema(description = "Where the next page begins; null on the last") @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    /** One of them. */
    @Schema(name = "ApprovalRequestAnswer")
    record OneRequest(ApprovalRequest request) {}

    /** How many expired. */
    @Schema(name = "Expired")
    record Expired(int expired) {}

    /** How many wait. */
    @Schema(name = "PendingCount")
    record PendingCount(@Schema(description = "Exact up to 10,000") long count) {}

    /** What a reviewer says. */
    @Schema(name = "ApprovalReview", requiredProperties = "action", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Review(@Schema(allowableValues = {"approve", "deny"}) @Nullable String action, @Schema(maxLength = 1000) @Nullable String comment,
            @Schema(description = "The phrase of the request's profile, where it has one", maxLength = 1000)
            @JsonProperty("confirmation_phrase") @Nullable String confirmationPhrase) {

        static Review from(JsonBody body) {
            var review = new Review(body.wordIfGiven("action", Set.of("approve", "deny")), body.text("comment", NewAction.MAX_REMARK),
                    body.text("confirmation_phrase", NewAction.MAX_REMARK));
            body.finish();
            return review;
        }
    }

    @GetMapping("/queue")
    @Operation(operationId = "listApprovalRequests", summary = "List approval requests, newest first",
            description = "100 unless `limit` says less. A status that there is none of is a 400.")
    @ApiResponse(responseCode = "200", description = "Requests")
    RequestList queue(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "All unless given", schema = @Schema(type = "string",
                    allowableValues = {"pending", "approved", "denied", "expired"}))
            @RequestParam(required = false) @Nullable String status,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "100"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "`next_cursor` of the page before") @RequestParam(required = false) @Nullable String cursor) {
        Gatekeeping.admin(caller);
        var filter = new ActionFilter(statuses(status), false, null, null, null, null, limit == null ? MOST : Inputs.limit(limit), Inputs.cursor(cursor));
        var page = actions.find(caller.toReader(), filter);
        var rows = page.items();
        var facts = recorded.of(caller.workspace(), rows.stream().filter(row -> row.connector().equals(SQL)).map(ActionRow::id).toList());
        return new RequestList(rows.stream().map(row -> request(row, facts.getOrDefault(row.id(), NOTHING))).toList(), page.nextCursor());
    }

    @GetMapping("/queue/{id}")
    @Operation(operationId = "getApprovalRequest", summary = "Read one approval request")
    @ApiResponse(responseCode = "200", description = "The request")
    OneRequest one(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        Gatekeeping.admin(caller);
        return new OneRequest(request(reviewable(caller, id)));
    }

    @PostMapping("/queue/{id}")
    @Operation(operationId = "reviewApprovalRequest", summary = "Approve or deny an approval request",
            description = "Nobody decides what they asked for themselves where the terms of the action say so.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Review.class))))
    @ApiResponse(responseCode = "200", description = "The request as it is now")
    OneRequest review(@AuthenticationPrincipal Caller caller, @PathVariable String id, JsonBody body) {
        Gatekeeping.admin(caller);
        var review = Review.from(body);
        var actionId = reviewable(caller, id).id();
        if (review.action() == null) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "action must be approve or deny.",
                    Map.of("details", List.of(Map.of("field", "action", "message", "must be approve or deny"))));
        }
        commands.sendAndWait(review.action().equals("approve")
                ? new ApproveAction(actionId, caller.workspace(), caller.principalId(), caller.origin(), review.comment(), null,
                        review.confirmationPhrase())
                : new DenyAction(actionId, caller.workspace(), caller.principalId(), caller.origin(), review.comment()));
        return new OneRequest(request(reviewable(caller, actionId)));
    }

    @PostMapping("/expire")
    @Operation(operationId = "expireApprovalRequests", summary = "Expire overdue approval requests now",
            description = "They expire by themselves too; this only does not wait.")
    @ApiResponse(responseCode = "200", description = "How many expired by this call")
    Expired expire(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        body.finish();
        return new Expired(expiry.sweepNow());
    }

    @GetMapping("/pending-count")
    @Operation(operationId = "countPendingApprovals", summary = "Count what waits for a person")
    @ApiResponse(responseCode = "200", description = "How many")
    PendingCount pending(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.admin(caller);
        var counts = actions.counts(caller.toReader());
        return new PendingCount(Status.PENDING.ours().stream().mapToLong(status -> counts.getOrDefault(status, 0L)).sum());
    }

    private ActionRow reviewable(Caller caller, String id) {
        return (ActionIds.isOne(id) ? actions.byId(caller.toReader(), ActionIds.normal(id)) : Optional.<ActionRow>empty())
                .filter(row -> Status.of(row).isPresent())
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such approval request."));
    }

    private static Set<ActionStatus> statuses(@Nullable String name) {
        Set<ActionStatus> wanted = EnumSet.noneOf(ActionStatus.class);
        Arrays.stream(Status.values()).filter(status -> name == null || status.wire().equals(name)).forEach(status -> wanted.addAll(status.ours()));
        if (wanted.isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "status must be one of approved, denied, expired, pending.",
                    Map.of("details", List.of(Map.of("field", "status", "message", "must be one of approved, denied, expired, pending"))));
        }
        return wanted;
    }

    private ApprovalRequest request(ActionRow row) {
        return request(row, row.connector().equals(SQL)
                ? recorded.of(row.workspace(), List.of(row.id())).getOrDefault(row.id(), NOTHING) : NOTHING);
    }

    private ApprovalRequest request(ActionRow row, Facts facts) {
        var status = Status.of(row).orElse(Status.PENDING);
        boolean reviewed = status == Status.APPROVED || status == Status.DENIED;
        var cause = cause(row);
        return new ApprovalRequest(row.id(), row.workspace(), cause.id(), cause.name(), row.requestedBy(), email(row.requestedBy()), statement(row),
                row.reason(), facts.get(SQL, "environment_group") instanceof String group ? group : null, texts(facts, "tables"),
                texts(facts, "columns"), row.origin(), status.wire(), reviewed ? row.decidedBy() : null,
                reviewed && row.decidedBy() != null ? email(row.decidedBy()) : null, reviewed ? row.decisionReason() : null,
                reviewed ? row.decidedAt() : null, row.requestedAt(), row.expiresAt());
    }

    /** What asked for approval. */
    private record Cause(String id, String name) {}

    private Cause cause(ActionRow row) {
        var triggered = row.verdict().triggeredPolicy();
        if (triggered == null || triggered.startsWith("mode:")) {
            return new Cause("mode:" + row.terms().mode().wire(), "Mode " + row.terms().mode().wire());
        }
        return policies.all(row.workspace()).stream().filter(policy -> policy.name().equals(triggered)).findFirst()
                .map(policy -> new Cause(policy.id(), ruleName(policy, row.verdict()))).orElseGet(() -> new Cause(triggered, triggered));
    }

    private static String ruleName(Policy policy, Verdict verdict) {
        return policy.definition().rules().size() == 1 ? policy.definition().rules().getFirst().title()
                : verdict.violations().stream().map(Verdict.Finding::rule).findFirst().orElse(policy.name());
    }

    private @Nullable String email(String principalId) {
        return principals.byId(principalId).filter(Person.class::isInstance).map(Person.class::cast).map(Person::email).orElse(null);
    }

    private static List<String> texts(Facts facts, String name) {
        return facts.get(SQL, name) instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }

    private static String statement(ActionRow row) {
        if (row.connector().equals(SQL)) {
            try {
                var sql = JSON.readTree(row.payload()).path("sql").asString("");
                if (!sql.isEmpty()) {
                    return sql;
                }
            } catch (JacksonException erased) {
                return row.summary();
            }
        }
        return row.summary();
    }
}

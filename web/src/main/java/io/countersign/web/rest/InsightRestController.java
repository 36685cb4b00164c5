package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.insight.api.Insights;
import io.countersign.query.insight.api.Insights.Totals;
import io.countersign.query.insight.api.Insights.Violation;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What is counted, for programs. */
@RestController
@Tag(name = "Insights", description = "For people: whether people are asked the right things, and whether they look.")
class InsightRestController {

    private static final Map<String, Duration> WINDOWS = Map.of("24h", Duration.ofHours(24), "7d", Duration.ofDays(7), "30d", Duration.ofDays(30));
    private static final String POSTGRES = "postgres";

    private final Insights insights;
    private final Actions actions;
    private final Principals principals;
    private final Clock clock;

    InsightRestController(Insights insights, Actions actions, Principals principals, Clock clock) {
        this.insights = insights;
        this.actions = actions;
        this.principals = principals;
        this.clock = clock;
    }

    /** A time and how it is divided. */
    record Window(String name, String bucket, Instant since, Instant until) {

        Duration width() {
            return bucket.equals("hour") ? Duration.ofHours(1) : Duration.ofDays(1);
        }
    }

    /** Everything that is counted. */
    @Schema(name = "Insights")
    record InsightsBody(String window, String bucket, Instant since, Instant until, TotalsBody totals, DecisionsBody decisions,
            List<PolicyBody> policies, List<AgentBody> agents, List<RuleBody> rules,
            @Schema(description = "Where what was asked for stands now") Map<String, Long> statuses,
            @JsonProperty("time_series") List<BucketBody> timeSeries) {}

    /** Counts of actions. */
    @Schema(name = "InsightTotals")
    record TotalsBody(long evaluations, @Schema(description = "By the rules alone") long allowed,
            @Schema(description = "Brought before a person") long asked, @Schema(description = "By the rules") long blocked,
            @JsonProperty("pending_review") long pendingReview, @Schema(description = "By a person") long approved,
            @Schema(description = "By a person") long denied, long executed, @Schema(description = "Nobody knows whether it happened") long unknown) {

        static TotalsBody of(Totals t) {
            return new TotalsBody(t.evaluations(), t.allowed(), t.asked(), t.blocked(), t.pending(), t.approved(), t.denied(), t.executed(),
                    t.unknown());
        }
    }

    /** How people decided. */
    @Schema(name = "InsightDecisions")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record DecisionsBody(long number, @JsonProperty("median_seconds") @Nullable Double medianSeconds,
            @JsonProperty("p95_seconds") @Nullable Double p95Seconds, @Schema(description = "Approvals within 3 seconds of opening") long reflex,
            @Schema(description = "Approvals by somebody who never opened it") long unopened, long approvals) {}

    /** Actions in which one policy found something. */
    @Schema(name = "InsightPolicy")
    record PolicyBody(String policy, long count, @JsonProperty("severity_breakdown") Map<String, Long> severityBreakdown) {}

    /** What one requester asked for. */
    @Schema(name = "InsightAgent")
    record AgentBody(@JsonProperty("agent_id") String agentId, long actions, long violations) {}

    /** What became of what one rule brought before people. */
    @Schema(name = "InsightRule")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RuleBody(@Nullable String policy, String rule, long asked, long approved, long denied,
            @Schema(description = "A change that may be worth trying; null for none") @Nullable String suggestion) {}

    /** Counts of one hour or day. */
    @Schema(name = "InsightBucket")
    record BucketBody(Instant bucket, TotalsBody totals) {}

    /** The dashboard of the older interface. */
    @Schema(name = "ControlDashboard")
    record Dashboard(String window, String bucket, @Schema(description = "postgres") String backend, DashboardTotals totals,
            @JsonProperty("violations_by_policy") List<PolicyBody> violationsByPolicy,
            @JsonProperty("violations_by_agent") List<AgentViolations> violationsByAgent,
            @JsonProperty("time_series") List<DashboardBucket> timeSeries) {}

    /** Totals of the older interface; what the rules blocked counts as denied. */
    @Schema(name = "ControlDashboardTotals")
    record DashboardTotals(long evaluations, long executed, @JsonProperty("pending_review") long pendingReview, long approved, long denied) {}

    /** A bucket of the older interface. */
    @Schema(name = "ControlDashboardBucket")
    record DashboardBucket(Instant bucket, long executed, @JsonProperty("pending_review") long pendingReview, long approved, long denied) {}

    /** How often rules held something against one agent. */
    @Schema(name = "ControlAgentViolations")
    record AgentViolations(@JsonProperty("agent_id") String agentId, long count) {}

    /** What was held against one agent. */
    @Schema(name = "ControlViolations")
    record ViolationPage(@JsonProperty("agent_id") String agentId, long total, String backend, List<ViolationBody> violations) {}

    /** Something held against one action. */
    @Schema(name = "ControlViolation")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ViolationBody(@JsonProperty("action_id") String actionId, String action, Instant timestamp,
            @Schema(description = "action_blocked, action_pending_review, action_denied or action_executed") String event,
            @JsonProperty("triggered_policy") @Nullable String triggeredPolicy, @Nullable String severity, @Nullable String reason,
            @JsonProperty("risk_score") double riskScore, @JsonProperty("violation_count") int violationCount) {}

    @GetMapping(path = "/api/v1/insights", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "getInsights", summary = "What was asked for and what became of it, counted")
    @ApiResponse(responseCode = "200", description = "Counts; buckets in which nothing happened are there too")
    InsightsBody insights(@AuthenticationPrincipal Caller caller,
            @Parameter(schema = @Schema(allowableValues = {"24h", "7d", "30d"}, defaultValue = "7d")) @RequestParam(required = false) @Nullable String window,
            @Parameter(schema = @Schema(allowableValues = {"hour", "day"})) @RequestParam(required = false) @Nullable String bucket) {
        Gatekeeping.person(caller);
        var span = window(window, bucket, clock.instant());
        var report = insights.report(caller.toReader(), span.since(), span.until(), span.width());
        var decisions = report.decisions();
        return new InsightsBody(span.name(), span.bucket(), span.since(), span.until(), TotalsBody.of(report.totals()),
                new DecisionsBody(decisions.number(), decisions.medianSeconds(), decisions.p95Seconds(), decisions.reflex(), decisions.unopened(),
                        decisions.approvals()),
                report.policies().stream().map(one -> new PolicyBody(one.policy(), one.count(), one.severities())).toList(),
                report.agents().stream().map(one -> new AgentBody(one.agentId(), one.actions(), one.violations())).toList(),
                report.rules().stream().map(one -> new RuleBody(one.policy(), one.rule(), one.asked(), one.approved(), one.denied(), one.isFormality()
                        ? "approved %d of %d: let it run after a pause, or by itself".formatted(one.approved(), one.asked()) : null)).toList(),
                report.statuses(), report.series().stream().map(one -> new BucketBody(one.start(), TotalsBody.of(one.totals()))).toList());
    }

    @GetMapping(path = "/v1/control/dashboard", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "getControlDashboard", summary = "Counts as the older control interface has them")
    @ApiResponse(responseCode = "200", description = "Counts")
    Dashboard dashboard(@AuthenticationPrincipal Caller caller,
            @Parameter(schema = @Schema(allowableValues = {"24h", "7d", "30d"}, defaultValue = "7d")) @RequestParam(required = false) @Nullable String window,
            @Parameter(schema = @Schema(allowableValues = {"hour", "day"})) @RequestParam(required = false) @Nullable String bucket) {
        Gatekeeping.person(caller);
        var span = window(window, bucket, clock.instant());
        var report = insights.report(caller.toReader(), span.since(), span.until(), span.width());
        var t = report.totals();
        return new Dashboard(span.name(), span.bucket(), POSTGRES,
                new DashboardTotals(t.evaluations(), t.executed(), t.pending(), t.approved(), t.denied() + t.blocked()),
                report.policies().stream().map(one -> new PolicyBody(one.policy(), one.count(), one.severities())).toList(),
                report.agents().stream().filter(one -> one.violations() > 0).map(one -> new AgentViolations(one.agentId(), one.violations())).toList(),
                report.series().stream().map(one -> new DashboardBucket(one.start(), one.totals().executed(), one.totals().pending(),
                        one.totals().approved(), one.totals().denied() + one.totals().blocked())).toList());
    }

    @GetMapping(path = "/v1/control/agents/{agent}/violations", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listAgentViolations", summary = "What rules held against what one agent asked for, newest first")
    @ApiResponse(responseCode = "200", description = "Violations")
    ViolationPage violations(@AuthenticationPrincipal Caller caller, @PathVariable String agent,
            @Parameter(description = "1 to 1000", schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String since, @RequestParam(required = false) @Nullable String until) {
        Gatekeeping.person(caller);
        var from = since == null ? null : Inputs.moment("since", since);
        var to = until == null ? null : Inputs.moment("until", until);
        var most = limit == null ? 50 : (int) Math.min(Inputs.count("limit", limit), Integer.MAX_VALUE);
        if (from != null && to != null && from.isAfter(to)) {
            throw Inputs.fault("since", "must not be later than until");
        }
        principals.byId(agent).filter(known -> known.workspace().equals(caller.workspace()))
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such agent."));
        var rows = insights.violations(caller.toReader(), agent, from, to, most);
        return new ViolationPage(agent, insights.countViolations(caller.toReader(), agent, from, to), POSTGRES,
                rows.stream().map(row -> body(row, caller)).toList());
    }

    private ViolationBody body(Violation row, Caller caller) {
        return new ViolationBody(row.actionId(), row.actionType(), row.at(), event(row.status()), row.policy(), row.severity(),
                actions.byId(caller.toReader(), row.actionId()).map(ActionRow::verdict).map(verdict -> verdict.reason()).orElse(null), row.risk(),
                row.violations());
    }

    private static String event(String status) {
        return switch (status) {
            case "blocked" -> "action_blocked";
            case "denied", "expired", "cancelled", "revoked", "grant_expired" -> "action_denied";
            case "pending", "stale" -> "action_pending_review";
            default -> "action_executed";
        };
    }

    static Window window(@Nullable String name, @Nullable String bucket, Instant now) {
        var window = name == null ? "7d" : name;
        var length = WINDOWS.get(window);
        if (length == null) {
            throw Inputs.fault("window", "must be 24h, 7d or 30d");
        }
        if (bucket != null && !bucket.equals("hour") && !bucket.equals("day")) {
            throw Inputs.fault("bucket", "must be hour or day");
        }
        return new Window(window, bucket != null ? bucket : window.equals("24h") ? "hour" : "day", now.minus(length), now);
    }
}

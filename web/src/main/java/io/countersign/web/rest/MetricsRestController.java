package io.countersign.web.rest;

import io.countersign.command.store.api.Head;
import io.countersign.query.insight.api.Insights;
import io.countersign.query.insight.api.Insights.Report;
import io.countersign.web.security.Caller;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is counted, for Prometheus: the last 24 hours of the caller's workspace, and how this node is doing. */
@RestController
@Tag(name = "Insights")
class MetricsRestController {

    private static final Duration DAY = Duration.ofHours(24);

    private final Insights insights;
    private final Head head;
    private final Clock clock;
    private final ObjectProvider<PrometheusMeterRegistry> registry;

    MetricsRestController(Insights insights, Head head, Clock clock, ObjectProvider<PrometheusMeterRegistry> registry) {
        this.insights = insights;
        this.head = head;
        this.clock = clock;
        this.registry = registry;
    }

    @GetMapping(path = "/api/v1/metrics", produces = {MediaType.TEXT_PLAIN_VALUE, MediaType.APPLICATION_JSON_VALUE})
    @Operation(operationId = "getMetrics", summary = "Counts in the text format of Prometheus",
            description = "Scrape it with HTTP Basic of a person who may only look. Counts are of the last 24 hours of that person's workspace; a ready "
                    + "dashboard for Grafana is in docs/metrics.")
    @ApiResponse(responseCode = "200", description = "Metrics", content = @Content(mediaType = MediaType.TEXT_PLAIN_VALUE,
            schema = @Schema(type = "string")))
    String metrics(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        var now = clock.instant();
        var text = new StringBuilder();
        write(text, insights.report(caller.toReader(), now.minus(DAY), now, Duration.ofHours(1)));
        family(text, "countersign_log_events", "Events in the log");
        sample(text, "countersign_log_events", "", head.index() + 1);
        registry.ifAvailable(known -> text.append(known.scrape()));
        return text.toString();
    }

    private static void write(StringBuilder text, Report report) {
        family(text, "countersign_actions", "Actions asked for in 24 hours, by where they stand now");
        report.statuses().forEach((status, number) -> sample(text, "countersign_actions", "{status=\"" + status + "\"}", number));
        family(text, "countersign_verdicts", "Actions asked for in 24 hours, by what the rules said");
        sample(text, "countersign_verdicts", "{verdict=\"allow\"}", report.totals().allowed());
        sample(text, "countersign_verdicts", "{verdict=\"ask\"}", report.totals().asked());
        sample(text, "countersign_verdicts", "{verdict=\"block\"}", report.totals().blocked());
        family(text, "countersign_decisions", "Decisions by people about what was asked for in 24 hours");
        sample(text, "countersign_decisions", "{decision=\"approved\"}", report.totals().approved());
        sample(text, "countersign_decisions", "{decision=\"denied\"}", report.totals().denied());
        family(text, "countersign_waiting", "Actions asked for in 24 hours that wait for a person");
        sample(text, "countersign_waiting", "", report.totals().pending());
        family(text, "countersign_outcome_unknown", "Actions asked for in 24 hours of which nobody knows whether they happened");
        sample(text, "countersign_outcome_unknown", "", report.totals().unknown());
        family(text, "countersign_reflex_approvals", "Approvals in 24 hours within 3 seconds of opening");
        sample(text, "countersign_reflex_approvals", "", report.decisions().reflex());
        family(text, "countersign_unopened_approvals", "Approvals in 24 hours by somebody who never opened it");
        sample(text, "countersign_unopened_approvals", "", report.decisions().unopened());
        family(text, "countersign_decision_seconds", "Time from asking to decision, over 24 hours");
        quantile(text, "0.5", report.decisions().medianSeconds());
        quantile(text, "0.95", report.decisions().p95Seconds());
    }

    private static void quantile(StringBuilder text, String quantile, @Nullable Double seconds) {
        if (seconds != null) {
            sample(text, "countersign_decision_seconds", "{quantile=\"" + quantile + "\"}", seconds);
        }
    }

    private static void family(StringBuilder text, String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(" gauge\n");
    }

    private static void sample(StringBuilder text, String name, String labels, Number value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }
}

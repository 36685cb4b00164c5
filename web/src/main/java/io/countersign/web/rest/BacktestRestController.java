package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.principal.api.Role;
import io.countersign.query.backtest.api.Backtest;
import io.countersign.query.backtest.api.Backtests;
import io.countersign.query.backtest.api.ChangedAction;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Policies tried on the past before they are switched on. */
@RestController
@RequestMapping("/api/v1/policies")
@Tag(name = "Backtests", description = "Try policies on past actions, with the facts as they were then. Nothing live is touched.")
class BacktestRestController {

    private static final String PATH = "/api/v1/policies/backtests/";
    private static final Pattern WINDOW = Pattern.compile("([1-9]\\d{0,3})([hdw])");
    private static final Duration LONGEST = Duration.ofDays(3_660);
    private static final Duration USUAL = Duration.ofDays(30);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration PACE = Duration.ofMillis(500);
    private static final int MOST_POLICIES = 50;

    private final Backtests backtests;
    private final Policies policies;
    private final Ids ids;
    private final Semaphore followers = new Semaphore(50);

    BacktestRestController(Backtests backtests, Policies policies, Ids ids) {
        this.backtests = backtests;
        this.policies = policies;
        this.ids = ids;
    }

    /** What is tried. */
    @Schema(name = "NewBacktest", requiredProperties = "policies", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record NewBacktest(@Schema(description = "Policies as in /api/v1/policies; each takes the place of the policy of its name, or is added. "
                    + "With enabled: false it takes the place with nothing", types = "array") List<Map<String, Object>> policies,
            @Schema(description = "How far back, in hours, days or weeks", example = "30d", defaultValue = "30d") @Nullable String window) {}

    /** How it stands. */
    @Schema(name = "Backtest")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record BacktestBody(String id, @Schema(description = "running, finished, cancelled or failed") String state, long processed, long total,
            @Schema(description = "Changes of the verdict, the most frequent first") List<ChangeBody> changes,
            @Schema(description = "Would be blocked although a person approved it, or would pass although a person denied it") long contradicted,
            @Schema(description = "Would no longer ask a person") long reviewsSaved,
            @Schema(description = "Would ask a person and did not") long reviewsAdded,
            @Schema(description = "Could not be looked at: the content was erased") long notEvaluable,
            @Schema(description = "The actions behind the figures") String rowsUrl, Instant startedAt, @Nullable Instant finishedAt,
            @Nullable String error) {

        static BacktestBody of(Backtest it) {
            return new BacktestBody(it.id(), it.state().name().toLowerCase(Locale.ROOT), it.processed(), it.total(),
                    it.changes().stream().map(change -> new ChangeBody(word(change.from()), word(change.to()), change.count())).toList(),
                    it.contradicted(), it.reviewsSaved(), it.reviewsAdded(), it.notEvaluable(), PATH + it.id() + "/rows", it.startedAt(),
                    it.finishedAt(), it.error());
        }
    }

    /** One kind of change. */
    @Schema(name = "BacktestChange")
    record ChangeBody(@Schema(description = "allow, allow_with_warnings, require_approval or block") String from, String to, long count) {}

    /** The actions behind the figures. */
    @Schema(name = "BacktestRows")
    record RowList(@Schema(description = "Those that contradict a person first, then in the order of the log; at most 1,000 of each")
            List<RowBody> rows) {}

    /** One action whose verdict would have been another. */
    @Schema(name = "BacktestRow")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RowBody(String actionId, String action, Instant requestedAt, String from, String to,
            @Schema(description = "The strictest tried rule that holds, as policy/rule") @Nullable String rule,
            @Schema(description = "approved or denied; null when no person decided") @Nullable String human, boolean contradicts) {

        static RowBody of(ChangedAction row) {
            return new RowBody(row.actionId(), row.actionType(), row.requestedAt(), word(row.from()), word(row.to()), row.rule(), row.human(),
                    row.contradicts());
        }
    }

    @PostMapping(path = "/backtest", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "startBacktest", summary = "Try policies on past actions",
            description = "Answers at once. Kept in the memory of this node, the newest twenty; two may run at a time.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewBacktest.class))))
    @ApiResponse(responseCode = "202", description = "Under way", headers = @Header(name = "Location", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = BacktestBody.class)))
    ResponseEntity<BacktestBody> start(@AuthenticationPrincipal Caller caller, JsonBody body) {
        requireAnalyst(caller);
        var written = body.objects("policies", MOST_POLICIES);
        if (!body.has("policies")) {
            body.fault("policies", "is required");
        }
        var window = window(body);
        body.finish();
        var plan = new Backtests.Plan(definitions(caller, written), window);
        var begun = backtests.start(ids.next(), caller.workspace(), plan);
        return ResponseEntity.accepted().location(URI.create(PATH + begun.id())).body(BacktestBody.of(begun));
    }

    @GetMapping(path = "/backtests/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "getBacktest", summary = "How a backtest stands")
    @ApiResponse(responseCode = "200", description = "Figures so far, or in the end")
    BacktestBody get(@AuthenticationPrincipal Caller caller, @PathVariable String id,
            @Parameter(description = "Seconds to wait for the end, 0 to 60", schema = @Schema(type = "integer", minimum = "0", maximum = "60"))
            @RequestParam(required = false) @Nullable String wait) {
        requireAnalyst(caller);
        var atMost = Inputs.wait(wait);
        return BacktestBody.of(found(backtests.await(caller.workspace(), id, atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost)));
    }

    @GetMapping(path = "/backtests/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(operationId = "followBacktest", summary = "Follow a backtest",
            description = "Server-sent events `progress`, twice a second, and `done`; each carries what a reading would.")
    @ApiResponse(responseCode = "200", description = "A stream that ends with the backtest",
            content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string")))
    SseEmitter follow(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        requireAnalyst(caller);
        found(backtests.byId(caller.workspace(), id));
        if (!followers.tryAcquire()) {
            throw new Refused(RefusalCode.RATE_LIMITED, "Too many follow backtests on this node. Poll instead.", Map.of("retry_after", 5));
        }
        var emitter = new SseEmitter(Duration.ofMinutes(30).toMillis());
        Thread.ofVirtual().name("backtest-" + id).start(() -> tell(emitter, caller.workspace(), id));
        return emitter;
    }

    private void tell(SseEmitter emitter, String workspace, String id) {
        try {
            var now = found(backtests.byId(workspace, id));
            while (now.state() == Backtest.State.RUNNING) {
                emitter.send(SseEmitter.event().name("progress").data(BacktestBody.of(now), MediaType.APPLICATION_JSON));
                now = found(backtests.await(workspace, id, PACE));
            }
            emitter.send(SseEmitter.event().name("done").data(BacktestBody.of(now), MediaType.APPLICATION_JSON));
            emitter.complete();
        } catch (IOException | IllegalStateException | Refused gone) {
            emitter.complete();
        } finally {
            followers.release();
        }
    }

    @GetMapping(path = "/backtests/{id}/rows", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listBacktestRows", summary = "The actions behind the figures of a backtest")
    @ApiResponse(responseCode = "200", description = "Actions whose verdict would have been another")
    RowList rows(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        requireAnalyst(caller);
        found(backtests.byId(caller.workspace(), id));
        return new RowList(backtests.changed(caller.workspace(), id).stream().map(RowBody::of).toList());
    }

    @DeleteMapping(path = "/backtests/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "cancelBacktest", summary = "Stop a backtest", description = "Its figures so far stay.")
    @ApiResponse(responseCode = "200", description = "How it stands")
    BacktestBody cancel(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        requireAnalyst(caller);
        return BacktestBody.of(found(backtests.cancel(caller.workspace(), id)));
    }

    private List<PolicyDefinition> definitions(Caller caller, List<Map<String, @Nullable Object>> written) {
        Set<String> builtIn = policies.all(caller.workspace()).stream().filter(Policy::builtIn).map(Policy::name)
                .map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        List<PolicyDefinition> definitions = new ArrayList<>();
        List<Map<String, String>> faults = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < written.size(); i++) {
            var place = "policies[" + i + "].";
            try {
                var definition = PolicyJson.read(written.get(i));
                var name = definition.name().toLowerCase(Locale.ROOT);
                if (builtIn.contains(name)) {
                    faults.add(Map.of("field", place + "name", "message", "is built in, and nothing takes its place"));
                }
                if (!names.add(name + " " + definition.agentId())) {
                    faults.add(Map.of("field", place + "name", "message", "stands here twice"));
                }
                definitions.add(definition);
            } catch (InvalidPolicy e) {
                e.faults().forEach(fault -> faults.add(Map.of("field", place + fault.field(), "message", fault.message())));
            }
        }
        if (!faults.isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The policies are not valid: " + faults.getFirst().get("field") + ": "
                    + faults.getFirst().get("message"), Map.of("details", faults.stream().limit(20).toList()));
        }
        return definitions;
    }

    private static Duration window(JsonBody body) {
        var text = body.text("window", 20);
        if (text == null) {
            return USUAL;
        }
        var matcher = WINDOW.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            var window = switch (matcher.group(2)) {
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofDays(7 * number);
            };
            if (window.compareTo(LONGEST) <= 0) {
                return window;
            }
        }
        body.fault("window", "must read like 12h, 30d or 8w, and be at most ten years");
        return USUAL;
    }

    private static <T> T found(Optional<T> backtest) {
        return backtest.orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND,
                "There is no such backtest on this node. They are kept in memory; start it again."));
    }

    private static void requireAnalyst(Caller caller) {
        Gatekeeping.person(caller);
        if (!caller.atLeast(Role.ANALYST)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role analyst.");
        }
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}

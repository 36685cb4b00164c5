package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.store.api.KnownEvents;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.audit.api.AuditLog.Filter;
import io.countersign.query.proof.api.Proofs;
import io.countersign.web.audit.AuditExports;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The log of everything, searched. */
@RestController
@Tag(name = "Audit log", description = "For people: every event of the workspace, newest first, searched and exported.")
class AuditLogRestController {

    private static final String PATH = "/api/v1/audit";
    private static final int MOST = 1_000;
    private static final int USUAL = 50;
    private static final Pattern EVENTS = Pattern.compile("[a-z_]+(\\.[a-z_]+)?( ?, ?[a-z_]+(\\.[a-z_]+)?){0,49}");
    private static final int DEEPEST = 10_000;

    private final AuditLog log;
    private final AuditExports exports;
    private final Principals principals;
    private final Proofs proofs;
    private final KnownEvents known;

    AuditLogRestController(AuditLog log, AuditExports exports, Principals principals, Proofs proofs, KnownEvents known) {
        this.log = log;
        this.exports = exports;
        this.principals = principals;
        this.proofs = proofs;
        this.known = known;
    }

    /** One event. */
    @Schema(name = "AuditEntry")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record EntryBody(@Schema(description = "Place in the log") long index, @JsonProperty("event_id") String eventId, Instant at, String event,
            @Schema(description = "A principal, or system:...") @Nullable String actor, @JsonProperty("actor_name") @Nullable String actorName,
            @Schema(description = "The aggregate") String subject,
            @Schema(description = "Whom or what it concerns besides") @Nullable String target,
            @Schema(description = "Who asked for the action it is about") @Nullable String agent,
            @JsonProperty("action_type") @Nullable String actionType,
            @Schema(description = "Of the action, after it") @Nullable String status,
            @Schema(description = "Channel") @Nullable String origin,
            @Schema(description = "Where the actor called from; through proxies only as far as they are trusted") @Nullable String ip,
            @JsonProperty("request_id") @Nullable String requestId,
            @Schema(description = "What it changed of a configuration") List<ChangeBody> changes,
            @Schema(description = "What else it tells: the entry, secret, switch, policy, data_source, rule or budget it names; of notes of access what was "
                    + "called, with which code, how, where to; of erasures cause and reason") Map<String, String> details) {}

    /** One value that became another. */
    @Schema(name = "AuditChange")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ChangeBody(String key, @JsonProperty("old") @Nullable String before, @JsonProperty("new") @Nullable String after) {}

    /** A page. */
    @Schema(name = "AuditPage")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record PageBody(List<EntryBody> items,
            @Schema(description = "`before` of the next page; null on the last") @JsonProperty("next_before") @Nullable Long nextBefore) {}

    /** A page as the older interface has it. */
    @Schema(name = "AuditTrailPage")
    record TrailBody(List<TrailEntry> entries, long total, int limit, int offset, @JsonProperty("has_more") boolean hasMore) {}

    /** An entry as the older interface has it. */
    @Schema(name = "AuditTrailEntry")
    record TrailEntry(@JsonProperty("sequence_number") long sequenceNumber, Instant timestamp, @JsonProperty("event_type") String eventType,
            @Schema(description = "sha256: and 64 hex digits: the leaf of the proof tree") @JsonProperty("entry_hash") String entryHash,
            Map<String, String> metadata) {}

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "searchAudit", summary = "Search the log of everything, newest first",
            description = "Administrative changes with what they changed, sign-ins, refusals, uses of keys, readings of contents, exports, and every step of "
                    + "every action. All parameters narrow; none widens.")
    @ApiResponse(responseCode = "200", description = "One page")
    PageBody search(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "Who did it: a principal's id or system:...") @RequestParam(required = false) @Nullable String actor,
            @Parameter(description = "Action type, or entry of the catalogue") @RequestParam(required = false) @Nullable String action,
            @Parameter(description = "Id or name of what it is about") @RequestParam(required = false) @Nullable String target,
            @Parameter(description = "Who asked for the action it is about") @RequestParam(required = false) @Nullable String agent,
            @Parameter(description = "Names or families of events, with commas between them") @RequestParam(required = false) @Nullable String event,
            @Parameter(description = "From this moment of UTC on") @RequestParam(required = false) @Nullable String since,
            @Parameter(description = "Before this moment of UTC") @RequestParam(required = false) @Nullable String until,
            @Parameter(description = "Part of a name, or a whole id of anything") @RequestParam(required = false) @Nullable String text,
            @Parameter(description = "1 to 1000", schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "`next_before` of the page before", schema = @Schema(type = "integer"))
            @RequestParam(required = false) @Nullable String before) {
        AuditRestController.requirePerson(caller);
        var page = log.find(caller.toReader(), filter(actor, action, target, agent, events("event", event), since, until, text),
                before == null ? null : Inputs.count("before", before), limit(limit));
        return new PageBody(page.items().stream().map(this::body).toList(), page.nextBefore());
    }

    @GetMapping(path = PATH + "/export", produces = {"text/csv", MediaType.APPLICATION_JSON_VALUE})
    @Operation(operationId = "exportAudit", summary = "The same as a file",
            description = "At most 10,000 rows, the newest first; `X-Truncated` and `X-Total-Count` tell what was cut off. Cells that a spreadsheet would take "
                    + "for formulas begin with an apostrophe.")
    @ApiResponse(responseCode = "200", description = "The file", content = {
        @Content(mediaType = "text/csv", schema = @Schema(type = "string")),
        @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "array"))})
    void export(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String actor,
            @RequestParam(required = false) @Nullable String action, @RequestParam(required = false) @Nullable String target,
            @RequestParam(required = false) @Nullable String agent, @RequestParam(required = false) @Nullable String event,
            @RequestParam(required = false) @Nullable String since, @RequestParam(required = false) @Nullable String until,
            @RequestParam(required = false) @Nullable String text,
            @Parameter(schema = @Schema(allowableValues = {"csv", "json"}, defaultValue = "csv")) @RequestParam(required = false) @Nullable String format,
            HttpServletResponse response) throws IOException {
        AuditRestController.requirePerson(caller);
        if (format != null && !format.equals("csv") && !format.equals("json")) {
            throw Inputs.fault("format", "must be csv or json");
        }
        exports.write(caller.toReader(), filter(actor, action, target, agent, events("event", event), since, until, text), !"json".equals(format), response);
    }

    @GetMapping(path = "/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listAuditV1", summary = "The log as the older interface lists it, newest first")
    @ApiResponse(responseCode = "200", description = "One page")
    TrailBody trail(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "1 to 1000", schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "50"))
            @RequestParam(required = false) @Nullable String limit,
            @Parameter(description = "0 to 10000; further back, narrow by until", schema = @Schema(type = "integer"))
            @RequestParam(required = false) @Nullable String offset,
            @RequestParam(required = false) @Nullable String since, @RequestParam(required = false) @Nullable String until,
            @Parameter(description = "Names or families of events, with commas between them")
            @RequestParam(name = "event_type", required = false) @Nullable String eventType) {
        AuditRestController.requirePerson(caller);
        var filter = filter(null, null, null, null, events("event_type", eventType), since, until, null);
        var most = limit(limit);
        var skipped = offset == null ? 0 : Inputs.count("offset", offset);
        if (skipped > DEEPEST) {
            throw Inputs.fault("offset", "must be at most 10000");
        }
        var entries = new ArrayList<AuditEntry>();
        Long before = null;
        var left = skipped;
        do {
            var page = log.find(caller.toReader(), filter, before, (int) Math.min(MOST, left + most - entries.size()));
            before = page.nextBefore();
            var passed = (int) Math.min(left, page.items().size());
            left -= passed;
            entries.addAll(page.items().subList(passed, page.items().size()));
        } while (before != null && entries.size() < most);
        var hashes = proofs.leaves(entries.stream().map(AuditEntry::index).toList());
        return new TrailBody(entries.stream().map(entry -> trail(entry, hashes)).toList(), log.count(caller.toReader(), filter), most, (int) skipped,
                before != null);
    }

    private static TrailEntry trail(AuditEntry entry, Map<Long, String> hashes) {
        var metadata = new LinkedHashMap<String, String>();
        put(metadata, "actor", entry.actor());
        put(metadata, "subject", entry.subjectId());
        put(metadata, "target", entry.target());
        put(metadata, "agent_id", entry.agent());
        put(metadata, "action", entry.actionType());
        put(metadata, "status", entry.status());
        put(metadata, "request_id", entry.requestId());
        put(metadata, "ip_address", entry.address());
        entry.details().forEach(metadata::putIfAbsent);
        return new TrailEntry(entry.index(), entry.at(), entry.event(), "sha256:" + hashes.getOrDefault(entry.index(), ""), metadata);
    }

    private static void put(Map<String, String> metadata, String key, @Nullable String value) {
        if (value != null) {
            metadata.put(key, value);
        }
    }

    private EntryBody body(AuditEntry e) {
        return new EntryBody(e.index(), e.eventId(), e.at(), e.event(), e.actor(),
                e.actor() == null ? null : principals.byId(e.actor()).map(Principal::name).orElse(null), e.subjectId(), e.target(), e.agent(),
                e.actionType(), e.status(), e.origin(), e.address(), e.requestId(),
                e.changes().stream().map(change -> new ChangeBody(change.key(), change.before(), change.after())).toList(), e.details());
    }

    private static Filter filter(@Nullable String actor, @Nullable String action, @Nullable String target, @Nullable String agent,
            @Nullable String event, @Nullable String since, @Nullable String until, @Nullable String text) {
        return new Filter(Inputs.text("actor", actor), event, null, Inputs.text("action", action),
                since == null ? null : Inputs.moment("since", since), until == null ? null : Inputs.moment("until", until),
                Inputs.text("target", target), Inputs.text("agent", agent), Inputs.text("text", text));
    }

    /** A misspelt event would find nothing, and look as if nothing had happened. */
    private @Nullable String events(String parameter, @Nullable String events) {
        if (events == null) {
            return null;
        }
        if (!EVENTS.matcher(events).matches()) {
            throw Inputs.fault(parameter, "must be names or families of events, with commas between them");
        }
        Arrays.stream(events.split(",")).map(String::strip).filter(word -> !known.nameOrFamily(word)).findFirst().ifPresent(word -> {
            throw Inputs.fault(parameter, "names no event and no family of events: " + StrictJson.clean(word, 60));
        });
        return events;
    }

    private static int limit(@Nullable String limit) {
        var most = limit == null ? USUAL : Inputs.count("limit", limit);
        if (most < 1 || most > MOST) {
            throw Inputs.fault("limit", "must be a whole number from 1 to 1000");
        }
        return (int) most;
    }
}

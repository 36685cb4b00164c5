package io.countersign.web.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.countersign.command.action.api.Verdict;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.TimelineEntry;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything there is to know about why an action is where it is, in the fields of the older interface and some more. */
@Schema(name = "Explanation")
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Explanation(
        @Schema(description = "One true sentence") String summary,
        @JsonProperty("action_id") String actionId,
        @Schema(description = "What was asked for, by name: an entry of the catalogue, or the action type itself") String action,
        @Schema(description = "Name of the action type") @JsonProperty("action_type") String actionType,
        String status,
        @Schema(description = "Who asked; for an agent its principal id") @JsonProperty("agent_id") String agentId,
        String connector,
        String operation,
        @JsonProperty("submitted_at") Instant submittedAt,
        @JsonProperty("policy_result") PolicyResult policyResult,
        @Schema(description = "What people decided; null where nobody was asked or nobody has answered") @Nullable Approval approval,
        @Schema(description = "Every look at what it is about") List<Look> looks,
        @Schema(description = "Every start of it and what came of it") List<Attempt> attempts,
        @Schema(description = "How it was undone, or would be; null where there is no way back") @Nullable Rollback rollback,
        @Schema(description = "What the agent sent along; unverified", types = {"object", "array", "string", "number", "boolean"})
        @JsonRawValue @Nullable String context,
        @Schema(description = "What the agent says it remembered; unverified, null when it did not say", types = "array")
        @JsonRawValue @JsonProperty("memories_at_time") @Nullable String memoriesAtTime,
        @JsonProperty("audit_trail") List<TrailEntry> auditTrail) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** What the rules said. */
    @Schema(name = "ExplainedPolicyResult")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record PolicyResult(@Schema(description = "allow, allow_with_warnings, require_approval or block") String status,
            @JsonProperty("policies_evaluated") List<String> policiesEvaluated, @JsonProperty("triggered_policy") @Nullable String triggeredPolicy,
            @JsonProperty("risk_score") double riskScore, List<Verdict.Finding> violations, List<Verdict.Finding> warnings,
            @Nullable String reason, @Schema(description = "The rule that stood in for a person, and who wrote it; null when none did")
            @JsonProperty("standing_approval") @Nullable Standing standingApproval,
            @Schema(description = "Every step, in order") List<Verdict.Step> trace) {}

    /** A rule whose writer decided beforehand. */
    @Schema(name = "ExplainedStandingApproval")
    public record Standing(String policy, long version, @JsonProperty("rule_id") String ruleId,
            @Schema(description = "The person whose decision it counts as") @JsonProperty("decided_by") String decidedBy,
            @JsonProperty("expires_at") Instant expiresAt) {

        static @Nullable Standing of(Verdict verdict) {
            var standing = verdict.standing();
            return standing == null ? null
                    : new Standing(standing.policy(), standing.version(), standing.ruleId(), standing.authorId(), standing.expiresAt());
        }
    }

    /** What people decided. */
    @Schema(name = "ExplainedApproval")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Approval(@Schema(description = "given, approved, denied, cancelled or expired") String status,
            @JsonProperty("decided_by") @Nullable String decidedBy, @JsonProperty("decided_at") @Nullable Instant decidedAt,
            @Nullable String reason, List<Vote> votes) {}

    /** One person's word. */
    @Schema(name = "ExplainedVote")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Vote(String by, String word, Instant at, @Nullable String comment,
            @Schema(description = "Digest of what the person was shown, salted; the same as that of the request")
            @JsonProperty("payload_digest") @Nullable String payloadDigest,
            @Schema(description = "Digest of what the world had looked like last; null when nobody had looked")
            @JsonProperty("witness_digest") @Nullable String witnessDigest) {}

    /** One look at what it is about. */
    @Schema(name = "ExplainedLook")
    public record Look(Instant at, @Schema(description = "request, or execution right before the start") String phase,
            @Schema(description = "It could be looked at") boolean seen, @Schema(description = "The same as long as nothing changed") String digest) {}

    /** One start and its outcome. */
    @Schema(name = "ExplainedAttempt")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Attempt(int number, @JsonProperty("started_at") Instant startedAt,
            @Schema(description = "Name of the event that ended it; null while it runs") @Nullable String outcome,
            @JsonProperty("ended_at") @Nullable Instant endedAt) {}

    /** The way back. */
    @Schema(name = "ExplainedRollback")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Rollback(@Schema(description = "available, rolling_back, rolled_back or rollback_failed") String status, @Nullable String method,
            @JsonProperty("requested_by") @Nullable String requestedBy, @JsonProperty("rolled_back_at") @Nullable Instant rolledBackAt) {}

    /** One entry of the log. */
    @Schema(name = "ExplainedEvent")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record TrailEntry(@Schema(description = "Place in the log") @JsonProperty("sequence_number") long sequenceNumber, Instant timestamp,
            @Schema(description = "Logical name") String event,
            @Schema(description = "Leaf of the proof tree; null when the tree has stopped", example = "sha256:9f86d081884c7d65...")
            @JsonProperty("entry_hash") @Nullable String entryHash, Map<String, String> metadata) {}

    /**
     * Puts it together.
     *
     * @param hashes leaf hashes by index, hexadecimal; may lack some
     * @param names what people call a principal, by id
     */
    public static Explanation of(ActionRow row, List<TimelineEntry> timeline, Map<Long, String> hashes, Function<String, String> names) {
        Verdict verdict = row.verdict();
        return new Explanation(Summary.of(row, names), row.id(), row.terms().entry().orElse(row.actionType()), row.actionType(), row.status().wire(),
                row.requestedBy(), row.connector(), row.operation(), row.requestedAt(),
                new PolicyResult(verdict.outcome().name().toLowerCase(Locale.ROOT), verdict.policiesEvaluated(), verdict.triggeredPolicy(),
                        verdict.riskScore(), verdict.violations(), verdict.warnings(), verdict.reason(), Standing.of(verdict), verdict.trace()),
                approval(row, timeline), looks(timeline), attempts(timeline), rollback(row, timeline), row.erased() ? null : row.context(),
                row.erased() ? null : memories(row.context()), timeline.stream().map(entry -> event(entry, hashes)).toList());
    }

    private static TrailEntry event(TimelineEntry entry, Map<Long, String> hashes) {
        String hash = hashes.get(entry.index());
        return new TrailEntry(entry.index(), entry.at(), entry.name(), hash == null ? null : "sha256:" + hash, entry.metadata());
    }

    private static @Nullable Approval approval(ActionRow row, List<TimelineEntry> timeline) {
        List<Vote> votes = timeline.stream().flatMap(entry -> {
            String word = switch (entry.name()) {
                case "action.approval_given", "action.approved" -> "approved";
                case "action.denied" -> "denied";
                case "action.cancelled" -> "withdrawn";
                default -> null;
            };
            return word == null ? Stream.<Vote>empty()
                    : Stream.of(new Vote(String.valueOf(entry.actor()), word, entry.at(), entry.remark(),
                            text(entry, "payloadDigest"), text(entry, "witnessDigest")));
        }).toList();
        String decision = row.decision();
        boolean byPeopleOrTime = decision != null && List.of("approved", "denied", "cancelled", "expired").contains(decision);
        return byPeopleOrTime ? new Approval(decision, row.decidedBy(), row.decidedAt(), row.decisionReason(), votes)
                : votes.isEmpty() ? null : new Approval("given", null, null, null, votes);
    }

    private static List<Look> looks(List<TimelineEntry> timeline) {
        return timeline.stream().filter(entry -> entry.name().equals("action.witnessed")).map(entry -> new Look(entry.at(),
                String.valueOf(text(entry, "phase")), payload(entry).path("seen").asBoolean(false), String.valueOf(text(entry, "digest")))).toList();
    }

    private static List<Attempt> attempts(List<TimelineEntry> timeline) {
        Map<Integer, Attempt> attempts = new LinkedHashMap<>();
        for (TimelineEntry entry : timeline) {
            switch (entry.name()) {
                case "action.execution_started", "action.claimed" -> {
                    int number = number(entry);
                    attempts.put(number, new Attempt(number, entry.at(), null, null));
                }
                case "action.executed", "action.failed", "action.timed_out", "action.outcome_unknown", "action.lease_expired" ->
                    attempts.computeIfPresent(number(entry), (number, begun) -> new Attempt(number, begun.startedAt(), entry.name(), entry.at()));
                default -> { } // says nothing about attempts
            }
        }
        return new ArrayList<>(attempts.values());
    }

    private static @Nullable Rollback rollback(ActionRow row, List<TimelineEntry> timeline) {
        String status = switch (row.status()) {
            case ROLLING_BACK, ROLLED_BACK, ROLLBACK_FAILED -> row.status().wire();
            case EXECUTED -> row.rollbackMethod() == null ? null : "available";
            default -> null;
        };
        String asked = timeline.stream().filter(entry -> entry.name().equals("action.rollback_requested")).map(TimelineEntry::actor)
                .reduce((first, last) -> last).orElse(null);
        return status == null ? null : new Rollback(status, row.rollbackMethod(), asked, row.rolledBackAt());
    }

    private static int number(TimelineEntry entry) {
        return payload(entry).path("attempt").asInt(0);
    }

    private static @Nullable String text(TimelineEntry entry, String member) {
        return payload(entry).path(member).isString() ? payload(entry).path(member).asString() : null;
    }

    private static JsonNode payload(TimelineEntry entry) {
        return JSON.readTree(entry.json());
    }

    /** The member {@code memories} of the context, or the context itself when it is a list. */
    private static @Nullable String memories(@Nullable String context) {
        try {
            JsonNode said = context == null ? null : JSON.readTree(context);
            JsonNode memories = said == null ? null : said.isArray() ? said : said.path("memories");
            return memories == null || !memories.isArray() ? null : memories.toString();
        } catch (JacksonException e) {
            return null;
        }
    }
}

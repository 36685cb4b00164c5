package io.countersign.web.admin;

import io.countersign.query.action.api.TimelineEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event on the timeline, joined to the one before it.
 *
 * @param lane 0 agent, 1 gateway, 2 people, 3 executor
 * @param curve the path from the lane of the step before, in the drawing's 72 by 18 units; null for the first step
 * @param tone {@code ok}, {@code wait}, {@code bad}, {@code odd} or empty
 * @param who set in bold before {@code what}
 * @param detail a line beneath; null for none
 * @param pause how long nothing happened before it; null for less than five seconds
 * @param json the stored payload
 */
record Step(TimelineEntry entry, int lane, @Nullable String curve, String tone, String who, String what, @Nullable String detail,
        @Nullable String pause, String json) {

    private static final List<String> LANES = List.of("agent", "gateway", "people", "executor");
    private static final Duration NOTABLE = Duration.ofSeconds(5);

    /** Horizontal place of the lane's dot. */
    public int x() {
        return x(lane);
    }

    static List<Step> of(List<TimelineEntry> entries, Words words, Previews previews) {
        var steps = new ArrayList<Step>();
        TimelineEntry before = null;
        var from = 0;
        for (var entry : entries) {
            var lane = Math.max(0, LANES.indexOf(entry.lane()));
            var curve = before == null ? null : from == lane ? "M%d 0V18".formatted(x(lane))
                    : "M%1$d 0C%1$d 12 %2$d 6 %2$d 18".formatted(x(from), x(lane));
            var idle = before == null ? Duration.ZERO : Duration.between(before.at(), entry.at());
            var what = what(entry.name());
            steps.add(new Step(entry, lane, curve, tone(entry.name()), speaker(entry, words), what, detail(entry, previews),
                    idle.compareTo(NOTABLE) < 0 ? null : Words.span(idle), previews.pretty(entry.json())));
            before = entry;
            from = lane;
        }
        return List.copyOf(steps);
    }

    /** The event in past tense; the name itself, in words, for events of other families or later versions. */
    static String what(String event) {
        return switch (event) {
            case "action.requested" -> "asked";
            case "action.auto_approved" -> "allowed it: no person needed";
            case "action.approval_required" -> "decided: people must look";
            case "action.delayed" -> "allowed it, after a pause";
            case "action.blocked" -> "blocked it";
            case "action.approval_given" -> "approved; more people are needed";
            case "action.approved" -> "approved";
            case "action.approved_by_timeout" -> "let silence count as yes";
            case "action.denied" -> "denied";
            case "action.cancelled" -> "withdrew it";
            case "action.expired" -> "passed: nobody decided in time";
            case "action.held" -> "held it back";
            case "action.released" -> "released it";
            case "action.witnessed" -> "looked at what it is about";
            case "action.gone_stale" -> "found that the world has changed, and asked people again";
            case "action.came_due" -> "let it start: its time came";
            case "action.execution_started" -> "started";
            case "action.executed" -> "finished: it happened";
            case "action.failed" -> "reported that it did not happen";
            case "action.timed_out" -> "was stopped for time; it did not happen";
            case "action.outcome_unknown" -> "does not know whether it happened";
            case "action.outcome_resolved" -> "found out what happened";
            case "action.rollback_requested" -> "asked to undo it";
            case "action.rollback_started" -> "started to undo it";
            case "action.rolled_back" -> "undid it";
            case "action.rollback_failed" -> "could not undo it";
            case "action.grant_issued" -> "gave the caller leave to do it";
            case "action.grant_revoked", "action.reuse_revoked" -> "took the approval back";
            case "action.approval_reused" -> "asked the same again, and the approval served";
            case "action.content_archived" -> "moved what was written about it to an archive";
            case "action.content_erased" -> "erased what was written about it";
            case "principal.erased" -> "erased who this was";
            case "access.signed_in" -> "signed in";
            case "access.sign_in_failed" -> "turned somebody away at the sign-in";
            case "access.refused" -> "was refused";
            case "access.content_read" -> "opened it";
            case "access.log_exported" -> "took the log elsewhere";
            case "access.secret_used" -> "took a secret out of the vault";
            case "access.key_used" -> "used a key";
            case "principal.person_added" -> "added a person";
            case "principal.agent_created" -> "created an agent";
            case "principal.role_changed" -> "changed a role";
            case "principal.password_changed" -> "changed a password";
            case "principal.key_issued" -> "issued a key";
            case "principal.key_revoked" -> "revoked a key";
            case "principal.disabled" -> "disabled access";
            case "principal.enabled" -> "enabled access";
            case "policy.defined" -> "defined a policy";
            case "policy.revised" -> "revised a policy";
            case "policy.retired" -> "retired a policy";
            case "policy.restored" -> "restored a policy";
            case "action.budget_reserved" -> "held the money for it";
            case "budget.reserved" -> "held some of a budget";
            case "budget.settled" -> "counted it as spent";
            case "budget.released" -> "gave it back to the budget";
            case "budget.set" -> "set a budget";
            case "budget.lifted" -> "lifted a budget";
            case "exec_policy.changed" -> "changed the exec policy";
            case "switch.thrown" -> "threw a kill switch";
            case "switch.released" -> "released a kill switch";
            case "catalogue.entry_defined" -> "changed an entry of the catalogue";
            case "catalogue.entry_removed" -> "removed an entry of the catalogue";
            case "vault.secret_set" -> "put a secret into the vault";
            case "vault.secret_removed" -> "removed a secret";
            case "vault.secret_bound" -> "tied a secret to one host";
            case "vault.secret_unbound" -> "untied a secret";
            default -> event.substring(event.indexOf('.') + 1).replace('_', ' ');
        };
    }

    static String tone(String event) {
        return switch (event.substring(event.indexOf('.') + 1)) {
            case "approved", "auto_approved", "approval_given", "executed", "rolled_back", "approved_by_timeout" -> "ok";
            case "approval_required", "gone_stale", "execution_started", "rollback_requested", "rollback_started" -> "wait";
            case "denied", "blocked", "failed", "key_revoked", "disabled", "grant_revoked", "reuse_revoked" -> "bad";
            case "outcome_unknown", "rollback_failed" -> "odd";
            default -> "";
        };
    }

    /** Whose doing an event is when nobody's in particular; null when it is its actor's. */
    static @Nullable String voice(String event) {
        return switch (event) {
            case "action.auto_approved", "action.approval_required", "action.delayed", "action.blocked" -> "The rules";
            case "action.expired", "action.approved_by_timeout", "action.came_due" -> "The deadline";
            case "action.witnessed", "action.execution_started", "action.executed", "action.failed", "action.timed_out", "action.outcome_unknown",
                    "action.rollback_started", "action.rolled_back", "action.rollback_failed" -> "The executor";
            default -> null;
        };
    }

    private static String speaker(TimelineEntry entry, Words words) {
        var voice = voice(entry.name());
        return voice != null ? voice : entry.lane().equals("gateway") ? "Countersign" : words.who(entry.actor());
    }

    private static @Nullable String detail(TimelineEntry entry, Previews previews) {
        var payload = previews.tree(entry.json());
        return switch (entry.name()) {
            case "action.requested" -> "through " + payload.path("origin").asString("the API");
            case "action.auto_approved", "action.approval_required", "action.delayed", "action.blocked" -> {
                var verdict = payload.path("verdict");
                var reason = verdict.path("reason").asString("");
                var steps = verdict.path("trace").size();
                yield (reason.isEmpty() ? "" : reason + " ") + Words.many(steps, "step") + ", "
                        + Words.micros(verdict.path("evaluationMicros").asLong(verdict.path("evaluation_micros").asLong(0)));
            }
            case "action.held" -> "switch " + payload.path("switchName").asString("");
            case "action.witnessed" -> (payload.path("phase").asString("").equals("execution") ? "once more, right before the start" : "before the decision")
                    + (payload.path("seen").asBoolean(true) ? "" : "; it could not be looked at");
            case "action.execution_started", "action.rollback_started" -> "attempt " + payload.path("attempt").asInt(1);
            case "action.executed" -> payload.path("captured").asBoolean(false) ? "captured, not sent"
                    : payload.path("partial").asBoolean(false) ? "only some of it" : null;
            case "action.failed", "action.outcome_unknown", "action.rollback_failed" ->
                    payload.path("errorClass").asString(payload.path("error_class").asString("")).replace('_', ' ');
            case "action.approval_reused" -> "use " + payload.path("use").asInt(1) + (payload.path("last").asBoolean(false) ? ", the last" : "");
            case "action.outcome_resolved" -> payload.path("resolution").asString("");
            default -> null;
        };
    }

    private static int x(int lane) {
        return 9 + 18 * lane;
    }
}

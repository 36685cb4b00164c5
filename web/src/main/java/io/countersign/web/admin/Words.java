package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.killswitch.api.Category;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionRow;
import io.countersign.web.connectors.Connector;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The console's words for states, moments and people, as of one request. */
final class Words {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM, HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ENGLISH);

    private static final int LINES_AT_ONCE = 60;
    private static final int CHARACTERS_AT_ONCE = 6_000;

    private final Instant now;
    private final ZoneId zone;
    private final Principals principals;
    private final Map<String, Optional<Principal>> known = new HashMap<>();

    Words(Instant now, ZoneId zone, Principals principals) {
        this.now = now;
        this.zone = zone;
        this.principals = principals;
    }

    /** A word, the family of its colour and its icon. */
    record Badge(String word, String family, String icon) {
        /** Class names of the pill. */
        public String css() {
            return family.isEmpty() ? "status" : "status status--" + family;
        }
    }

    // ---- states ----

    public Badge status(ActionRow row) {
        var needed = row.terms().profile().minApprovals();
        return switch (row.status()) {
            case PENDING -> needed > 1
                    ? new Badge("Needs people, " + row.votes().size() + " of " + needed, "wait", "s-wait")
                    : new Badge("Waiting", "wait", "s-wait");
            case AWAITING_EXTERNAL -> row.workerId() == null ? new Badge("Waiting for a worker", "wait", "hourglass") : new Badge("With worker", "wait", "s-run");
            case EXECUTED -> row.captured() ? new Badge("Captured, not sent", "warn", "box")
                    : row.partial() ? new Badge("Partly done", "warn", "s-done")
                    : new Badge(row.attempt() > 1 ? "Executed" : "Executed once", "ok", "s-done");
            default -> status(row.status());
        };
    }

    public Badge status(ActionStatus status) {
        return switch (status) {
            case PENDING -> new Badge("Waiting", "wait", "s-wait");
            case STALE -> new Badge("Waiting again", "wait", "s-wait");
            case SCHEDULED -> new Badge("Scheduled", "", "clock");
            case HELD -> new Badge("Held", "warn", "s-time");
            case APPROVED, AUTO_APPROVED, GRANTED -> new Badge("Approved", "ok", "check");
            case EXECUTING -> new Badge("Running", "wait", "s-run");
            case AWAITING_EXTERNAL -> new Badge("For a worker", "wait", "s-run");
            case EXECUTED -> new Badge("Executed", "ok", "s-done");
            case CONSUMED -> new Badge("Used", "", "s-done");
            case FAILED -> new Badge("Failed", "bad", "s-fail");
            case TIMED_OUT -> new Badge("Timed out", "warn", "s-time");
            case OUTCOME_UNKNOWN -> new Badge("Outcome unknown", "odd", "s-odd");
            case DENIED -> new Badge("Denied", "bad", "s-deny");
            case EXPIRED, GRANT_EXPIRED -> new Badge("Expired", "", "s-exp");
            case CANCELLED -> new Badge("Cancelled", "", "x");
            case BLOCKED -> new Badge("Blocked", "bad", "s-block");
            case REVOKED -> new Badge("Revoked", "bad", "s-deny");
            case ROLLING_BACK -> new Badge("Undoing", "wait", "s-run");
            case ROLLED_BACK -> new Badge("Undone", "ok", "s-back");
            case ROLLBACK_FAILED -> new Badge("Undo failed", "odd", "s-odd");
        };
    }

    /** How an executor is doing. */
    public Badge health(Connector.Health health) {
        return switch (health) {
            case PAUSED -> new Badge("Paused", "bad", "stop");
            case FAILING -> new Badge("Last one failed", "bad", "s-fail");
            case INCOMPLETE -> new Badge("Credentials missing", "warn", "alert");
            case CAPTURING -> new Badge("Captures", "warn", "box");
            case WORKING -> new Badge("Working", "ok", "s-done");
            case IDLE -> new Badge("Not tried yet", "", "clock");
            case NOT_OFFERED -> new Badge("Not offered", "", "info");
        };
    }

    /** Where a compensation plan stands, or one part of it. */
    public static Badge compensation(String status) {
        return switch (status) {
            case "pending" -> new Badge("Open", "wait", "s-wait");
            case "in_progress" -> new Badge("Under way", "wait", "s-run");
            case "completed" -> new Badge("Completed", "ok", "s-done");
            case "failed" -> new Badge("Failed", "bad", "s-fail");
            case "skipped" -> new Badge("Skipped", "", "x");
            default -> new Badge(status, "", "info");
        };
    }

    /** What rules say of an action. */
    public Badge outcome(Outcome outcome) {
        return switch (outcome) {
            case ALLOW -> new Badge(outcomeWord(outcome), "ok", "s-done");
            case ALLOW_WITH_WARNINGS -> new Badge(outcomeWord(outcome), "warn", "alert");
            case REQUIRE_APPROVAL -> new Badge(outcomeWord(outcome), "wait", "s-wait");
            case BLOCK -> new Badge(outcomeWord(outcome), "bad", "s-block");
        };
    }

    static String outcomeWord(Outcome outcome) {
        return switch (outcome) {
            case ALLOW -> "Let through";
            case ALLOW_WITH_WARNINGS -> "Warned";
            case REQUIRE_APPROVAL -> "Asks a person";
            case BLOCK -> "Blocked";
        };
    }

    /** From a name on the wire; a state this version does not know reads as it came. */
    public Badge statusNamed(String wire) {
        for (var status : ActionStatus.values()) {
            if (status.wire().equals(wire)) {
                return status(status);
            }
        }
        return new Badge(wire, "", "info");
    }

    /**
     * How bad it is when it is wrong: {@code low} inside the house with a way back, {@code medium} with one of the two, {@code high} with
     * neither, {@code critical} when a rule found fault with it besides.
     */
    public String risk(ActionRow row) {
        var outside = row.terms().scope().equals("external");
        if (outside && !row.terms().reversible()) {
            return row.verdict().violations().isEmpty() ? "high" : "critical";
        }
        return outside || !row.terms().reversible() ? "medium" : "low";
    }

    /** A risk that asks for a look at this one alone before it is approved. */
    public boolean risky(ActionRow row) {
        return Set.of("high", "critical").contains(risk(row));
    }

    // ---- moments ----

    /** Time today, else day and time; the year only when it is another one. */
    public String time(@Nullable Instant at) {
        if (at == null) {
            return "";
        }
        var then = at.atZone(zone);
        var today = now.atZone(zone);
        return (then.toLocalDate().equals(today.toLocalDate()) ? CLOCK : then.getYear() == today.getYear() ? DAY : YEAR).format(then);
    }

    /** Time with seconds, and the day unless it is today. */
    public String precise(Instant at) {
        var then = at.atZone(zone);
        return then.toLocalDate().equals(now.atZone(zone).toLocalDate()) ? SECONDS.format(then) : time(at);
    }

    /** Milliseconds and UTC, for the tooltip. */
    public String exact(@Nullable Instant at) {
        return at == null ? "" : EXACT.format(at.atOffset(ZoneOffset.UTC));
    }

    /** How long ago, in its largest unit. */
    public String ago(@Nullable Instant at) {
        if (at == null) {
            return "";
        }
        var since = Duration.between(at, now);
        return since.toMinutes() < 1 ? "just now" : span(since) + " ago";
    }

    /** How long until, in its largest unit; "due" when it is past. */
    public String left(@Nullable Instant until) {
        if (until == null) {
            return "";
        }
        var left = Duration.between(now, until);
        return left.isNegative() || left.isZero() ? "due" : left.toMinutes() < 1 ? "under 1 min" : span(left);
    }

    /** How long until, to the second where that matters; "due" when it is past. */
    public String countdown(@Nullable Instant until) {
        var left = until == null ? 0 : Math.ceilDiv(Duration.between(now, until).toMillis(), 1_000L);
        return left <= 0 ? "due" : left < 60 ? left + " s" : left < 3_600 ? "%d min %02d".formatted(left / 60, left % 60)
                : "%d h %02d".formatted(left / 3_600, left / 60 % 60);
    }

    /** What parts lines in a text to be edited. */
    public static String newline() {
        return "\n";
    }

    /** Less than half an hour. */
    public boolean soon(@Nullable Instant until) {
        return until != null && Duration.between(now, until).toMinutes() < 30;
    }

    /** A length of time in one or two units. */
    public static String span(Duration length) {
        var minutes = length.toMinutes();
        if (minutes < 1) {
            return length.toMillis() < 1_000 ? length.toMillis() + " ms"
                    : length.toMillis() < 10_000 ? String.format(Locale.ENGLISH, "%.1f s", length.toMillis() / 1_000.0) : length.toSeconds() + " s";
        }
        if (minutes < 60) {
            return minutes + " min";
        }
        if (length.toHours() < 10) {
            return minutes % 60 == 0 ? length.toHours() + " h" : "%d h %02d".formatted(length.toHours(), minutes % 60);
        }
        return length.toHours() < 48 ? length.toHours() + " h" : length.toDays() + " days";
    }

    /** A length of time as addresses write it, such as {@code 30d}. */
    public static String window(String word) {
        return many(Long.parseLong(word.substring(0, word.length() - 1)), word.endsWith("h") ? "hour" : "day");
    }

    /** A length of time given in millionths of a second. */
    public static String micros(long micros) {
        return micros < 1_000 ? micros + " µs" : micros < 10_000 ? String.format(Locale.ENGLISH, "%.1f ms", micros / 1_000.0)
                : span(Duration.ofMillis(micros / 1_000));
    }

    public String between(Instant from, Instant until) {
        return span(Duration.between(from, until));
    }

    // ---- what came of it ----

    /** One sentence for an action without an answer from a far side. */
    public String aftermath(ActionRow row) {
        return switch (row.status()) {
            case DENIED -> "Nothing. A person said no, so it never started.";
            case BLOCKED -> "Nothing. The rules said no, so it never started.";
            case EXPIRED, GRANT_EXPIRED -> "Nothing. Nobody decided in time.";
            case CANCELLED -> "Nothing. It was withdrawn before it started.";
            case REVOKED -> "Nothing more. The permission was taken back.";
            case APPROVED, AUTO_APPROVED, SCHEDULED -> "Not yet. It is cleared and about to start.";
            case HELD -> "Not yet. It is cleared, and a kill switch holds it back.";
            case EXECUTING -> "It is running now.";
            case AWAITING_EXTERNAL -> row.workerId() == null ? "Not yet. It is cleared, and no worker has taken it."
                    : "It is with somebody outside who reports back.";
            case GRANTED -> "It is with somebody outside who reports back.";
            case ROLLING_BACK -> "It happened, and is being undone now.";
            case OUTCOME_UNKNOWN -> "Unknown until a person has looked.";
            case FAILED, TIMED_OUT -> unreported(row) ? "Unknown. The worker that took it did not report back in time, and may have done it."
                    : "Nothing. It is known not to have happened.";
            default -> "It happened.";
        };
    }

    /** Whether there is a way back, said plainly. */
    public String undoHint(ActionRow row) {
        return switch (row.status()) {
            case DENIED, BLOCKED, EXPIRED, CANCELLED, FAILED, TIMED_OUT -> unreported(row) ? "What a worker outside may have done is not undone from here."
                    : "Nothing happened, so there is nothing to undo.";
            case ROLLING_BACK -> "It is being undone now.";
            case ROLLED_BACK -> "It is undone. Nothing is left to undo.";
            default -> row.captured() ? "Captured: rendered and kept for you to see. Nothing left the house."
                    : row.connector().equals("email") ? mailHint(row)
                    : row.rollbackMethod() != null ? "There is a way back: " + row.rollbackMethod() + "." : "There is no way back for this one.";
        };
    }

    /** A worker took it and was not heard of again. */
    private static boolean unreported(ActionRow row) {
        return row.status() == ActionStatus.TIMED_OUT && "lease_expired".equals(row.errorClass());
    }

    private static String mailHint(ActionRow row) {
        return row.status() == ActionStatus.EXECUTED ? "Accepted means that the provider took it. Mail cannot be recalled, so there is no undo here."
                : "Mail cannot be recalled once it is sent.";
    }

    // ---- what is no longer there ----

    /** What people call it; the kind alone once that is erased. */
    public static String title(ActionRow row) {
        return row.erased() ? row.actionType() + ", " + gone(row).toLowerCase(Locale.ROOT) : row.summary();
    }

    /** Where its words went, for an action whose words are not here. */
    public static String gone(ActionRow row) {
        return row.archive() == null ? "Content erased" : "Content archived";
    }

    /** What was said with the decision; null for nothing, and when a person's words are erased. */
    public @Nullable String said(ActionRow row) {
        return row.decisionReason() == null || row.erased() && isKnown(row.decidedBy()) ? null : named(row.decisionReason(), row);
    }

    public Instant now() {
        return now;
    }

    public String zone() {
        return zone.getId();
    }

    ZoneId zoneId() {
        return zone;
    }

    // ---- people and agents ----

    /** What a thrown switch stops. */
    public String switched(KillSwitch thrown) {
        return switch (thrown.scope()) {
            case EVERYTHING -> "everything";
            case CATEGORY -> Category.of(thrown.subject()).map(Category::label).orElse(thrown.subject()).toLowerCase(Locale.ROOT);
            case AGENT -> "the agent " + who(thrown.subject());
            case ACTION_TYPE -> thrown.subject();
            case EXECUTOR -> "the executor " + thrown.subject();
        };
    }

    /** The name behind an id, and plain words for the system's own voices. */
    public String who(@Nullable String id) {
        return switch (id) {
            case null -> "nobody";
            case "system:auto", "system:rules", "system:policy" -> "the rules";
            case "system:expiry" -> "the deadline";
            case "system:monitoring" -> "a monitoring rule";
            case String rule when rule.startsWith("rule:") -> "the standing approval " + rule.substring(5);
            case String reuse when reuse.startsWith("reuse:") -> "an approval given before";
            case String system when system.startsWith("system:") -> "Countersign";
            default -> principal(id).map(Principal::name).orElse("someone no longer known");
        };
    }

    public boolean isKnown(@Nullable String id) {
        return id != null && principal(id).isPresent();
    }

    /** The same sentence with the name of whoever approved beforehand in place of the id. */
    public String named(String sentence, ActionRow row) {
        var standing = row.verdict().standing();
        var reuse = row.verdict().reuse();
        var id = standing != null ? standing.authorId() : reuse != null ? reuse.approverId() : null;
        return id == null ? sentence : sentence.replace(id, who(id));
    }

    public boolean isAgent(@Nullable String id) {
        return id != null && principal(id).map(Principal.Agent.class::isInstance).orElse(false);
    }

    /** Two letters for the round mark. */
    public static String initials(String name) {
        var words = name.strip().split("[\\s._-]+");
        var first = words[0].isEmpty() ? "?" : words[0].substring(0, words[0].offsetByCodePoints(0, 1));
        var last = words.length > 1 && !words[words.length - 1].isEmpty()
                ? words[words.length - 1].substring(0, words[words.length - 1].offsetByCodePoints(0, 1)) : "";
        return (first + last).toUpperCase(Locale.ROOT);
    }

    public static String role(@Nullable Role role) {
        return role == null ? "agent" : role.name().toLowerCase(Locale.ROOT);
    }

    /** How many keys of an agent work now. */
    public long usable(Principal.Agent agent) {
        return agent.keys().stream().filter(key -> key.usableAt(now)).count();
    }

    /** What a rebuild is doing, in words. */
    public static String phase(String phase) {
        return switch (phase) {
            case "building" -> "Building.";
            case "indexing" -> "Making its indexes.";
            case "comparing" -> "Comparing.";
            case "switched" -> "Rebuilt, found identical, and put in its place.";
            case "differs" -> "The rebuilt view differs; the old one goes on serving.";
            case "failed" -> "The rebuild failed; the old view goes on serving.";
            default -> phase;
        };
    }

    private Optional<Principal> principal(String id) {
        return known.computeIfAbsent(id, principals::byId);
    }

    // ---- text ----

    /** Foreign text with its hidden characters marked. */
    public List<VisibleText.Segment> seen(@Nullable String text) {
        return VisibleText.of(text);
    }

    /** As much of a long text as is shown at once: 60 lines, or 6,000 characters. */
    public static String head(String text) {
        return text.substring(0, cut(text));
    }

    /** What stands behind that; empty for a text that is not long. */
    public static String rest(String text) {
        return text.substring(cut(text));
    }

    private static int cut(String text) {
        var end = 0;
        for (var line = 0; line < LINES_AT_ONCE && end < text.length(); line++) {
            var next = text.indexOf('\n', end);
            end = next < 0 ? text.length() : next + 1;
        }
        end = Math.min(end, CHARACTERS_AT_ONCE);
        end = text.length() - end < CHARACTERS_AT_ONCE / 10 ? text.length() : end;
        return end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
    }

    /** A hash in groups of four. */
    public static String fours(String hex) {
        return String.join(" ", hex.split("(?<=\\G.{4})"));
    }

    /** Head and tail of a hash. */
    public static String brief(String hex) {
        return hex.length() < 20 ? hex : hex.substring(0, 4) + " " + hex.substring(4, 8) + " ... " + hex.substring(hex.length() - 4);
    }

    /** An id short enough for a line; the whole stands in its tooltip. */
    public static List<String> lines(String text) {
        return text.lines().toList();
    }

    public static String shortId(String id) {
        return id.length() <= 13 ? id : id.substring(0, 8) + "..." + id.substring(id.length() - 4);
    }

    public static String count(long number) {
        return number > 10_000 ? "10,000+" : grouped(number);
    }

    public static String grouped(double number) {
        return grouped(Math.round(number));
    }

    public static String grouped(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    /** A part of a whole in percent. */
    public static String share(long part, long whole) {
        var percent = whole == 0 ? 0 : 100.0 * part / whole;
        return percent > 0 && percent < 0.1 ? "under 0.1 %" : String.format(Locale.ENGLISH, percent % 1 == 0 ? "%.0f %%" : "%.1f %%", percent);
    }

    public static String bytes(int number) {
        return number < 10_240 ? grouped(number) + " bytes" : grouped(number / 1024) + " KiB";
    }

    /** "1 recipient", "3 recipients". */
    public static String many(long number, String one) {
        return grouped(number) + " " + one + (number == 1 ? "" : "s");
    }
}

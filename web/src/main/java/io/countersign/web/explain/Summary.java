package io.countersign.web.explain;

import io.countersign.command.action.api.Verdict;
import io.countersign.query.action.api.ActionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One true sentence about an action, for every state there is. It says approved only where somebody approved. */
public final class Summary {

    private Summary() {}

    /**
     * The sentence.
     *
     * @param names what people call a principal, by id
     */
    public static String of(ActionRow row, Function<String, String> names) {
        List<String> clauses = new ArrayList<>();
        String asked = row.terms().entry().orElse(row.actionType()) + ": ";
        clauses.add(names.apply(row.requestedBy()) + " asked for " + (row.erased() ? asked.substring(0, asked.length() - 2)
                : row.summary().startsWith(asked) ? row.summary() : asked + row.summary()));
        String cleared = cleared(row, names);
        if (cleared != null) {
            clauses.add(cleared);
        }
        clauses.add(stands(row, names));
        return String.join("; ", clauses) + ".";
    }

    /** How it was let through; null when it was not, or when its state says it. */
    private static @Nullable String cleared(ActionRow row, Function<String, String> names) {
        String decision = row.decision();
        if (decision == null) {
            return null;
        }
        return switch (decision) {
            case "auto_approved" -> beforehand(row.verdict(), names);
            case "approved" -> "system:expiry".equals(row.decidedBy()) ? "nobody objected in time, which its terms take for a yes"
                    : approvers(row, names) + " approved it";
            default -> null;
        };
    }

    /** What let it through without asking a person now. */
    private static String beforehand(Verdict verdict, Function<String, String> names) {
        Verdict.StandingApproval standing = verdict.standing();
        Verdict.Reuse reuse = verdict.reuse();
        return standing != null ? "the standing approval " + standing.policy() + "/" + standing.ruleId() + " that " + names.apply(standing.authorId())
                + " wrote stood in for a person"
                : reuse != null ? "the approval that " + names.apply(reuse.approverId()) + " gave to the same request before served again"
                : verdict.outcome() == Verdict.Outcome.ALLOW_WITH_WARNINGS ? "the rules allowed it with warnings, no person was asked"
                : "the rules allowed it, no person was asked";
    }

    private static String approvers(ActionRow row, Function<String, String> names) {
        List<String> who = row.votes().stream().map(names).toList();
        return who.isEmpty() ? name(row.decidedBy(), names) : who.size() == 1 ? who.getFirst()
                : String.join(", ", who.subList(0, who.size() - 1)) + " and " + who.getLast();
    }

    private static String stands(ActionRow row, Function<String, String> names) {
        return switch (row.status()) {
            case PENDING -> row.votes().isEmpty() ? "it waits for a person to decide"
                    : approvers(row, names) + " said yes, and it waits for more people";
            case STALE -> "what it was about has changed since, and it waits for a person to decide again";
            case SCHEDULED -> "it will run" + (row.executeAt() == null ? " at its time" : " at " + row.executeAt()) + " unless it is withdrawn";
            case HELD -> "a kill switch holds it back";
            case APPROVED, AUTO_APPROVED -> "it has not started yet";
            case EXECUTING -> "attempt " + row.attempt() + " is under way, and its outcome is not known yet";
            case AWAITING_EXTERNAL -> "a worker outside has it or may take it";
            case GRANTED -> "the caller may now do it";
            case EXECUTED -> row.captured() ? "it was captured, not sent" : row.partial() ? "it was carried out in part" : "it was carried out";
            case CONSUMED -> "the caller used its permission to do it";
            case FAILED -> "it failed, and did not happen";
            case TIMED_OUT -> "lease_expired".equals(row.errorClass()) ? "the worker that took it did not report back in time, and may have done it"
                    : "it took too long, and did not happen";
            case OUTCOME_UNKNOWN -> "it was started, and nobody knows whether it happened";
            case DENIED -> name(row.decidedBy(), names) + " denied it";
            case EXPIRED -> "nobody decided in time, and it expired";
            case CANCELLED -> name(row.decidedBy(), names) + " withdrew it";
            case BLOCKED -> "the rules blocked it" + (row.verdict().reason() == null ? "" : ": " + unstopped(row.verdict().reason()));
            case GRANT_EXPIRED -> "the permission to do it ran out unused";
            case REVOKED -> "the permission to do it was taken back";
            case ROLLING_BACK -> "it was carried out, and is being undone";
            case ROLLED_BACK -> "it was carried out, and " + name(row.rolledBackBy(), names) + " had it undone";
            case ROLLBACK_FAILED -> "it was carried out, and the attempt to undo it failed";
        };
    }

    private static String name(@Nullable String principalId, Function<String, String> names) {
        return principalId == null ? "somebody" : names.apply(principalId);
    }

    private static String unstopped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}

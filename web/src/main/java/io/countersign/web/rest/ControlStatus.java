package io.countersign.web.rest;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.query.action.api.ActionRow;
import io.countersign.web.policy.FlatApprovals;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The words of the control interface for where an action stands. */
final class ControlStatus {

    static final String ALLOWED = "allowed";
    static final String BLOCKED = "blocked";
    static final String PENDING = "pending_review";

    private ControlStatus() {}

    /** The verdict on a request: one of three words. */
    static String ofSubmission(ActionRow row) {
        return switch (row.status()) {
            case BLOCKED -> BLOCKED;
            case PENDING, STALE, SCHEDULED, HELD -> PENDING;
            case APPROVED, AUTO_APPROVED -> row.terms().execution() == Execution.CALLER ? PENDING : ALLOWED;
            default -> ALLOWED;
        };
    }

    /** Where it stands now. What is allowed, but not yet, is still pending: nobody may act on it. A caller may as soon as it has its grant. */
    static String of(ActionRow row) {
        return switch (row.status()) {
            case PENDING, STALE, SCHEDULED, HELD -> PENDING;
            case APPROVED, AUTO_APPROVED -> row.terms().execution() == Execution.CALLER ? PENDING : cleared(row);
            case EXECUTING, AWAITING_EXTERNAL, GRANTED -> cleared(row);
            case EXECUTED, CONSUMED, ROLLING_BACK, ROLLBACK_FAILED -> "executed";
            case FAILED, TIMED_OUT, OUTCOME_UNKNOWN -> "failed";
            case DENIED, CANCELLED, REVOKED -> "denied";
            case BLOCKED -> BLOCKED;
            case EXPIRED, GRANT_EXPIRED -> "expired";
            case ROLLED_BACK -> "rolled_back";
        };
    }

    private static String cleared(ActionRow row) {
        return row.automatic() ? ALLOWED : "approved";
    }

    /** Which actions a filter of the approvals means; empty when there is no such word. */
    static Optional<Set<ActionStatus>> filter(String word) {
        return switch (word) {
            case PENDING, "pending" -> Optional.of(FlatApprovals.Status.PENDING.ours());
            case "approved" -> Optional.of(FlatApprovals.Status.APPROVED.ours());
            case "denied" -> Optional.of(FlatApprovals.Status.DENIED.ours());
            case "expired" -> Optional.of(FlatApprovals.Status.EXPIRED.ours());
            case "all" -> {
                Set<ActionStatus> all = EnumSet.noneOf(ActionStatus.class);
                Arrays.stream(FlatApprovals.Status.values()).forEach(status -> all.addAll(status.ours()));
                yield Optional.of(all);
            }
            default -> Optional.empty();
        };
    }
}

package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionEvent.ApprovalReused;
import io.countersign.command.action.api.ActionEvent.ReuseRevoked;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalGiven;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionApprovedByTimeout;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionBudgetReserved;
import io.countersign.command.action.api.ActionEvent.ActionCameDue;
import io.countersign.command.action.api.ActionEvent.ActionCancelled;
import io.countersign.command.action.api.ActionEvent.ActionClaimed;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionDenied;
import io.countersign.command.action.api.ActionEvent.ActionExecuted;
import io.countersign.command.action.api.ActionEvent.ActionExpired;
import io.countersign.command.action.api.ActionEvent.ActionFailed;
import io.countersign.command.action.api.ActionEvent.ActionGoneStale;
import io.countersign.command.action.api.ActionEvent.ActionHandedOut;
import io.countersign.command.action.api.ActionEvent.ActionHeld;
import io.countersign.command.action.api.ActionEvent.ActionLeaseExpired;
import io.countersign.command.action.api.ActionEvent.ActionOutcomeUnknown;
import io.countersign.command.action.api.ActionEvent.ActionReleased;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.ActionEvent.ActionRolledBack;
import io.countersign.command.action.api.ActionEvent.ActionTimedOut;
import io.countersign.command.action.api.ActionEvent.ActionWitnessed;
import io.countersign.command.action.api.ActionEvent.ContentArchived;
import io.countersign.command.action.api.ActionEvent.ContentErased;
import io.countersign.command.action.api.ActionEvent.ExecutionStarted;
import io.countersign.command.action.api.ActionEvent.GrantConsumed;
import io.countersign.command.action.api.ActionEvent.GrantExpired;
import io.countersign.command.action.api.ActionEvent.GrantIssued;
import io.countersign.command.action.api.ActionEvent.GrantRevoked;
import io.countersign.command.action.api.ActionEvent.OutcomeResolved;
import io.countersign.command.action.api.ActionEvent.RollbackFailed;
import io.countersign.command.action.api.ActionEvent.RollbackRequested;
import io.countersign.command.action.api.ActionEvent.RollbackStarted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.ExecutionClass;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is still to be done with one action.
 *
 * @param status null while only its id is known
 * @param started an attempt, or an attempt to undo, is under way
 * @param attempt the last attempt; 0 for none
 * @param rollbackAttempt the last attempt to undo; 0 for none
 * @param dueAt when something must happen: it expires, comes due, starts, or is judged; null when nothing waits for time
 * @param lookAt when the {@link Reconciler} looks at it; before {@code dueAt} only while a kill switch holds it
 */
record Work(String actionId, @Nullable String workspace, @Nullable String actionType, @Nullable ExecutionClass executionClass,
        @Nullable ActionStatus status, boolean started, int attempt, int rollbackAttempt, @Nullable Instant dueAt,
        @Nullable Instant lookAt) {

    static Work of(String actionId) {
        return new Work(actionId, null, null, null, null, false, 0, 0, null, null);
    }

    /** Nothing is left to do, and nobody will ask for the number of its last attempt. */
    boolean isOver() {
        return status != null && status.isSettled() && status != ActionStatus.OUTCOME_UNKNOWN && status != ActionStatus.ROLLBACK_FAILED;
    }

    Work after(ActionEvent event, Instant at, ExecutionSettings settings) {
        ActionStatus next = event.statusAfter(status);
        return switch (event) {
            case ActionRequested e -> new Work(actionId, e.workspace(), e.actionType(), e.terms().executionClass(), next, false, 0, 0, null, null);
            case ActionApprovalGiven e -> this;
            case ActionWitnessed e -> this;
            case ActionBudgetReserved e -> this;
            case ApprovalReused e -> this;
            case ReuseRevoked e -> this;
            case ContentArchived e -> this;
            case ContentErased e -> this;
            case ActionApprovalRequired e -> waiting(next, earlier(e.expiresAt(), e.autoApproveAt()));
            case ActionGoneStale e -> waiting(next, e.expiresAt());
            case ActionDelayed e -> waiting(next, e.executeAt());
            case ActionApproved e -> e.executeAt() == null ? cleared(next, at, settings) : waiting(next, e.executeAt());
            case ActionAutoApproved e -> cleared(next, at, settings);
            case ActionApprovedByTimeout e -> cleared(next, at, settings);
            case ActionCameDue e -> cleared(next, at, settings);
            case ActionReleased e -> cleared(next, at, settings);
            case ExecutionStarted e -> running(next, e.attempt(), rollbackAttempt, e.deadline().plus(settings.judgementGrace()));
            case OutcomeResolved e -> waiting(next, at);
            case RollbackRequested e -> waiting(next, at);
            case RollbackStarted e -> running(next, attempt, e.attempt(), e.deadline().plus(settings.judgementGrace()));
            case ActionHeld e -> held(next, at, e.expiresAt());
            case ActionHandedOut e -> waiting(next, e.until());
            case ActionClaimed e -> new Work(actionId, workspace, actionType, executionClass, next, false, e.attempt(), rollbackAttempt,
                    e.leaseUntil(), e.leaseUntil());
            case ActionLeaseExpired e -> waiting(next, null);
            case GrantIssued e -> waiting(next, e.expiresAt());
            case GrantConsumed e -> waiting(next, e.last() ? null : dueAt);
            case ActionBlocked e -> waiting(next, null);
            case ActionDenied e -> waiting(next, null);
            case ActionCancelled e -> waiting(next, null);
            case ActionExpired e -> waiting(next, null);
            case ActionExecuted e -> waiting(next, null);
            case ActionFailed e -> waiting(next, null);
            case ActionTimedOut e -> waiting(next, null);
            case ActionOutcomeUnknown e -> waiting(next, null);
            case GrantExpired e -> waiting(next, null);
            case GrantRevoked e -> waiting(next, null);
            case ActionRolledBack e -> waiting(next, null);
            case RollbackFailed e -> waiting(next, null);
        };
    }

    private Work waiting(ActionStatus next, @Nullable Instant due) {
        return new Work(actionId, workspace, actionType, executionClass, next, false, attempt, rollbackAttempt, due, due);
    }

    /** Looked at soon: the switch may have been released before this was known. */
    private Work held(ActionStatus next, Instant at, @Nullable Instant until) {
        return new Work(actionId, workspace, actionType, executionClass, next, false, attempt, rollbackAttempt, until, at);
    }

    private Work cleared(ActionStatus next, Instant at, ExecutionSettings settings) {
        return new Work(actionId, workspace, actionType, executionClass, next, false, attempt, rollbackAttempt, at,
                at.plus(settings.clearanceGrace()));
    }

    private Work running(ActionStatus next, int newAttempt, int newRollbackAttempt, Instant judgedAt) {
        return new Work(actionId, workspace, actionType, executionClass, next, true, newAttempt, newRollbackAttempt, judgedAt, judgedAt);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}

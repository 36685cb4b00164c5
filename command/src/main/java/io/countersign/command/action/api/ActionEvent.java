package io.countersign.command.action.api;

import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import java.time.Instant;
import java.util.List;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What happened to an action. The names and fields are database values: they are never renamed, only added to by a new revision.
 *
 * <p>Who acted, where from and under which request id stand in the metadata; who decided stands in the payload too, because the law of the
 * aggregate depends on it. When it happened is the time of the event itself.
 */
public sealed interface ActionEvent {

    /** The action concerned. */
    String actionId();

    // ---- asked and judged: two events in one append ----

    /**
     * An agent, or a person, asked. {@code content} seals {@link ActionContent.Request}.
     *
     * @param requesterId the principal whose credentials were used
     * @param agentOwnerId who answers for the agent; null for a person
     * @param origin channel it came through: {@code api}, {@code console}, {@code cli}, ...
     * @param payloadDigest hex SHA-256 over salt and parameter bytes
     * @param forceApproval the requester wanted a person to look
     */
    @EventName("action.requested")
    @Revision("1")
    record ActionRequested(String actionId, String workspace, String requesterId, @Nullable String agentOwnerId, String origin,
            String actionType, String connector, String operation, String payloadDigest, @Nullable String conversationId,
            boolean forceApproval, Terms terms, Sealed content) implements ActionEvent {}

    /** The rules allowed it: it runs now. */
    @EventName("action.auto_approved")
    @Revision("1")
    record ActionAutoApproved(String actionId, Verdict verdict) implements ActionEvent {}

    /** A person must decide. {@code autoApproveAt} is set only where silence means yes. */
    @EventName("action.approval_required")
    @Revision("1")
    record ActionApprovalRequired(String actionId, Verdict verdict, @Nullable Instant expiresAt, @Nullable Instant autoApproveAt)
            implements ActionEvent {}

    /** Allowed, but not before {@code executeAt}. */
    @EventName("action.delayed")
    @Revision("1")
    record ActionDelayed(String actionId, Verdict verdict, Instant executeAt) implements ActionEvent {}

    /** The rules said no, when it was asked for or when it was about to start. */
    @EventName("action.blocked")
    @Revision("1")
    record ActionBlocked(String actionId, Verdict verdict, String phase) implements ActionEvent {}

    /** Some of the budgets is held for it, until the outcome is known. In the same append as the verdict. */
    @EventName("action.budget_reserved")
    @Revision("1")
    record ActionBudgetReserved(String actionId, List<Reserved> reserved) implements ActionEvent {}

    /**
     * The executor that would act looked at what the action is about: while a person was to decide, and again right before the start. A look
     * that found nothing changed is on record before the start; one that did comes after {@code action.gone_stale}.
     *
     * @param phase {@code request}, or {@code execution} right before the start
     * @param seen false when it could not be looked at
     * @param digest hex SHA-256 over the salt of the request and the observation: the same as long as nothing has changed
     * @param observation seals {@link ActionContent.Observation}
     */
    @EventName("action.witnessed")
    @Revision("1")
    record ActionWitnessed(String actionId, String phase, boolean seen, String digest, Sealed observation) implements ActionEvent {}

    // ---- decided by a person, or by time ----

    /**
     * One of several needed approvals. {@code remark} seals {@link ActionContent.Remark}.
     *
     * @param witnessDigest digest of what had been seen of the world last; null when nothing had
     */
    @EventName("action.approval_given")
    @Revision("2")
    record ActionApprovalGiven(String actionId, String approverId, @Nullable String onBehalfOf, String channel, String payloadDigest,
            @Nullable String witnessDigest, int given, int needed, Sealed remark) implements ActionEvent {

        /** Where the world was not looked at. */
        public ActionApprovalGiven(String actionId, String approverId, @Nullable String onBehalfOf, String channel, String payloadDigest,
                int given, int needed, Sealed remark) {
            this(actionId, approverId, onBehalfOf, channel, payloadDigest, null, given, needed, remark);
        }
    }

    /**
     * The last needed approval: cleared. {@code executeAt} is set when it must settle first.
     *
     * @param witnessDigest digest of what had been seen of the world last; null when nothing had
     */
    @EventName("action.approved")
    @Revision("2")
    record ActionApproved(String actionId, String approverId, @Nullable String onBehalfOf, String channel, String payloadDigest,
            @Nullable String witnessDigest, @Nullable Instant executeAt, Sealed remark) implements ActionEvent {

        /** Where the world was not looked at. */
        public ActionApproved(String actionId, String approverId, @Nullable String onBehalfOf, String channel, String payloadDigest,
                @Nullable Instant executeAt, Sealed remark) {
            this(actionId, approverId, onBehalfOf, channel, payloadDigest, null, executeAt, remark);
        }
    }

    /** Nobody said no in time and the terms let silence mean yes. */
    @EventName("action.approved_by_timeout")
    @Revision("1")
    record ActionApprovedByTimeout(String actionId) implements ActionEvent {}

    /** A person said no. */
    @EventName("action.denied")
    @Revision("1")
    record ActionDenied(String actionId, String denierId, @Nullable String onBehalfOf, String channel, Sealed remark)
            implements ActionEvent {}

    /** The requester, or a person, withdrew it before it started. */
    @EventName("action.cancelled")
    @Revision("1")
    record ActionCancelled(String actionId, String cancelledBy, Sealed remark) implements ActionEvent {}

    /** Nobody decided in time. */
    @EventName("action.expired")
    @Revision("1")
    record ActionExpired(String actionId) implements ActionEvent {}

    // ---- between clearance and start ----

    /** A switch holds it back, at most until {@code expiresAt}. */
    @EventName("action.held")
    @Revision("2")
    record ActionHeld(String actionId, String switchName, @Nullable Instant expiresAt) implements ActionEvent {}

    /** The switch was lifted; it goes on where it was. */
    @EventName("action.released")
    @Revision("1")
    record ActionReleased(String actionId, ActionStatus resumesAs) implements ActionEvent {}

    /** The world changed since it was approved. {@code drift} seals {@link ActionContent.Drift}. */
    @EventName("action.gone_stale")
    @Revision("1")
    record ActionGoneStale(String actionId, @Nullable Instant expiresAt, Sealed drift) implements ActionEvent {}

    /** Its time came: a scheduled action may start. */
    @EventName("action.came_due")
    @Revision("1")
    record ActionCameDue(String actionId) implements ActionEvent {}

    // ---- done by the gateway ----

    /**
     * An attempt begins. Appended before the first byte leaves.
     *
     * @param attempt counts from 1
     * @param nodeId the node that does it
     * @param deadline after this moment, and a grace, an attempt without outcome is judged
     * @param executorVersion version of the executor and of the settings checked
     */
    @EventName("action.execution_started")
    @Revision("1")
    record ExecutionStarted(String actionId, int attempt, String nodeId, Instant deadline, String executorVersion)
            implements ActionEvent {}

    /** It happened. {@code result} seals {@link ActionContent.Result}; {@code partial} when only some of it did. */
    @EventName("action.executed")
    @Revision("1")
    record ActionExecuted(String actionId, int attempt, boolean captured, boolean partial, boolean undoable, Sealed result)
            implements ActionEvent {}

    /** It is known not to have happened. {@code failure} seals {@link ActionContent.Failure}. */
    @EventName("action.failed")
    @Revision("1")
    record ActionFailed(String actionId, int attempt, String errorClass, Sealed failure) implements ActionEvent {}

    /** It took too long, was stopped, and is known not to have happened. */
    @EventName("action.timed_out")
    @Revision("1")
    record ActionTimedOut(String actionId, int attempt, Sealed failure) implements ActionEvent {}

    /** Nobody knows whether it happened. */
    @EventName("action.outcome_unknown")
    @Revision("1")
    record ActionOutcomeUnknown(String actionId, int attempt, String errorClass, Sealed failure) implements ActionEvent {}

    /** A person found out. {@code resolution} is {@code executed}, {@code failed} or {@code retry}. */
    @EventName("action.outcome_resolved")
    @Revision("1")
    record OutcomeResolved(String actionId, String resolvedBy, String resolution, Sealed remark) implements ActionEvent {}

    // ---- done outside ----

    /** Offered to workers outside. */
    @EventName("action.handed_out")
    @Revision("1")
    record ActionHandedOut(String actionId, @Nullable Instant until) implements ActionEvent {}

    /** A worker took it for a while. */
    @EventName("action.claimed")
    @Revision("1")
    record ActionClaimed(String actionId, int attempt, String workerId, Instant leaseUntil) implements ActionEvent {}

    /** The worker's time ran out. */
    @EventName("action.lease_expired")
    @Revision("1")
    record ActionLeaseExpired(String actionId, int attempt, boolean offeredAgain) implements ActionEvent {}

    /** The caller may do it itself. */
    @EventName("action.grant_issued")
    @Revision("1")
    record GrantIssued(String actionId, Instant expiresAt, int maxUses) implements ActionEvent {}

    /** The grant was used once more. */
    @EventName("action.grant_consumed")
    @Revision("1")
    record GrantConsumed(String actionId, String consumedBy, int use, boolean last) implements ActionEvent {}

    /** The grant ran out. */
    @EventName("action.grant_expired")
    @Revision("1")
    record GrantExpired(String actionId) implements ActionEvent {}

    /** The grant was taken back. */
    @EventName("action.grant_revoked")
    @Revision("1")
    record GrantRevoked(String actionId, String revokedBy) implements ActionEvent {}

    /**
     * An approval served for the same request again, in the same append as that request.
     *
     * @param usedBy the action that runs on it
     * @param use counts from 1
     * @param last no use is left
     */
    @EventName("action.approval_reused")
    @Revision("1")
    record ApprovalReused(String actionId, String usedBy, int use, boolean last) implements ActionEvent {}

    /** An approval that served again does so no more. */
    @EventName("action.reuse_revoked")
    @Revision("1")
    record ReuseRevoked(String actionId, String revokedBy) implements ActionEvent {}

    // ---- undone ----

    /** A person wants it undone. */
    @EventName("action.rollback_requested")
    @Revision("1")
    record RollbackRequested(String actionId, String requestedBy, Sealed remark) implements ActionEvent {}

    /** An attempt to undo begins; appended before the first byte leaves. */
    @EventName("action.rollback_started")
    @Revision("1")
    record RollbackStarted(String actionId, int attempt, String nodeId, Instant deadline) implements ActionEvent {}

    /** Undone. */
    @EventName("action.rolled_back")
    @Revision("1")
    record ActionRolledBack(String actionId, int attempt, Sealed result) implements ActionEvent {}

    /** Not undone, or nobody knows; may be tried again. */
    @EventName("action.rollback_failed")
    @Revision("1")
    record RollbackFailed(String actionId, int attempt, String errorClass, Sealed failure) implements ActionEvent {}

    // ---- forgotten ----

    /**
     * What people, agents and far sides wrote about it is gone: its data key was destroyed in the same append. Facts, digests and proofs stay.
     *
     * @param erasedBy a person, or {@code system:retention}
     * @param cause {@code request}, {@code person} when its requester was erased, or {@code retention}
     * @param reason seals {@link ActionContent.Remark} under a key of its own; null for retention
     */
    @EventName("action.content_erased")
    @Revision("1")
    record ContentErased(String actionId, String erasedBy, String cause, @Nullable Sealed reason) implements ActionEvent {}

    /**
     * Its events up to here stand whole in an archive outside the database; what was sealed in them leaves the database, and stubs stay.
     *
     * @param archive name of the file
     * @param sha256 hex SHA-256 of the file
     * @param events how many events of the action are in it: all before this one
     * @param stubs hex SHA-256 over the columns of those events that are stubs from now on
     */
    @EventName("action.content_archived")
    @Revision("1")
    record ContentArchived(String actionId, String archive, String sha256, int events, String stubs) implements ActionEvent {}

    /**
     * Where an action stands after this event. The one place that knows; aggregate, views and work list all ask here.
     *
     * @param before the status before it; null for the first event
     */
    default ActionStatus statusAfter(@Nullable ActionStatus before) {
        return switch (this) {
            case ActionRequested e -> ActionStatus.PENDING;
            case ActionAutoApproved e -> ActionStatus.AUTO_APPROVED;
            case ActionApprovalRequired e -> ActionStatus.PENDING;
            case ActionDelayed e -> ActionStatus.SCHEDULED;
            case ActionBlocked e -> ActionStatus.BLOCKED;
            case ActionBudgetReserved e -> before == null ? ActionStatus.PENDING : before;
            case ActionWitnessed e -> before == null ? ActionStatus.PENDING : before;
            case ActionApprovalGiven e -> before == null ? ActionStatus.PENDING : before;
            case ActionApproved e -> e.executeAt() == null ? ActionStatus.APPROVED : ActionStatus.SCHEDULED;
            case ActionApprovedByTimeout e -> ActionStatus.APPROVED;
            case ActionDenied e -> ActionStatus.DENIED;
            case ActionCancelled e -> ActionStatus.CANCELLED;
            case ActionExpired e -> ActionStatus.EXPIRED;
            case ActionHeld e -> ActionStatus.HELD;
            case ActionReleased e -> e.resumesAs();
            case ActionGoneStale e -> ActionStatus.STALE;
            case ActionCameDue e -> ActionStatus.APPROVED;
            case ExecutionStarted e -> ActionStatus.EXECUTING;
            case ActionExecuted e -> ActionStatus.EXECUTED;
            case ActionFailed e -> ActionStatus.FAILED;
            case ActionTimedOut e -> ActionStatus.TIMED_OUT;
            case ActionOutcomeUnknown e -> ActionStatus.OUTCOME_UNKNOWN;
            case OutcomeResolved e -> switch (e.resolution()) {
                case "executed" -> ActionStatus.EXECUTED;
                case "retry" -> ActionStatus.APPROVED;
                default -> ActionStatus.FAILED;
            };
            case ActionHandedOut e -> ActionStatus.AWAITING_EXTERNAL;
            case ActionClaimed e -> ActionStatus.AWAITING_EXTERNAL;
            case ActionLeaseExpired e -> e.offeredAgain() ? ActionStatus.AWAITING_EXTERNAL : ActionStatus.TIMED_OUT;
            case GrantIssued e -> ActionStatus.GRANTED;
            case GrantConsumed e -> e.last() ? ActionStatus.CONSUMED : ActionStatus.GRANTED;
            case GrantExpired e -> ActionStatus.GRANT_EXPIRED;
            case GrantRevoked e -> ActionStatus.REVOKED;
            case ApprovalReused e -> before == null ? ActionStatus.EXECUTED : before;
            case ReuseRevoked e -> before == null ? ActionStatus.EXECUTED : before;
            case RollbackRequested e -> ActionStatus.ROLLING_BACK;
            case RollbackStarted e -> ActionStatus.ROLLING_BACK;
            case ActionRolledBack e -> ActionStatus.ROLLED_BACK;
            case RollbackFailed e -> ActionStatus.ROLLBACK_FAILED;
            case ContentErased e -> before == null ? ActionStatus.PENDING : before;
            case ContentArchived e -> before == null ? ActionStatus.PENDING : before;
        };
    }
}

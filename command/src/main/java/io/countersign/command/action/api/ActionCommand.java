package io.countersign.command.action.api;

import java.util.Map;
import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of an action. Who asks comes from authentication, as the id of a principal; roles are read afresh when the command is
 * handled. A call out of turn ends in {@link io.countersign.command.api.Refused}.
 */
public sealed interface ActionCommand {

    /**
     * Asks for an action. Answers with {@link Submitted}.
     *
     * @param requesterId the authenticated principal
     * @param workspace its workspace
     * @param origin the channel it came through
     * @param action name of the action type
     * @param params the JSON object exactly as received
     * @param idempotencyKey at most 255 characters; null for none
     * @param bodySha256 hex SHA-256 of the whole body, to tell a repeat from a reuse of the key
     * @param reason what the requester says, at most 1,000 characters
     * @param context more of it, JSON as text
     * @param conversationId groups actions of one conversation
     * @param forceApproval ask a person whatever the rules say
     * @param delaySeconds how long it is to wait at least, where it is delayed; null for as long as the catalogue says
     */
    record RequestAction(String requesterId, String workspace, String origin, String action, String params,
            @Nullable String idempotencyKey, @Nullable String bodySha256, @Nullable String reason, @Nullable String context,
            @Nullable String conversationId, boolean forceApproval, @Nullable Integer delaySeconds) implements ActionCommand {

        /** With the delay of the catalogue. */
        public RequestAction(String requesterId, String workspace, String origin, String action, String params, @Nullable String idempotencyKey,
                @Nullable String bodySha256, @Nullable String reason, @Nullable String context, @Nullable String conversationId,
                boolean forceApproval) {
            this(requesterId, workspace, origin, action, params, idempotencyKey, bodySha256, reason, context, conversationId, forceApproval, null);
        }
    }

    /**
     * The same for any name of the form {@code connector:operation}: what the catalogue does not know is judged and recorded, and the caller
     * does it itself once it may. Answers with {@link Submitted}.
     */
    record RequestAuthorization(RequestAction request) implements ActionCommand {}

    /** What would happen: the same evaluation, nothing appended. Answers with {@link Verdict}. */
    record EvaluateAction(RequestAction request) implements ActionCommand {}

    /**
     * A person says yes. {@code seenSha256} is the hex SHA-256 of the parameters they saw; null if they do not say.
     *
     * @param channel {@code api}, {@code console}, ...
     * @param confirmation the phrase of the profile as the person typed it; null when they typed none
     * @param seenWitness digest of what they saw of the world; empty when they saw nothing of it, null if they do not say
     */
    record ApproveAction(@TargetAggregateIdentifier String actionId, String workspace, String approverId, String channel,
            @Nullable String comment, @Nullable String seenSha256, @Nullable String confirmation, @Nullable String seenWitness)
            implements ActionCommand {

        /** Without a word on the world. */
        public ApproveAction(String actionId, String workspace, String approverId, String channel, @Nullable String comment,
                @Nullable String seenSha256, @Nullable String confirmation) {
            this(actionId, workspace, approverId, channel, comment, seenSha256, confirmation, null);
        }

        /** Without a phrase. */
        public ApproveAction(String actionId, String workspace, String approverId, String channel, @Nullable String comment,
                @Nullable String seenSha256) {
            this(actionId, workspace, approverId, channel, comment, seenSha256, null, null);
        }
    }

    /**
     * An executor on this node asks whether it should look at what a waiting action is about. Answers with {@link Look}; with nothing when it was
     * looked at before, or nobody is to decide any more.
     */
    record LookAtAction(@TargetAggregateIdentifier String actionId) implements ActionCommand {}

    /** What the executor found. Nothing happens when somebody was faster, be it another node or the person. */
    record WitnessAction(@TargetAggregateIdentifier String actionId, ActionContent.Observation observation) implements ActionCommand {}

    /** A person says no. */
    record DenyAction(@TargetAggregateIdentifier String actionId, String workspace, String denierId, String channel,
            @Nullable String reason) implements ActionCommand {}

    /**
     * The requester uses its grant once, right before it acts. Answers with what is left of it, an Integer. Refused with
     * {@code already_resolved} when nothing is left, and with {@code frozen} while a kill switch stops it.
     */
    record ConsumeGrant(@TargetAggregateIdentifier String actionId, String workspace, String requesterId) implements ActionCommand {}

    /**
     * A person who may decide the action takes back what is left of its approval: a grant that was not used up, or an approval that would serve
     * for the same request again. What runs already goes on.
     */
    record RevokeApproval(@TargetAggregateIdentifier String actionId, String workspace, String revokedBy) implements ActionCommand {}

    /** The requester, or an admin, withdraws it. */
    record CancelAction(@TargetAggregateIdentifier String actionId, String workspace, String cancelledBy, @Nullable String reason)
            implements ActionCommand {}

    /** Time is up for a decision, or for a grant. Nothing happens when it is not, or when somebody was faster. */
    record ExpireAction(@TargetAggregateIdentifier String actionId) implements ActionCommand {}

    /** Looks whether a held action may go on, or has been held for too long. Nothing happens when neither is so. */
    record ReleaseAction(@TargetAggregateIdentifier String actionId) implements ActionCommand {}

    /** A scheduled action's time has come. Nothing happens when it has not. */
    record StartDueAction(@TargetAggregateIdentifier String actionId) implements ActionCommand {}

    /**
     * An executor on this node is about to act. Answers with {@link Attempt}, or with {@link Look} when it must look at the world first and say
     * what it saw; refused with {@code already_resolved} when another was faster.
     *
     * @param afterAttempt the last attempt the caller knows of; 0 for none
     * @param seen what it saw just now; null when it has not looked
     */
    record StartExecution(@TargetAggregateIdentifier String actionId, int afterAttempt, String nodeId, String executorVersion,
            ActionContent.@Nullable Observation seen) implements ActionCommand {

        /** Without having looked. */
        public StartExecution(String actionId, int afterAttempt, String nodeId, String executorVersion) {
            this(actionId, afterAttempt, nodeId, executorVersion, null);
        }
    }

    /** It happened. {@code output} and rollback parameters are JSON as text, masked and capped. */
    record RecordExecuted(@TargetAggregateIdentifier String actionId, int attempt, boolean captured, boolean partial,
            @Nullable String output, ActionContent.@Nullable Rollback rollback) implements ActionCommand {}

    /** It is known not to have happened. */
    record RecordFailed(@TargetAggregateIdentifier String actionId, int attempt, String errorClass, String error,
            @Nullable String output) implements ActionCommand {}

    /** It took too long and is known not to have happened. */
    record RecordTimedOut(@TargetAggregateIdentifier String actionId, int attempt, String error) implements ActionCommand {}

    /** Nobody knows whether it happened. */
    record RecordOutcomeUnknown(@TargetAggregateIdentifier String actionId, int attempt, String errorClass, String error)
            implements ActionCommand {}

    /** A worker outside takes it for a while. Answers with {@link Work}; refused with {@code already_resolved} while another has it. */
    record ClaimWork(@TargetAggregateIdentifier String actionId, String workspace, String workerId, int leaseSeconds)
            implements ActionCommand {}

    /** The worker that has it needs it longer. Answers with the new end of its time, an Instant. */
    record ExtendLease(@TargetAggregateIdentifier String actionId, String workspace, String workerId, int attempt, int leaseSeconds)
            implements ActionCommand {}

    /** The worker says that it happened. {@code output} is JSON as text, at most 64 KiB. Heard even after its time, until another took it. */
    record CompleteWork(@TargetAggregateIdentifier String actionId, String workspace, String workerId, int attempt, @Nullable String output)
            implements ActionCommand {}

    /** The worker says that it did not happen. */
    record FailWork(@TargetAggregateIdentifier String actionId, String workspace, String workerId, int attempt, String error)
            implements ActionCommand {}

    /** The worker's time, or that of the offer, is up. Nothing happens when it is not. */
    record ExpireLease(@TargetAggregateIdentifier String actionId) implements ActionCommand {}

    /** A person found out what happened. {@code resolution}: {@code executed}, {@code failed}, or {@code retry} where that is safe. */
    record ResolveOutcome(@TargetAggregateIdentifier String actionId, String workspace, String resolvedBy, String resolution,
            @Nullable String comment) implements ActionCommand {}

    /**
     * A person wants it undone.
     *
     * @param approvedAs the approved action that asked for this; null when the person comes without, which settings may refuse
     */
    record RequestRollback(@TargetAggregateIdentifier String actionId, String workspace, String requestedBy, @Nullable String reason,
            @Nullable String approvedAs) implements ActionCommand {

        /** By their own decision. */
        public RequestRollback(String actionId, String workspace, String requestedBy, @Nullable String reason) {
            this(actionId, workspace, requestedBy, reason, null);
        }
    }

    /** An executor is about to undo it. Answers with {@link Attempt}. */
    record StartRollback(@TargetAggregateIdentifier String actionId, int afterAttempt, String nodeId) implements ActionCommand {}

    /** It is undone. */
    record RecordRolledBack(@TargetAggregateIdentifier String actionId, int attempt, @Nullable String output) implements ActionCommand {}

    /** It is not undone, or nobody knows. */
    record RecordRollbackFailed(@TargetAggregateIdentifier String actionId, int attempt, String errorClass, String error)
            implements ActionCommand {}

    /**
     * An admin has what was written about an ended action erased for good. Answers whether anything was left to erase.
     *
     * @param reason why; it is kept, so it should name a request and not what is erased
     * @param cause {@code request} or {@code person}
     */
    record EraseContent(@TargetAggregateIdentifier String actionId, String workspace, String erasedBy, @Nullable String reason, String cause)
            implements ActionCommand {}

    /** The same when nothing has happened to it since {@code idleSince}; nothing is done otherwise. */
    record EraseOldContent(@TargetAggregateIdentifier String actionId, Instant idleSince) implements ActionCommand {}

    /**
     * The first {@code events} events of an ended action stand in an archive, and what is sealed in them may leave the database. Answers whether
     * that is recorded: not when anything has happened since {@code idleSince} or that is not in the archive.
     *
     * @param stubs hex SHA-256 over the columns of those events that become stubs
     */
    record ArchiveContent(@TargetAggregateIdentifier String actionId, Instant idleSince, String archive, String sha256, int events, String stubs)
            implements ActionCommand {}

    /**
     * Answer to {@link RequestAction}.
     *
     * @param replayed true when this is the answer to a repeat with the same idempotency key
     */
    record Submitted(String actionId, boolean replayed) {}

    /**
     * Answer to {@link ClaimWork}: what to do, opened for the worker alone.
     *
     * @param attempt names this claim in all that the worker says of it
     */
    record Work(String actionId, String actionType, int attempt, String params, Instant leaseUntil) {

        @Override
        public String toString() {
            return "Work[" + actionId + ", " + attempt + "]";
        }
    }

    /** Answer to {@link StartExecution}. */
    sealed interface Clearance permits Attempt, Look {}

    /**
     * Nothing is on record yet and nothing may be done: only look.
     *
     * @param attempt what would be done
     */
    record Look(Attempt attempt) implements Clearance {}

    /**
     * Answer to {@link StartExecution} and {@link StartRollback}: what to do, opened for the executor alone.
     *
     * @param requesterId the principal that asked
     * @param decidedBy who allowed it: a person, or {@code system:...}
     * @param params the approved bytes, checked against the digest again, together with what the entry of the catalogue fixed then
     * @param config what the entry configured then; empty without an entry
     * @param rollback set for a rollback
     * @param firstStartedAtEpochMillis when attempt 1 began: bounds the life of idempotency keys at the far side
     */
    record Attempt(String actionId, String workspace, String requesterId, @Nullable String decidedBy, String actionType, int attempt,
            String params, Map<String, String> config, Terms terms, ActionContent.@Nullable Rollback rollback, long deadlineEpochMillis,
            long firstStartedAtEpochMillis) implements Clearance {

        /** An attempt at what no entry configures. */
        public Attempt(String actionId, String workspace, String requesterId, @Nullable String decidedBy, String actionType, int attempt,
                String params, Terms terms, ActionContent.@Nullable Rollback rollback, long deadlineEpochMillis,
                long firstStartedAtEpochMillis) {
            this(actionId, workspace, requesterId, decidedBy, actionType, attempt, params, Map.of(), terms, rollback, deadlineEpochMillis,
                    firstStartedAtEpochMillis);
        }

        @Override
        public String toString() {
            return "Attempt[" + actionId + ", " + attempt + "]";
        }
    }
}

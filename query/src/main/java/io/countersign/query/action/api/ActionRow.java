package io.countersign.query.action.api;

import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ReusableApproval;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One action as folded from its events. Texts that were erased read {@code "erased"} and {@code erased} is true.
 *
 * @param payload the parameters exactly as received, JSON as text
 * @param payloadSha256 hex SHA-256 of those bytes; what an approver confirms to have seen. Null once erased: a short text could be guessed from it
 * @param payloadDigest the digest that stands in the log: hex SHA-256 over a salt and those bytes; it stays
 * @param automatic decided by rules alone
 * @param decidedBy principal id, {@code system:auto}, {@code system:expiry}, or {@code rule:<policy>/<rule>} for a standing approval,
 *        {@code reuse:<action>} for an earlier approval that served again; null while undecided
 * @param decision {@code approved}, {@code denied}, {@code cancelled}, {@code expired}, {@code auto_approved}, {@code blocked}; null while undecided
 * @param workerId the worker outside that has it now; null while none has
 * @param result output of the execution, JSON as text
 * @param error one sentence
 * @param rollback how it could be undone; null when it cannot
 * @param votes who approved so far, when more than one must
 * @param drift what differed when it was about to start; null when nothing did
 * @param witness what was seen of the world last; null when nobody looked
 * @param reusable how far its approval serves for the same request again; null when it does not
 * @param erased what was written about it is not here
 * @param archive the file it was moved to and can be read from; null when it is here, or nowhere
 * @param index log index of the last event folded in
 * @param version number of events folded in
 */
public record ActionRow(String id, String workspace, String actionType, String connector, String operation, ActionStatus status,
        boolean automatic, String target, String summary, String payload, @Nullable String payloadSha256, String payloadDigest,
        String requestedBy, @Nullable String agentOwnerId, String origin, @Nullable String reason, @Nullable String context, Instant requestedAt,
        @Nullable Instant expiresAt, @Nullable Instant executeAt, @Nullable String decidedBy, @Nullable Instant decidedAt,
        @Nullable String decision, @Nullable String decisionReason, int attempt, @Nullable Instant startedAt, @Nullable Instant executedAt,
        @Nullable String workerId, boolean captured, boolean partial, @Nullable String result, @Nullable String error, @Nullable String errorClass,
        @Nullable String rollbackMethod, @Nullable String rollbackParams, @Nullable String rolledBackBy, @Nullable Instant rolledBackAt,
        @Nullable String conversationId, @Nullable String requestId, boolean forceApproval, Terms terms, Verdict verdict,
        List<String> votes, @Nullable List<String> drift, @Nullable Witness witness, @Nullable ReusableApproval reusable, boolean erased,
        @Nullable String archive, long index, long version) {

    /**
     * What was seen of what an action is about.
     *
     * @param at when
     * @param digest what an approver confirms to have seen
     * @param then what was decided on before, when it looked different; null otherwise
     */
    public record Witness(Observation now, Instant at, String digest, @Nullable Observation then) {}
}

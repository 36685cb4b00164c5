package io.countersign.query.action;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ReusableApproval;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.query.action.api.ActionRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of one action, from its events alone. What is sealed is opened on the way; what was erased reads {@code erased}. */
final class ActionFold {

    static final String ERASED = "erased";
    /** Where a remark of any approval, and a failure of any kind of execution, is sealed for. */
    static final String APPROVAL = "action.approved";
    private static final String VERDICT = "action.verdict";
    private static final String ENDED = "action.failed";
    private static final String BY_RULES = "system:auto";
    private static final String BY_TIME = "system:expiry";

    private final Keyring keyring;
    private final boolean gone;
    private @Nullable ActionRequested request;
    private @Nullable Verdict verdict;
    private @Nullable ActionStatus status;
    private ActionContent.@Nullable Request content;
    private @Nullable Instant requestedAt;
    private @Nullable String requestId;
    private boolean automatic;
    private @Nullable Instant expiresAt;
    private @Nullable Instant executeAt;
    private @Nullable Decision decision;
    private List<String> votes = new ArrayList<>();
    private @Nullable List<String> drift;
    private ActionRow.@Nullable Witness witness;
    private ActionContent.@Nullable Observation sight;
    private int attempt;
    private @Nullable Instant startedAt;
    private @Nullable Instant executedAt;
    private @Nullable String workerId;
    private boolean captured;
    private boolean partial;
    private @Nullable String result;
    private @Nullable String error;
    private @Nullable String errorClass;
    private ActionContent.@Nullable Rollback rollback;
    private @Nullable String undoneBy;
    private @Nullable Instant undoneAt;
    private boolean erased;
    private @Nullable String archive;
    private ReusableApproval reusable = ReusableApproval.NONE;
    private long index = -1;
    private long version;

    private record Decision(String word, String by, Instant at, @Nullable String reason) {}

    private ActionFold(Keyring keyring, boolean gone) {
        this.keyring = keyring;
        this.gone = gone;
    }

    /**
     * Empty while the verdict is missing: request and verdict are one append, and half of it is nothing yet.
     *
     * @param gone the content was erased, be it after these events: nothing is opened, even where a key is still at hand
     */
    static Optional<ActionRow> fold(List<Stored> events, Keyring keyring, boolean gone) {
        ActionFold fold = new ActionFold(keyring, gone);
        events.forEach(fold::take);
        return fold.row();
    }

    /** Whether one of these says that the content was erased, or moved to an archive: then it is not here, whenever one looks from. */
    static boolean isGone(List<Stored> events) {
        return events.stream().anyMatch(stored -> stored.payload() instanceof ContentErased || stored.payload() instanceof ContentArchived);
    }

    private void take(Stored stored) {
        index = stored.index();
        version++;
        if (stored.payload() instanceof ActionEvent event) {
            evolve(event, stored.at(), stored.name(), stored.metadata());
            status = event.statusAfter(status);
            reusable = reusable.after(event, stored.at());
        }
    }

    private void evolve(ActionEvent event, Instant at, String place, Map<String, String> metadata) {
        switch (event) {
            case ActionRequested e -> {
                request = e;
                content = open(e.content(), place, ActionContent.Request.class);
                requestedAt = at;
                requestId = metadata.get("request_id");
            }
            case ActionAutoApproved e -> {
                verdict = inFull(e.verdict());
                automatic = true;
                decision = new Decision("auto_approved", verdict.decider(), at, verdict.reason());
            }
            case ActionApprovalRequired e -> {
                verdict = inFull(e.verdict());
                expiresAt = e.expiresAt() == null ? e.autoApproveAt() : e.expiresAt();
            }
            case ActionDelayed e -> {
                verdict = inFull(e.verdict());
                executeAt = e.executeAt();
                automatic = true;
                decision = new Decision("auto_approved", verdict.decider(), at, verdict.reason());
            }
            case ActionBlocked e -> {
                automatic = decision == null || automatic;
                verdict = inFull(e.verdict());
                decision = new Decision("blocked", BY_RULES, at, verdict.reason());
            }
            case ActionWitnessed e -> {
                ActionContent.Observation found = open(e.observation(), place, ActionContent.Observation.class);
                ActionContent.Observation now = found == null ? ActionContent.Observation.unseen(ERASED, ERASED) : found;
                witness = new ActionRow.Witness(now, at, e.digest(), status == ActionStatus.STALE ? sight : null);
                sight = e.seen() ? now : sight;
            }
            case ActionApprovalGiven e -> votes.add(e.approverId());
            case ActionApproved e -> {
                votes.add(e.approverId());
                executeAt = e.executeAt();
                decision = new Decision("approved", e.approverId(), at, remark(e.remark(), APPROVAL));
            }
            case ActionApprovedByTimeout e -> decision = new Decision("approved", BY_TIME, at, null);
            case ActionDenied e -> decision = new Decision("denied", e.denierId(), at, remark(e.remark(), place));
            case ActionCancelled e -> decision = new Decision("cancelled", e.cancelledBy(), at, remark(e.remark(), place));
            case ActionExpired e -> decision = new Decision("expired", BY_TIME, at, null);
            case ActionGoneStale e -> {
                ActionContent.Drift found = open(e.drift(), place, ActionContent.Drift.class);
                drift = found == null ? List.of(ERASED) : found.differences();
                expiresAt = e.expiresAt();
                executeAt = null;
                automatic = false;
                decision = null;
                votes = new ArrayList<>();
            }
            case ExecutionStarted e -> begin(e.attempt(), at);
            case ActionExecuted e -> {
                executedAt = at;
                captured = e.captured();
                partial = e.partial();
                ActionContent.Result done = open(e.result(), place, ActionContent.Result.class);
                result = done == null ? ERASED : done.output();
                rollback = done == null || !e.undoable() ? null : done.rollback();
            }
            case ActionFailed e -> fail(e.errorClass(), e.failure(), ENDED);
            case ActionTimedOut e -> fail("timed_out", e.failure(), ENDED);
            case ActionOutcomeUnknown e -> fail(e.errorClass(), e.failure(), ENDED);
            case OutcomeResolved e -> {
                if ("executed".equals(e.resolution())) {
                    executedAt = at;
                    error = null;
                    errorClass = null;
                }
            }
            case ActionClaimed e -> {
                begin(e.attempt(), at);
                workerId = e.workerId();
            }
            case ActionLeaseExpired e -> {
                workerId = null;
                if (!e.offeredAgain()) {
                    errorClass = "lease_expired";
                    error = "The worker that took it did not report back in time.";
                }
            }
            case GrantIssued e -> expiresAt = e.expiresAt();
            case GrantConsumed e -> executedAt = at;
            case RollbackRequested e -> {
                undoneBy = e.requestedBy();
                error = null;
                errorClass = null;
            }
            case ActionRolledBack e -> undoneAt = at;
            case RollbackFailed e -> fail(e.errorClass(), e.failure(), place);
            case ActionHeld e -> expiresAt = e.expiresAt();
            case ActionReleased e -> expiresAt = null;
            case ActionBudgetReserved e -> { }
            case ActionCameDue e -> { }
            case ActionHandedOut e -> { }
            case GrantExpired e -> { }
            case GrantRevoked e -> { }
            case ApprovalReused e -> { }
            case ReuseRevoked e -> { }
            case RollbackStarted e -> { }
            case ContentErased e -> {
                erased = true;
                archive = null; // what lies there cannot be read any more
            }
            case ContentArchived e -> {
                erased = true;
                archive = e.archive();
            }
        }
    }

    private void begin(int number, Instant at) {
        attempt = number;
        startedAt = at;
        result = null;
        error = null;
        errorClass = null;
    }

    private void fail(String kind, Sealed failure, String place) {
        errorClass = kind;
        ActionContent.Failure what = open(failure, place, ActionContent.Failure.class);
        error = what == null ? ERASED : what.error();
        if (what != null && what.output() != null) {
            result = what.output();
        }
    }

    private Verdict inFull(Verdict found) {
        Verdict.Inputs inputs = found.inputs();
        ActionContent.Judgement words = inputs == null ? null : open(inputs.words(), VERDICT, ActionContent.Judgement.class);
        return words == null ? found : found.withWords(words);
    }

    private @Nullable String remark(Sealed remark, String place) {
        ActionContent.Remark said = open(remark, place, ActionContent.Remark.class);
        return said == null ? ERASED : said.text();
    }

    private <T> @Nullable T open(Sealed sealed, String place, Class<T> type) {
        T opened = gone ? null : keyring.open(sealed, place, type).orElse(null);
        erased |= opened == null;
        return opened;
    }

    private Optional<ActionRow> row() {
        ActionRequested asked = request;
        Verdict found = verdict;
        ActionStatus stands = status;
        Instant askedAt = requestedAt;
        if (asked == null || found == null || stands == null || askedAt == null) {
            return Optional.empty();
        }
        ActionContent.Request said = content == null
                ? new ActionContent.Request(ERASED, "", null, ERASED, ERASED, ERASED, null)
                : content;
        Decision decided = decision;
        ActionContent.Rollback back = rollback;
        Terms terms = asked.terms();
        return Optional.of(new ActionRow(asked.actionId(), asked.workspace(), asked.actionType(), asked.connector(), asked.operation(),
                stands, automatic, said.target(), said.summary(), said.params(), content == null ? null : sha256(said.params()),
                asked.payloadDigest(), asked.requesterId(), asked.agentOwnerId(), asked.origin(), said.reason(), said.context(), askedAt, expiresAt, executeAt,
                decided == null ? null : decided.by(), decided == null ? null : decided.at(), decided == null ? null : decided.word(),
                decided == null ? null : decided.reason(), attempt, startedAt, executedAt, workerId, captured, partial, result, error, errorClass,
                back == null ? null : back.method(), back == null ? null : back.params(), undoneAt == null ? null : undoneBy, undoneAt,
                asked.conversationId(), requestId, asked.forceApproval(), terms, found, List.copyOf(votes), drift, witness,
                reusable.isGiven() ? reusable : null, erased, archive, index, version));
    }


    private static String sha256(String params) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(params.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}

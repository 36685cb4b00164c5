package io.countersign.command.action;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.ArchiveContent;
import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.ClaimWork;
import io.countersign.command.action.api.ActionCommand.Clearance;
import io.countersign.command.action.api.ActionCommand.CompleteWork;
import io.countersign.command.action.api.ActionCommand.ConsumeGrant;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.EraseContent;
import io.countersign.command.action.api.ActionCommand.EraseOldContent;
import io.countersign.command.action.api.ActionCommand.ExpireAction;
import io.countersign.command.action.api.ActionCommand.ExpireLease;
import io.countersign.command.action.api.ActionCommand.ExtendLease;
import io.countersign.command.action.api.ActionCommand.FailWork;
import io.countersign.command.action.api.ActionCommand.Look;
import io.countersign.command.action.api.ActionCommand.LookAtAction;
import io.countersign.command.action.api.ActionCommand.RecordExecuted;
import io.countersign.command.action.api.ActionCommand.RecordFailed;
import io.countersign.command.action.api.ActionCommand.RecordOutcomeUnknown;
import io.countersign.command.action.api.ActionCommand.RecordRollbackFailed;
import io.countersign.command.action.api.ActionCommand.RecordRolledBack;
import io.countersign.command.action.api.ActionCommand.RecordTimedOut;
import io.countersign.command.action.api.ActionCommand.ReleaseAction;
import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.action.api.ActionCommand.ResolveOutcome;
import io.countersign.command.action.api.ActionCommand.RevokeApproval;
import io.countersign.command.action.api.ActionCommand.StartDueAction;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.StartRollback;
import io.countersign.command.action.api.ActionCommand.WitnessAction;
import io.countersign.command.action.api.ActionCommand.Work;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ReusableApproval;
import io.countersign.command.action.api.Safeguard.Asked;
import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.evaluation.Evaluation;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.settings.api.ActionSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * One thing an agent wants done, from the asking to the end.
 *
 * <p>It is asked for and judged in one append. What needs a person waits, until one person too many says yes, one says no, the requester
 * withdraws it, or time runs out; whoever comes second is told who came first. Once cleared it is started, at most once for each attempt
 * number, and the start is on record before anything leaves the house. The attempt then ends in what is known: it happened, it did not, it
 * took too long and did not, or nobody knows; the last a person resolves. What happened may be undone, if it recorded a way back.
 *
 * <p>The bytes asked for never change: what was shown, approved and executed has one digest.
 */
@Aggregate(type = "Action")
class Action {

    static final String REQUESTED = "action.requested";
    static final String VERDICT = "action.verdict";
    static final String WITNESSED = "action.witnessed";
    static final String STALE = "action.gone_stale";
    static final String APPROVED = "action.approved";
    static final String DENIED = "action.denied";
    static final String CANCELLED = "action.cancelled";
    static final String EXECUTED = "action.executed";
    static final String ENDED = "action.failed";
    static final String RESOLVED = "action.outcome_resolved";
    static final String UNDO_REQUESTED = "action.rollback_requested";
    static final String UNDONE = "action.rolled_back";
    static final String UNDO_FAILED = "action.rollback_failed";

    static final String ERASED = "action.content_erased";

    private static final int LONGEST_REMARK = 1_000;
    private static final int SHORTEST_LEASE = 5;
    private static final int LONGEST_LEASE = 3_600;

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private String workspace = "";
    private String requesterId = "";
    private @Nullable String agentOwnerId;
    private String actionType = "";
    private String connector = "";
    private String origin = "";
    private Instant requestedAt = Instant.EPOCH;
    private boolean forceApproval;
    private String payloadDigest = "";
    private Terms terms = null; // set by the first event, like everything without a default
    private Sealed content = null;
    private ActionStatus status = ActionStatus.PENDING;
    private ActionStatus heldAs = ActionStatus.APPROVED;
    private @Nullable Instant expiresAt;
    private @Nullable Instant executeAt;
    private List<Reserved> reserved = List.of();
    private boolean givenBack;
    private @Nullable Sealed sight;
    private boolean sighted;
    private @Nullable String witnessDigest;
    private final Set<String> approvals = new LinkedHashSet<>();
    private @Nullable String decidedBy;
    private @Nullable Instant decidedAt;
    private int attempt;
    private @Nullable Instant firstStartedAt;
    private @Nullable Instant deadline;
    private boolean undoable;
    private boolean erased;
    private boolean archived;
    private Instant lastAt = Instant.EPOCH;
    private @Nullable Sealed result;
    private int undoAttempt;
    private @Nullable String workerId;
    private @Nullable Instant leaseUntil;
    private @Nullable Instant offeredUntil;
    private ReusableApproval reusable = ReusableApproval.NONE;
    private int grantedUses;
    private int grantUses;

    Action() {
        // for Axon
    }

    // ---- asked and judged ----

    /**
     * @param expiry when it runs out if a person must decide
     * @param start when it may start if nobody must and its terms give time to withdraw it
     * @param held what of limited supplies was reserved for it
     */
    Action(ActionRequested requested, Verdict verdict, @Nullable Instant expiry, Instant start, List<Reserved> held) {
        id = requested.actionId();
        workspace = requested.workspace();
        happened(requested);
        happened(switch (verdict.outcome()) {
            case ALLOW, ALLOW_WITH_WARNINGS -> requested.terms().waitsFirst() ? new ActionDelayed(id, verdict, start)
                    : new ActionAutoApproved(id, verdict);
            case REQUIRE_APPROVAL -> new ActionApprovalRequired(id, verdict, expiry, null);
            case BLOCK -> new ActionBlocked(id, verdict, "request");
        });
        if (!held.isEmpty()) {
            happened(new ActionBudgetReserved(id, held));
        }
    }

    // ---- looked at ----

    @CommandHandler
    @Nullable Look decide(LookAtAction c, ActionTypes types, Keyring keyring, Clock clock) {
        return awaitsWitness() ? look(request(keyring), types, clock.instant()) : null;
    }

    @CommandHandler
    boolean decide(WitnessAction c, Keyring keyring) {
        boolean wanted = awaitsWitness();
        if (wanted) {
            witness("request", c.observation(), request(keyring), keyring);
        }
        return wanted;
    }

    private boolean awaitsWitness() {
        return status == ActionStatus.PENDING && witnessDigest == null && terms.execution() == Execution.GATEWAY;
    }

    private Look look(ActionContent.Request request, ActionTypes types, Instant now) {
        return new Look(attempt(request, types, attempt + 1, now.plus(terms.timeout()), null));
    }

    private void witness(String phase, ActionContent.Observation observation, ActionContent.Request request, Keyring keyring) {
        String digest = Digests.salted(request.salt(), Submission.JSON.writeValueAsString(observation));
        happened(new ActionWitnessed(id, phase, observation.unseen() == null, digest, sealed(keyring, WITNESSED, observation)));
    }

    /** What whoever decided did not know. Nothing when it could not be looked at then either: that was decided on. */
    private List<String> drift(Sealed before, ActionContent.Observation now, Keyring keyring) {
        return now.unseen() != null && !sighted ? List.of() : keyring.open(before, WITNESSED, ActionContent.Observation.class)
                .map(then -> then.differencesTo(now)).orElse(List.of("What it looked like before was erased."));
    }

    // ---- decided ----

    @CommandHandler
    void decide(ApproveAction c, Principals principals, PastDecisions past, Keyring keyring, Clock clock) {
        Person approver = decider(c.workspace(), c.approverId(), principals, clock.instant(), "approve");
        String remark = remark(c.comment());
        if (c.seenSha256() != null && !c.seenSha256().equalsIgnoreCase(Digests.sha256(request(keyring).params()))) {
            throw refused(RefusalCode.STALE_VIEW, "What you saw is not what would be done. Load the action again and look once more.");
        }
        if (c.seenWitness() != null && !c.seenWitness().equalsIgnoreCase(witnessDigest == null ? "" : witnessDigest)) {
            throw refused(RefusalCode.STALE_VIEW, "It has been looked at since. See what was found, and decide once more.");
        }
        mustConfirm(c.confirmation());
        if (approvals.contains(approver.id())) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "You have approved this already; another person is needed.");
        }
        Sealed sealed = sealed(keyring, APPROVED, new ActionContent.Remark(remark));
        long standing = approvals.stream().filter(earlier -> mayStillDecide(earlier, principals)).count();
        int needed = terms.profile().minApprovals();
        if (standing + 1 < needed) {
            happened(new ActionApprovalGiven(id, approver.id(), null, c.channel(), payloadDigest, witnessDigest, (int) standing + 1, needed,
                    sealed));
        } else {
            int settle = status == ActionStatus.SCHEDULED ? 0 : terms.profile().settleSeconds();
            Instant start = settle == 0 ? null : clock.instant().plusSeconds(settle);
            happened(new ActionApproved(id, approver.id(), null, c.channel(), payloadDigest, witnessDigest, start, sealed));
            remember(past, true, keyring, clock);
        }
    }

    @CommandHandler
    void decide(DenyAction c, Principals principals, Reservations reservations, PastDecisions past, Keyring keyring, Clock clock) {
        Person denier = decider(c.workspace(), c.denierId(), principals, clock.instant(), "deny");
        Sealed sealed = sealed(keyring, DENIED, new ActionContent.Remark(remark(c.reason())));
        happened(new ActionDenied(id, denier.id(), null, c.channel(), sealed));
        account(reservations);
        remember(past, false, keyring, clock);
    }

    /** For rules that ask what people decided about the same before. */
    private void remember(PastDecisions past, boolean approved, Keyring keyring, Clock clock) {
        if (!past.isAskedFor(workspace, requesterId)) {
            return;
        }
        keyring.open(content, REQUESTED, ActionContent.Request.class).ifPresent(request -> past.decided(new PastDecisions.Case(workspace, requesterId,
                terms.entry().orElse(actionType), request.target()), approved, id, clock.instant()));
    }

    @CommandHandler
    int decide(ConsumeGrant c, Switches switches, Reservations reservations, Clock clock) {
        mustBeIn(c.workspace());
        if (!c.requesterId().equals(requesterId)) {
            throw new Refused(RefusalCode.FORBIDDEN, "Only who asked for this action can use its grant.");
        }
        if (status != ActionStatus.GRANTED) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "There is no grant to use: the action is " + status.wire() + ".");
        }
        if (expiresAt != null && !clock.instant().isBefore(expiresAt)) {
            throw new Refused(RefusalCode.EXPIRED, "This grant has run out.",
                    Map.of("current_status", ActionStatus.GRANT_EXPIRED.wire(), "decided_at", expiresAt.toString()));
        }
        stopping(switches).ifPresent(thrown -> {
            throw frozen(thrown);
        });
        int use = grantUses + 1;
        happened(new GrantConsumed(id, c.requesterId(), use, use >= grantedUses));
        account(reservations);
        return grantedUses - use;
    }

    @CommandHandler
    void decide(RevokeApproval c, Principals principals, Reservations reservations, Clock clock) {
        mustBeIn(c.workspace());
        mustHaveRole(person(c.revokedBy(), principals), "revoke");
        if (status == ActionStatus.GRANTED) {
            happened(new GrantRevoked(id, c.revokedBy()));
            account(reservations);
        } else if (reusable.isLive(clock.instant())) {
            happened(new ReuseRevoked(id, c.revokedBy()));
        } else {
            throw refused(RefusalCode.ALREADY_RESOLVED, reusable.isGiven() ? "This approval does not serve again: it is "
                    + reusable.state(clock.instant()) + "." : "This action has no approval that could serve again.");
        }
    }

    /**
     * The approval of this action serves for the same request again, in the same append as that request.
     *
     * @throws ConcurrencyException when it serves no more, or was used meanwhile: the request must be decided anew
     */
    void serveAgain(String byActionId, Verdict.Reuse reuse, Instant now) {
        if (!reusable.isLive(now) || reuse.use() != reusable.uses() + 1) {
            throw new ConcurrencyException("The approval was used or taken back meanwhile; to be decided again.");
        }
        happened(new ApprovalReused(id, byActionId, reuse.use(), reuse.maxUses() != null && reuse.use() >= reuse.maxUses()));
    }

    @CommandHandler
    void decide(CancelAction c, Principals principals, Reservations reservations, Keyring keyring, Clock clock) {
        mustBeIn(c.workspace());
        boolean own = c.cancelledBy().equals(requesterId) || c.cancelledBy().equals(agentOwnerId);
        if (!own) {
            Person person = person(c.cancelledBy(), principals);
            if (!person.role().atLeast(Role.ADMIN)) {
                throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "Only the requester or an admin can withdraw an action.");
            }
        }
        String remark = remark(c.reason());
        if (!status.isCancellable()) {
            throw refused(RefusalCode.NOT_CANCELLABLE, "It is too late to withdraw this action: it is " + status.wire() + ".");
        }
        if (status.isDecidable()) {
            mustBeInTime(clock.instant(), RefusalCode.NOT_CANCELLABLE);
        }
        happened(new ActionCancelled(id, c.cancelledBy(), sealed(keyring, CANCELLED, new ActionContent.Remark(remark))));
        account(reservations);
    }

    @CommandHandler
    boolean decide(ExpireAction c, Reservations reservations, Clock clock) {
        boolean due = (status.isDecidable() || status == ActionStatus.GRANTED) && expiresAt != null && !clock.instant().isBefore(expiresAt);
        if (due) {
            happened(status == ActionStatus.GRANTED ? new GrantExpired(id) : new ActionExpired(id));
            account(reservations);
        }
        return due;
    }

    @CommandHandler
    boolean decide(StartDueAction c, Clock clock) {
        boolean due = status == ActionStatus.SCHEDULED && executeAt != null && !clock.instant().isBefore(executeAt);
        if (due) {
            happened(new ActionCameDue(id));
        }
        return due;
    }

    /** True when it goes on, or has been held for too long and expires. */
    @CommandHandler
    boolean decide(ReleaseAction c, Switches switches, Reservations reservations, Clock clock) {
        if (status != ActionStatus.HELD) {
            return false;
        }
        boolean tooLong = expiresAt != null && !clock.instant().isBefore(expiresAt);
        if (!tooLong && stopping(switches).isPresent()) {
            return false;
        }
        happened(tooLong ? new ActionExpired(id) : new ActionReleased(id, heldAs));
        account(reservations);
        return true;
    }

    // ---- done ----

    /**
     * Null when something of today stands in the way, and that is on record: a kill switch holds the action until it is released; a stricter
     * rule blocks it before the first attempt, and after one that may have had its effect a person must look. Null too when the caller is
     * to do it: then the grant is on record. And when what a person decided on looks different now: they decide again.
     */
    @CommandHandler
    @Nullable Clearance decide(StartExecution c, ActionTypes types, ActionSettings settings, Switches switches, Safeguards safeguards,
            Inspection inspection, Principals principals, Reservations reservations, Keyring keyring, Clock clock) {
        Instant now = clock.instant();
        boolean fresh = status.isCleared() && c.afterAttempt() == attempt;
        boolean again = status == ActionStatus.EXECUTING && c.afterAttempt() == attempt && deadline != null && !now.isBefore(deadline)
                && terms.executionClass() != ExecutionClass.ONCE;
        if (!fresh && !again) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "This attempt cannot start: the action is " + status.wire() + ".");
        }
        Optional<KillSwitch> thrown = stopping(switches);
        if (thrown.isPresent()) {
            if (!fresh) {
                throw frozen(thrown.get());
            }
            happened(new ActionHeld(id, thrown.get().name(), now.plus(settings.expiry())));
            return null;
        }
        ActionContent.Request request = request(keyring);
        Sealed before = fresh && attempt == 0 && terms.execution() == Execution.GATEWAY ? sight : null;
        ActionContent.Observation seen = c.seen();
        if (before != null && seen == null) {
            return look(request, types, now);
        }
        String effective = effective(request, types);
        Verdict stricter = StrictNow.check(type(types), () -> isStillOffered(types, principals), actionType, settings,
                payloadDigest.equals(Digests.salted(request.salt(), request.params())), () -> safeguards.examineAgain(
                        new Asked(workspace, requesterId, agentOwnerId != null, actionType, connector, terms.entry().orElse(null),
                                terms.scope(), false, now), effective));
        if (stricter == null) {
            stricter = blockedNow(request, types, inspection, principals, keyring, now);
        }
        if (stricter != null) {
            happened(fresh ? new ActionBlocked(id, stricter, "execution") : new ActionOutcomeUnknown(id, attempt,
                    String.valueOf(stricter.code()), failure(keyring, ENDED, "Not tried again: " + stricter.reason(), null)));
            account(reservations);
            return null;
        }
        if (terms.execution() == Execution.CALLER) {
            happened(new GrantIssued(id, now.plus(settings.expiry()), 1));
            return null;
        }
        if (terms.execution() == Execution.EXTERNAL) {
            happened(new ActionHandedOut(id, now.plus(settings.expiry())));
            return null;
        }
        if (before != null && seen != null) {
            List<String> differences = drift(before, seen, keyring);
            if (!differences.isEmpty()) {
                happened(new ActionGoneStale(id, terms.expiry(now, settings.expiry()),
                        sealed(keyring, STALE, new ActionContent.Drift(differences))));
            }
            witness("execution", seen, request, keyring);
            if (!differences.isEmpty()) {
                return null;
            }
        }
        Instant until = now.plus(terms.timeout());
        happened(new ExecutionStarted(id, attempt + 1, c.nodeId(), until, c.executorVersion()));
        return attempt(request, types, attempt, until, null);
    }

    private Optional<ActionType> type(ActionTypes types) {
        return types.asAsked(workspace, actionType, terms)
                .or(() -> terms.execution() == Execution.CALLER ? Optional.of(new CallersOwn(actionType)) : Optional.empty());
    }

    private boolean isStillOffered(ActionTypes types, Principals principals) {
        return principals.byId(requesterId).filter(it -> types.isStillOffered(workspace, it, terms)).isPresent();
    }

    /** The verdict of the policies of now when one of them blocks; null otherwise, for nothing gets looser and nobody is asked twice. */
    private @Nullable Verdict blockedNow(ActionContent.Request request, ActionTypes types, Inspection inspection, Principals principals,
            Keyring keyring, Instant now) {
        Principal requester = principals.byId(requesterId).orElse(null);
        ActionType type = type(types).orElse(null);
        if (requester == null || type == null) {
            return null;
        }
        Inspection.Seen seen = inspection.lookAgain(new Inspection.Subject(id, workspace, type, terms, origin, requester, request.target(),
                forceApproval, type.effective(Submission.JSON.readTree(request.params())), now, false));
        Evaluation evaluation = new Evaluation().policies(seen.findings());
        return evaluation.isBlocked() ? evaluation.stored(0, seen.inputs(request.salt(), words -> sealed(keyring, VERDICT, words),
                evaluation.verdict(0))) : null;
    }

    @CommandHandler
    void decide(RecordExecuted c, Reservations reservations, Keyring keyring) {
        if (awaitsOutcome(c.attempt())) {
            Sealed sealed = sealed(keyring, EXECUTED, new ActionContent.Result(c.output(), c.rollback()));
            happened(new ActionExecuted(id, c.attempt(), c.captured(), c.partial(), terms.reversible() && c.rollback() != null, sealed));
            account(reservations);
        }
    }

    @CommandHandler
    void decide(RecordFailed c, Reservations reservations, Keyring keyring) {
        if (awaitsOutcome(c.attempt())) {
            happened(new ActionFailed(id, c.attempt(), c.errorClass(), failure(keyring, ENDED, c.error(), c.output())));
            account(reservations);
        }
    }

    @CommandHandler
    void decide(RecordTimedOut c, Reservations reservations, Keyring keyring) {
        if (status == ActionStatus.EXECUTING && c.attempt() == attempt) {
            happened(new ActionTimedOut(id, c.attempt(), failure(keyring, ENDED, c.error(), null)));
            account(reservations);
        }
    }

    @CommandHandler
    void decide(RecordOutcomeUnknown c, Keyring keyring) {
        if (status == ActionStatus.EXECUTING && c.attempt() == attempt) {
            happened(new ActionOutcomeUnknown(id, c.attempt(), c.errorClass(), failure(keyring, ENDED, c.error(), null)));
        }
    }

    // ---- done outside ----

    @CommandHandler
    Work decide(ClaimWork c, Principals principals, Switches switches, Keyring keyring, Clock clock) {
        mustBeWorker(c.workspace(), c.workerId(), principals);
        Instant now = clock.instant();
        boolean taken = leaseUntil != null && (now.isBefore(leaseUntil) || terms.executionClass() != ExecutionClass.IDEMPOTENT);
        if (status != ActionStatus.AWAITING_EXTERNAL || taken || !isOffered(now)) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "This work cannot be taken now.");
        }
        stopping(switches).ifPresent(thrown -> {
            throw frozen(thrown);
        });
        if (leaseUntil != null) {
            leaseEnded();
        }
        Instant until = leased(now, c.leaseSeconds());
        happened(new ActionClaimed(id, attempt + 1, c.workerId(), until));
        return new Work(id, actionType, attempt, request(keyring).params(), until);
    }

    @CommandHandler
    Instant decide(ExtendLease c, Principals principals, Clock clock) {
        mustBeWorker(c.workspace(), c.workerId(), principals);
        Instant now = clock.instant();
        if (!isWith(c.workerId(), c.attempt()) || status != ActionStatus.AWAITING_EXTERNAL || leaseUntil == null || !now.isBefore(leaseUntil)) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "This work is not yours any more. Stop, and say what you know of it.");
        }
        Instant until = leased(now, c.leaseSeconds());
        happened(new ActionClaimed(id, attempt, c.workerId(), until));
        return until;
    }

    @CommandHandler
    void decide(CompleteWork c, Principals principals, Reservations reservations, Keyring keyring) {
        mustHaveIt(c.workspace(), c.workerId(), c.attempt(), principals);
        Sealed sealed = sealed(keyring, EXECUTED, new ActionContent.Result(c.output(), null));
        happened(new ActionExecuted(id, c.attempt(), false, false, false, sealed));
        account(reservations);
    }

    @CommandHandler
    void decide(FailWork c, Principals principals, Reservations reservations, Keyring keyring) {
        mustHaveIt(c.workspace(), c.workerId(), c.attempt(), principals);
        happened(new ActionFailed(id, c.attempt(), "worker_failed", failure(keyring, ENDED, c.error(), null)));
        account(reservations);
    }

    @CommandHandler
    boolean decide(ExpireLease c, Reservations reservations, Clock clock) {
        Instant now = clock.instant();
        boolean due = status == ActionStatus.AWAITING_EXTERNAL && (leaseUntil != null ? !now.isBefore(leaseUntil) : !isOffered(now));
        if (due) {
            leaseEnded();
            account(reservations);
        }
        return due;
    }

    /** What may be done twice is offered again, as long as the offer stands. Anything else ends: nobody may do it a second time unasked. */
    private void leaseEnded() {
        boolean again = leaseUntil != null && terms.executionClass() == ExecutionClass.IDEMPOTENT;
        happened(new ActionLeaseExpired(id, attempt, again));
        if (again) {
            happened(new ActionHandedOut(id, offeredUntil));
        }
    }

    private boolean isOffered(Instant now) {
        return offeredUntil == null || now.isBefore(offeredUntil);
    }

    private static Instant leased(Instant now, int seconds) {
        if (seconds < SHORTEST_LEASE || seconds > LONGEST_LEASE) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A worker takes work for 5 to 3,600 seconds at a time.");
        }
        return now.plusSeconds(seconds);
    }

    private void mustBeWorker(String in, String workerId, Principals principals) {
        mustBeIn(in);
        if (principals.byId(workerId).filter(Principal.Agent.class::isInstance).filter(Principal::enabled)
                .filter(worker -> worker.workspace().equals(workspace)).isEmpty()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Only a worker of this workspace can do this.");
        }
        if (workerId.equals(requesterId)) {
            throw new Refused(RefusalCode.SEPARATION_OF_DUTIES, "You asked for this action, so another worker must do it.");
        }
    }

    private void mustHaveIt(String in, String workerId, int ofAttempt, Principals principals) {
        mustBeWorker(in, workerId, principals);
        if (!isWith(workerId, ofAttempt) || status != ActionStatus.AWAITING_EXTERNAL && status != ActionStatus.TIMED_OUT) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "This work is not yours any more: the action is " + status.wire() + ".");
        }
    }

    private boolean isWith(String aWorker, int ofAttempt) {
        return aWorker.equals(workerId) && ofAttempt == attempt;
    }

    @CommandHandler
    void decide(ResolveOutcome c, Principals principals, Reservations reservations, Keyring keyring) {
        mustBeIn(c.workspace());
        mustHaveRole(person(c.resolvedBy(), principals), "resolve");
        if (!Set.of("executed", "failed", "retry").contains(c.resolution())) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A resolution is executed, failed or retry.");
        }
        if (status != ActionStatus.OUTCOME_UNKNOWN) {
            throw refused(RefusalCode.NOT_RESOLVABLE, "The outcome of this action is not in doubt: it is " + status.wire() + ".");
        }
        if (c.resolution().equals("retry") && terms.executionClass() == ExecutionClass.ONCE) {
            throw new Refused(RefusalCode.NOT_RESOLVABLE,
                    "Trying again could do it twice. Find out, then answer executed or failed; ask anew if it did not happen.");
        }
        happened(new OutcomeResolved(id, c.resolvedBy(), c.resolution(),
                sealed(keyring, RESOLVED, new ActionContent.Remark(remark(c.comment())))));
        account(reservations);
    }

    // ---- undone ----

    @CommandHandler
    void decide(RequestRollback c, Principals principals, ActionSettings settings, Keyring keyring) {
        mustBeIn(c.workspace());
        mustHaveRole(person(c.requestedBy(), principals), "undo");
        if (!status.isUndoable()) {
            throw refused(RefusalCode.ROLLBACK_CONFLICT, "Only an executed action can be undone; this one is " + status.wire() + ".");
        }
        if (!undoable) {
            throw refused(RefusalCode.NOT_REVERSIBLE, "This action has no way back.");
        }
        if (settings.gates().undoing() && c.approvedAs() == null) {
            throw refused(RefusalCode.FORBIDDEN, "All undoing waits for a person here. Ask for action:undo.");
        }
        happened(new RollbackRequested(id, c.requestedBy(),
                sealed(keyring, UNDO_REQUESTED, new ActionContent.Remark(remark(c.reason())))));
    }

    @CommandHandler
    Attempt decide(StartRollback c, ActionTypes types, Switches switches, Keyring keyring, Clock clock) {
        Instant now = clock.instant();
        boolean free = deadline == null || !now.isBefore(deadline);
        if (status != ActionStatus.ROLLING_BACK || c.afterAttempt() != undoAttempt || !free) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "This undoing cannot start: the action is " + status.wire() + ".");
        }
        stopping(switches).filter(thrown -> thrown.scope() != SwitchScope.AGENT).ifPresent(thrown -> {
            throw frozen(thrown); // what a stopped agent has done may still be undone
        });
        ActionContent.Rollback wayBack = keyring.open(result(), EXECUTED, ActionContent.Result.class)
                .map(ActionContent.Result::rollback)
                .orElseThrow(() -> refused(RefusalCode.NOT_REVERSIBLE, "The way back of this action was erased."));
        Instant until = now.plus(terms.timeout());
        happened(new RollbackStarted(id, undoAttempt + 1, c.nodeId(), until));
        return attempt(request(keyring), types, undoAttempt, until, wayBack);
    }

    @CommandHandler
    void decide(RecordRolledBack c, Keyring keyring) {
        if (status == ActionStatus.ROLLING_BACK && c.attempt() == undoAttempt) {
            happened(new ActionRolledBack(id, c.attempt(),
                    sealed(keyring, UNDONE, new ActionContent.Result(c.output(), null))));
        }
    }

    @CommandHandler
    void decide(RecordRollbackFailed c, Keyring keyring) {
        if (status == ActionStatus.ROLLING_BACK && c.attempt() == undoAttempt) {
            happened(new RollbackFailed(id, c.attempt(), c.errorClass(), failure(keyring, UNDO_FAILED, c.error(), null)));
        }
    }

    // ---- forgotten ----

    @CommandHandler
    boolean decide(EraseContent c, Principals principals, Keyring keyring) {
        mustBeIn(c.workspace());
        String admin = Authority.admin(principals, c.erasedBy(), workspace);
        String remark = remark(c.reason());
        if (remark == null) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "Say why, in a word that may be kept: what is erased cannot be asked for again.");
        }
        if (erased) {
            return false;
        }
        if (!status.isErasable()) {
            throw refused(RefusalCode.NOT_ERASABLE, "Its content is still needed: the action is " + status.wire() + ".");
        }
        String key = ERASED + "/" + id;
        keyring.create(key);
        forget(new ContentErased(id, admin, c.cause(), keyring.seal(key, ERASED, new ActionContent.Remark(remark))), keyring);
        return true;
    }

    @CommandHandler
    boolean decide(EraseOldContent c, Keyring keyring) {
        if (erased || !status.isErasable() || lastAt.isAfter(c.idleSince())) {
            return false;
        }
        forget(new ContentErased(id, "system:retention", "retention", null), keyring);
        return true;
    }

    @CommandHandler
    boolean decide(ArchiveContent c) {
        if (erased || archived || !status.isErasable() || lastAt.isAfter(c.idleSince()) || getVersion() + 1 != c.events()) {
            return false;
        }
        happened(new ContentArchived(id, c.archive(), c.sha256(), c.events(), c.stubs()));
        return true;
    }

    private void forget(ContentErased event, Keyring keyring) {
        keyring.destroy(id);
        happened(event);
    }

    /** What comes in late of an action that was erased is kept as a fact, without its words. */
    private Sealed sealed(Keyring keyring, String place, Object words) {
        return erased ? new Sealed(id, "") : keyring.seal(id, place, words);
    }

    // ---- laws ----

    private Optional<KillSwitch> stopping(Switches switches) {
        return switches.stopping(workspace, new Switches.Subject(requesterId, actionType, connector, terms.entry().orElse(null), terms.scope()));
    }

    /** What was held of the budgets is spent when it happened, given back when it did not, and stays held while nobody knows. */
    private void account(Reservations reservations) {
        if (reserved.isEmpty()) {
            return;
        }
        switch (status) {
            case EXECUTED, CONSUMED -> reservations.settle(workspace, id, reserved, givenBack);
            case DENIED, CANCELLED, EXPIRED, BLOCKED, FAILED, TIMED_OUT, GRANT_EXPIRED, REVOKED -> {
                if (!givenBack) {
                    reservations.release(workspace, id, reserved);
                }
            }
            default -> { }
        }
    }

    private static Refused frozen(KillSwitch thrown) {
        return new Refused(RefusalCode.FROZEN, thrown.sentence(), Map.of("switch", thrown.name()));
    }

    private Person decider(String in, String principalId, Principals principals, Instant now, String verb) {
        mustBeIn(in);
        Person person = person(principalId, principals);
        mustHaveRole(person, verb);
        Terms.Profile profile = terms.profile();
        boolean own = person.id().equals(requesterId);
        boolean requesterBarred = own && profile.distinctFromRequester() && profile.selfAfterSeconds() == null;
        boolean ownerBarred = profile.excludeAgentOwner() && person.id().equals(agentOwnerId);
        if (requesterBarred || ownerBarred) {
            throw new Refused(RefusalCode.SEPARATION_OF_DUTIES,
                    "You asked for this action, so somebody else must " + verb + " it. You can withdraw it.");
        }
        if (own && profile.selfAfterSeconds() != null) {
            mustHaveCooledOff(requestedAt.plusSeconds(profile.selfAfterSeconds()), now, verb);
        }
        if (!profile.allowedPrincipals().isEmpty() && !profile.allowedPrincipals().contains(person.id())) {
            throw new Refused(RefusalCode.FORBIDDEN, "You are not among the people who may " + verb + " this action.");
        }
        if (status == ActionStatus.BLOCKED) {
            throw refused(RefusalCode.ALREADY_RESOLVED, "This action is blocked. What is blocked can be neither approved nor denied.");
        }
        if (!status.isDecidable() && !waitsUndecided()) {
            throw refused(status == ActionStatus.EXPIRED ? RefusalCode.EXPIRED : RefusalCode.ALREADY_RESOLVED,
                    status == ActionStatus.EXPIRED ? "Nobody decided in time, so this action has expired." : "Somebody was faster: this action is "
                            + status.wire() + ".");
        }
        mustBeInTime(now, RefusalCode.EXPIRED);
        return person;
    }

    private static void mustHaveCooledOff(Instant available, Instant now, String verb) {
        if (now.isBefore(available)) {
            throw new Refused(RefusalCode.COOLING_OFF, "You asked for this action, so you can " + verb + " it from " + available
                    + " on. Somebody else can at once.", Map.of("available_at", available.toString()));
        }
    }

    private void mustConfirm(@Nullable String typed) {
        String phrase = terms.profile().confirmationPhrase();
        if (phrase != null && (typed == null || !typed.strip().equals(phrase))) {
            throw new Refused(RefusalCode.CONFIRMATION_REQUIRED, "To approve this action, type its phrase, letter by letter: " + phrase,
                    Map.of("confirmation_phrase", phrase));
        }
    }

    /** Delayed by its terms alone: a person may still let it run at once, or stop it. */
    private boolean waitsUndecided() {
        return status == ActionStatus.SCHEDULED && approvals.isEmpty();
    }

    /** The deadline has won as soon as it is there, recorded or not: what one caller is told of it stays true for the next. */
    private void mustBeInTime(Instant now, RefusalCode otherwise) {
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            throw new Refused(otherwise, "Nobody decided in time, so this action has expired.",
                    Map.of("current_status", ActionStatus.EXPIRED.wire(), "decided_by", "system:expiry", "decided_at", expiresAt.toString()));
        }
    }

    private void mustBeIn(String callersWorkspace) {
        if (!workspace.equals(callersWorkspace)) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such action.");
        }
    }

    private static Person person(String principalId, Principals principals) {
        return principals.byId(principalId).filter(Person.class::isInstance).map(Person.class::cast).filter(Person::enabled)
                .orElseThrow(() -> new Refused(RefusalCode.FORBIDDEN, "Only a person can decide. Agents ask."));
    }

    private void mustHaveRole(Person person, String verb) {
        Role needed = terms.profile().minRole();
        if (!person.workspace().equals(workspace) || !person.role().atLeast(needed)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "It takes the role " + needed.name().toLowerCase(java.util.Locale.ROOT)
                    + " or higher to " + verb + " this action.", Map.of("required_role", needed.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    private boolean mayStillDecide(String principalId, Principals principals) {
        return principals.byId(principalId).filter(Person.class::isInstance).map(Person.class::cast)
                .filter(Person::enabled).filter(person -> person.role().atLeast(terms.profile().minRole())).isPresent();
    }

    private boolean awaitsOutcome(int ofAttempt) {
        return ofAttempt == attempt
                && (status == ActionStatus.EXECUTING || status == ActionStatus.OUTCOME_UNKNOWN || status == ActionStatus.TIMED_OUT);
    }

    private Refused refused(RefusalCode code, String message) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("current_status", status.wire());
        if (decidedBy != null && decidedAt != null) {
            details.put("decided_by", decidedBy);
            details.put("decided_at", decidedAt.toString());
        }
        return new Refused(code, message, details);
    }

    static @Nullable String remark(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String trimmed = text.strip();
        if (trimmed.length() > LONGEST_REMARK) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A comment or reason has at most 1,000 characters.");
        }
        return trimmed;
    }

    private ActionContent.Request request(Keyring keyring) {
        return keyring.open(content, REQUESTED, ActionContent.Request.class)
                .orElseThrow(() -> refused(RefusalCode.ALREADY_RESOLVED, "The content of this action was erased."));
    }

    private Sealed result() {
        if (result == null) {
            throw refused(RefusalCode.NOT_REVERSIBLE, "This action has no way back.");
        }
        return result;
    }

    private Sealed failure(Keyring keyring, String place, String error, @Nullable String output) {
        return sealed(keyring, place, new ActionContent.Failure(error, output));
    }

    private Attempt attempt(ActionContent.Request request, ActionTypes types, int number, Instant until, ActionContent.@Nullable Rollback wayBack) {
        long first = (firstStartedAt == null ? until.minus(terms.timeout()) : firstStartedAt).toEpochMilli();
        Optional<ActionType> offered = types.asAsked(workspace, actionType, terms).filter(type -> type.entry().isPresent());
        Map<String, String> config = offered.flatMap(ActionType::entry).map(entry -> entry.definition().config()).orElse(Map.of());
        return new Attempt(id, workspace, requesterId, decidedBy, actionType, number, effective(request, types), config, terms, wayBack,
                until.toEpochMilli(), first);
    }

    /** What is done: the parameters asked for, with what the entry of then fixed. */
    private String effective(ActionContent.Request request, ActionTypes types) {
        return types.asAsked(workspace, actionType, terms).filter(type -> type.entry().isPresent())
                .map(type -> type.effective(Submission.JSON.readTree(request.params())).toString()).orElse(request.params());
    }

    private void happened(ActionEvent event) {
        apply(event, MetaData.with("workspace", workspace));
    }

    // ---- what happened ----

    @EventSourcingHandler
    void evolve(ActionEvent event, @Timestamp Instant at) {
        ActionStatus before = status;
        status = event.statusAfter(before);
        reusable = reusable.after(event, at);
        lastAt = at;
        givenBack |= before == ActionStatus.TIMED_OUT; // of what is given back, only this may still turn out to have happened
        switch (event) {
            case ActionRequested e -> {
                id = e.actionId();
                workspace = e.workspace();
                requesterId = e.requesterId();
                agentOwnerId = e.agentOwnerId();
                actionType = e.actionType();
                connector = e.connector();
                origin = e.origin();
                requestedAt = at;
                forceApproval = e.forceApproval();
                payloadDigest = e.payloadDigest();
                terms = e.terms();
                content = e.content();
            }
            case ActionAutoApproved e -> decided(e.verdict().decider(), at);
            case ActionApprovalRequired e -> expiresAt = e.expiresAt();
            case ActionDelayed e -> {
                executeAt = e.executeAt();
                decided(e.verdict().decider(), at);
            }
            case ActionBlocked e -> decided("system:rules", at);
            case ActionBudgetReserved e -> reserved = e.reserved();
            case ActionWitnessed e -> {
                sight = e.seen() ? e.observation() : sight;
                sighted = e.seen();
                witnessDigest = e.digest();
            }
            case ActionApprovalGiven e -> approvals.add(e.approverId());
            case ActionApproved e -> {
                approvals.add(e.approverId());
                executeAt = e.executeAt();
                decided(e.approverId(), at);
            }
            case ActionApprovedByTimeout e -> decided("system:auto-approve-timeout", at);
            case ActionDenied e -> decided(e.denierId(), at);
            case ActionCancelled e -> decided(e.cancelledBy(), at);
            case ActionExpired e -> decided("system:expiry", at);
            case ActionGoneStale e -> {
                expiresAt = e.expiresAt();
                executeAt = null;
                approvals.clear();
                decided(null, null);
            }
            case ExecutionStarted e -> {
                attempt = e.attempt();
                deadline = e.deadline();
                firstStartedAt = firstStartedAt == null ? at : firstStartedAt;
            }
            case ActionExecuted e -> {
                undoable = e.undoable();
                result = e.result();
                deadline = null;
            }
            case OutcomeResolved e -> deadline = null;
            case ActionClaimed e -> {
                attempt = e.attempt();
                workerId = e.workerId();
                leaseUntil = e.leaseUntil();
            }
            case RollbackRequested e -> deadline = null;
            case RollbackStarted e -> {
                undoAttempt = e.attempt();
                deadline = e.deadline();
            }
            case ActionHeld e -> {
                heldAs = before;
                expiresAt = e.expiresAt();
            }
            case ActionReleased e -> { }
            case ActionCameDue e -> { }
            case ActionFailed e -> { }
            case ActionTimedOut e -> { }
            case ActionOutcomeUnknown e -> { }
            case ActionHandedOut e -> {
                offeredUntil = e.until();
                leaseUntil = null;
            }
            case ActionLeaseExpired e -> { }
            case GrantIssued e -> {
                expiresAt = e.expiresAt();
                grantedUses = e.maxUses();
            }
            case GrantConsumed e -> grantUses = e.use();
            case GrantExpired e -> { }
            case GrantRevoked e -> { }
            case ApprovalReused e -> { }
            case ReuseRevoked e -> { }
            case ActionRolledBack e -> { }
            case RollbackFailed e -> { }
            case ContentErased e -> {
                erased = true;
                undoable = false;
            }
            case ContentArchived e -> {
                archived = true;
                undoable = false;
            }
        }
    }

    private void decided(@Nullable String by, @Nullable Instant at) {
        decidedBy = by;
        decidedAt = at;
    }
}

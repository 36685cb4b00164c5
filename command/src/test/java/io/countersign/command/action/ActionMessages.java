package io.countersign.command.action;

import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.PlainKeyring.sealed;
import static org.axonframework.test.matchers.Matchers.matches;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.ExpireAction;
import io.countersign.command.action.api.ActionCommand.RecordExecuted;
import io.countersign.command.action.api.ActionCommand.RecordFailed;
import io.countersign.command.action.api.ActionCommand.RecordOutcomeUnknown;
import io.countersign.command.action.api.ActionCommand.RecordRollbackFailed;
import io.countersign.command.action.api.ActionCommand.RecordRolledBack;
import io.countersign.command.action.api.ActionCommand.RecordTimedOut;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.action.api.ActionCommand.ResolveOutcome;
import io.countersign.command.action.api.ActionCommand.StartDueAction;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.StartRollback;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionContent.Remark;
import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.action.api.Terms.OnTimeout;
import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.Sealed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.EventMessage;
import org.hamcrest.Matcher;
import org.jspecify.annotations.Nullable;

/** The messages of one action that Scout asks for at noon, as the specifications speak of them. */
final class ActionMessages {

    static final String ID = "action-1";
    static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    static final Duration WINDOW = Duration.ofHours(24);
    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final String PARAMS = "{\"to\": \"ben@example.com\"}";
    static final String SALT = "AAECAwQFBgcICQoLDA0ODw==";
    static final String DIGEST = Digests.salted(SALT, PARAMS);
    static final String SEEN = Digests.sha256(PARAMS);
    static final Rollback WAY_BACK = new Rollback("unsend", "{\"message\":\"m-1\"}");
    static final String NODE = "node-1";
    static final String VERSION = "mail/1";

    private ActionMessages() {}

    /** What is said or done by somebody. */
    @FunctionalInterface
    interface By<T> {
        T by(Principal who);
    }

    // ---- terms ----

    static Terms manual() {
        return terms(ApprovalMode.MANUAL, Profile.of(Role.ANALYST, false), ExecutionClass.IDEMPOTENT);
    }

    static Terms manual(ExecutionClass executionClass) {
        return terms(ApprovalMode.MANUAL, Profile.of(Role.ANALYST, false), executionClass);
    }

    static Terms adminOnly() {
        return terms(ApprovalMode.ADMIN_ONLY, Profile.of(Role.ADMIN, true), ExecutionClass.IDEMPOTENT);
    }

    static Terms approvals(int needed) {
        return profile(new Profile(Role.ANALYST, needed, true, false, List.of(), null, null, 0));
    }

    static Terms profile(Profile profile) {
        return terms(ApprovalMode.MANUAL, profile, ExecutionClass.IDEMPOTENT);
    }

    private static Terms terms(ApprovalMode mode, Profile profile, ExecutionClass executionClass) {
        return new Terms("staged", mode, profile, Execution.GATEWAY, executionClass, TIMEOUT.toMillis(), OnTimeout.EXPIRE, true,
                "external", "built-in", "built-in/1");
    }

    static Terms irreversible() {
        return new Terms("staged", ApprovalMode.MANUAL, Profile.of(Role.ANALYST, false), Execution.GATEWAY, ExecutionClass.IDEMPOTENT,
                TIMEOUT.toMillis(), OnTimeout.EXPIRE, false, "external", "built-in", "built-in/1");
    }

    // ---- asking ----

    static RequestAction request() {
        return request(SCOUT, "mail:send", PARAMS);
    }

    static RequestAction request(Principal requester, String action, String params) {
        return new RequestAction(requester.id(), requester.workspace(), "api", action, params, null, null, "they asked for it",
                null, "c-1",
                false);
    }

    static RequestAction requestForced() {
        return new RequestAction(SCOUT.id(), HERE, "api", "note:add", PARAMS, null, null, "they asked for it", null, "c-1", true);
    }

    static RequestAction requestOnce(String key, String bodySha256) {
        return new RequestAction(SCOUT.id(), HERE, "api", "mail:send", PARAMS, key, bodySha256, "they asked for it", null, "c-1", false);
    }

    static ActionRequested requested() {
        return requested(manual());
    }

    static ActionRequested requested(Terms terms) {
        return requested(ID, terms, false, null);
    }

    static ActionRequested requested(String id, Terms terms, boolean forced, @Nullable String bodySha256) {
        return new ActionRequested(id, HERE, SCOUT.id(), ANN.id(), "api", "mail:send", "mail", "send", DIGEST, "c-1", forced, terms,
                content(id, PARAMS, bodySha256));
    }

    static ActionRequested requestedBy(Principal person, Terms terms) {
        return new ActionRequested(ID, HERE, person.id(), null, "console", "mail:send", "mail", "send", DIGEST, "c-1", false, terms,
                content(ID, PARAMS, null));
    }

    /** Somebody with a pen in the database: the sealed bytes are not those of the digest. */
    static ActionRequested requestedWithOtherBytes() {
        return new ActionRequested(ID, HERE, SCOUT.id(), ANN.id(), "api", "mail:send", "mail", "send", DIGEST, "c-1", false, manual(),
                content(ID, "{\"to\": \"eve@example.com\"}", null));
    }

    static Sealed content(String id, String params, @Nullable String bodySha256) {
        return sealed(id, Action.REQUESTED, new ActionContent.Request(params, SALT, bodySha256, "Send mail to ben@example.com",
                "ben@example.com", "they asked for it", null));
    }

    static ActionApprovalRequired approvalRequired() {
        return new ActionApprovalRequired(ID, verdict(Outcome.REQUIRE_APPROVAL), NOON.plus(WINDOW), null);
    }

    static ActionAutoApproved autoApproved() {
        return new ActionAutoApproved(ID, verdict(Outcome.ALLOW));
    }

    static ActionBlocked blocked() {
        return new ActionBlocked(ID, verdict(Outcome.BLOCK), "request");
    }

    static Verdict verdict(Outcome outcome) {
        return new Verdict(outcome, null, null, 0, List.of(), null, List.of(), List.of(), 1, "enforce", List.of());
    }

    // ---- deciding ----

    static By<ApproveAction> approve() {
        return approve(null);
    }

    static By<ApproveAction> approve(@Nullable String comment) {
        return who -> new ApproveAction(ID, who.workspace(), who.id(), "console", comment, null);
    }

    static By<ApproveAction> approveHavingSeen(String sha256) {
        return who -> new ApproveAction(ID, who.workspace(), who.id(), "console", null, sha256);
    }

    static By<ActionApproved> approved() {
        return approved((String) null);
    }

    static By<ActionApproved> approved(@Nullable String comment) {
        return who -> new ActionApproved(ID, who.id(), null, "console", DIGEST, null, remark(Action.APPROVED, comment));
    }

    static By<ActionApproved> approvedFrom(Instant executeAt) {
        return who -> new ActionApproved(ID, who.id(), null, "console", DIGEST, executeAt, remark(Action.APPROVED, null));
    }

    static By<ActionApprovalGiven> approvalGiven(int given, int needed) {
        return who -> new ActionApprovalGiven(ID, who.id(), null, "console", DIGEST, given, needed, remark(Action.APPROVED, null));
    }

    static By<DenyAction> deny() {
        return deny(null);
    }

    static By<DenyAction> deny(@Nullable String reason) {
        return who -> new DenyAction(ID, who.workspace(), who.id(), "console", reason);
    }

    static By<ActionDenied> denied() {
        return denied(null);
    }

    static By<ActionDenied> denied(@Nullable String reason) {
        return who -> new ActionDenied(ID, who.id(), null, "console", remark(Action.DENIED, reason));
    }

    static By<CancelAction> cancel() {
        return cancel(null);
    }

    static By<CancelAction> cancel(@Nullable String reason) {
        return who -> new CancelAction(ID, who.workspace(), who.id(), reason);
    }

    static By<ActionCancelled> cancelled() {
        return cancelled(null);
    }

    static By<ActionCancelled> cancelled(@Nullable String reason) {
        return who -> new ActionCancelled(ID, who.id(), remark(Action.CANCELLED, reason));
    }

    static ExpireAction expire() {
        return new ExpireAction(ID);
    }

    static ActionExpired expired() {
        return new ActionExpired(ID);
    }

    static ActionDelayed delayedUntil(Instant executeAt) {
        return new ActionDelayed(ID, verdict(Outcome.ALLOW), executeAt);
    }

    static StartDueAction startDue() {
        return new StartDueAction(ID);
    }

    static ActionCameDue cameDue() {
        return new ActionCameDue(ID);
    }

    static ActionHeld held(String switchName) {
        return new ActionHeld(ID, switchName, NOON.plus(WINDOW));
    }

    /** One switch, thrown long ago. */
    static Switches thrown(SwitchScope scope, String subject) {
        return workspace -> List.of(new KillSwitch(scope, subject, ANN.id(), NOON.minusSeconds(60), null));
    }

    static ActionGoneStale goneStale() {
        return new ActionGoneStale(ID, NOON.plus(WINDOW), sealed(ID, "action.gone_stale", new ActionContent.Drift(List.of("row 7"))));
    }

    // ---- doing ----

    static StartExecution startAfter(int attempt) {
        return new StartExecution(ID, attempt, NODE, VERSION);
    }

    static ExecutionStarted started(int attempt) {
        return started(attempt, NOON);
    }

    static ExecutionStarted started(int attempt, Instant at) {
        return new ExecutionStarted(ID, attempt, NODE, at.plus(TIMEOUT), VERSION);
    }

    static Attempt attempt(int number, Terms terms, Instant at, Instant firstStartedAt) {
        return new Attempt(ID, HERE, SCOUT.id(), BEN.id(), "mail:send", number, PARAMS, terms, null, at.plus(TIMEOUT).toEpochMilli(),
                firstStartedAt.toEpochMilli());
    }

    static RecordExecuted recordExecuted(int attempt) {
        return new RecordExecuted(ID, attempt, false, false, "{\"id\":\"m-1\"}", WAY_BACK);
    }

    static RecordExecuted recordExecutedWithoutWayBack(int attempt) {
        return new RecordExecuted(ID, attempt, false, false, "{\"id\":\"m-1\"}", null);
    }

    static ActionExecuted executed(int attempt) {
        return executed(attempt, true, WAY_BACK);
    }

    static ActionExecuted executed(int attempt, boolean undoable, @Nullable Rollback wayBack) {
        return new ActionExecuted(ID, attempt, false, false, undoable,
                sealed(ID, Action.EXECUTED, new ActionContent.Result("{\"id\":\"m-1\"}", wayBack)));
    }

    static RecordFailed recordFailed(int attempt) {
        return new RecordFailed(ID, attempt, "rejected", "The mailbox is full.", null);
    }

    static ActionFailed failed(int attempt) {
        return new ActionFailed(ID, attempt, "rejected", failure(Action.ENDED, "The mailbox is full."));
    }

    static RecordTimedOut recordTimedOut(int attempt) {
        return new RecordTimedOut(ID, attempt, "It took too long.");
    }

    static ActionTimedOut timedOut(int attempt) {
        return new ActionTimedOut(ID, attempt, failure(Action.ENDED, "It took too long."));
    }

    static RecordOutcomeUnknown recordOutcomeUnknown(int attempt) {
        return new RecordOutcomeUnknown(ID, attempt, "connection_lost", "The line went dead.");
    }

    static ActionOutcomeUnknown outcomeUnknown(int attempt) {
        return new ActionOutcomeUnknown(ID, attempt, "connection_lost", failure(Action.ENDED, "The line went dead."));
    }

    static By<ResolveOutcome> resolve(String resolution) {
        return who -> new ResolveOutcome(ID, who.workspace(), who.id(), resolution, "I looked");
    }

    static By<OutcomeResolved> resolved(String resolution) {
        return who -> new OutcomeResolved(ID, who.id(), resolution, remark(Action.RESOLVED, "I looked"));
    }

    // ---- undoing ----

    static By<RequestRollback> requestRollback() {
        return who -> new RequestRollback(ID, who.workspace(), who.id(), "wrong Ben");
    }

    static By<RollbackRequested> rollbackRequested() {
        return who -> new RollbackRequested(ID, who.id(), remark(Action.UNDO_REQUESTED, "wrong Ben"));
    }

    static StartRollback startRollbackAfter(int attempt) {
        return new StartRollback(ID, attempt, NODE);
    }

    static RollbackStarted rollbackStarted(int attempt) {
        return new RollbackStarted(ID, attempt, NODE, NOON.plus(TIMEOUT));
    }

    static Attempt undoing(int number) {
        return new Attempt(ID, HERE, SCOUT.id(), "system:auto", "mail:send", number, PARAMS, manual(), WAY_BACK, NOON.plus(TIMEOUT).toEpochMilli(),
                NOON.toEpochMilli());
    }

    static RecordRolledBack recordRolledBack(int attempt) {
        return new RecordRolledBack(ID, attempt, "{}");
    }

    static ActionRolledBack rolledBack(int attempt) {
        return new ActionRolledBack(ID, attempt, sealed(ID, Action.UNDONE, new ActionContent.Result("{}", null)));
    }

    static RecordRollbackFailed recordRollbackFailed(int attempt) {
        return new RecordRollbackFailed(ID, attempt, "rejected", "It was read already.");
    }

    static RollbackFailed rollbackFailed(int attempt) {
        return new RollbackFailed(ID, attempt, "rejected", failure(Action.UNDO_FAILED, "It was read already."));
    }

    private static Sealed remark(String place, @Nullable String text) {
        return sealed(ID, place, new Remark(text));
    }

    private static Sealed failure(String place, String error) {
        return sealed(ID, place, new ActionContent.Failure(error, null));
    }

    // ---- events of which only a part is the subject ----

    /** Exactly these events in this order. */
    @SafeVarargs
    static Matcher<List<EventMessage<?>>> exactly(Predicate<Object>... laws) {
        return matches(events -> events.size() == laws.length
                && IntStream.range(0, laws.length).allMatch(i -> laws[i].test(events.get(i).getPayload())));
    }

    static Predicate<Object> the(ActionEvent event) {
        return event::equals;
    }

    static <E extends ActionEvent> Predicate<Object> some(Class<E> type, Predicate<E> law) {
        return event -> type.isInstance(event) && law.test(type.cast(event));
    }

    static Predicate<Object> some(Class<? extends ActionEvent> type) {
        return type::isInstance;
    }
}

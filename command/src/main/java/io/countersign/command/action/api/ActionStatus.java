package io.countersign.command.action.api;

import java.util.Locale;

/** Where an action stands. The one state machine of the product; every view derives its words from here. */
public enum ActionStatus {
    /** Waits for a person. */
    PENDING("pending"),
    /** Waits for a person again: the world changed after it was approved. */
    STALE("pending"),
    /** Allowed, and will run at its time unless withdrawn. */
    SCHEDULED("pending"),
    /** Cleared, but a switch holds it back. */
    HELD("pending"),
    /** A person allowed it; about to run. */
    APPROVED("approved"),
    /** Rules allowed it; about to run. */
    AUTO_APPROVED("approved"),
    /** An attempt has been recorded; the effect may be under way. */
    EXECUTING("approved"),
    /** A worker outside has it, or may take it. */
    AWAITING_EXTERNAL("approved"),
    /** The caller may now do it, within the terms of the grant. */
    GRANTED("approved"),
    /** Done. */
    EXECUTED("executed"),
    /** The grant was used. */
    CONSUMED("executed"),
    /** It did not happen. */
    FAILED("failed"),
    /** It took too long and is known not to have happened. */
    TIMED_OUT("timed_out"),
    /** Nobody knows whether it happened; a person must look. */
    OUTCOME_UNKNOWN("failed"),
    /** A person said no. */
    DENIED("denied"),
    /** Nobody decided in time. */
    EXPIRED("timed_out"),
    /** The requester withdrew it. */
    CANCELLED("denied"),
    /** Rules said no. */
    BLOCKED("denied"),
    /** The grant ran out unused. */
    GRANT_EXPIRED("timed_out"),
    /** The grant was taken back. */
    REVOKED("denied"),
    /** Being undone. */
    ROLLING_BACK("executed"),
    /** Undone. */
    ROLLED_BACK("rolled_back"),
    /** Undoing failed; may be tried again. */
    ROLLBACK_FAILED("executed");

    private final String legacy;

    ActionStatus(String legacy) {
        this.legacy = legacy;
    }

    /** The name on the wire, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One of the eight names of the older interface; an executed automatic action says {@code auto_approved} there. */
    public String legacy(boolean automatic) {
        return automatic && "executed".equals(legacy) ? "auto_approved" : legacy;
    }

    /** A person can say yes or no now. */
    public boolean isDecidable() {
        return this == PENDING || this == STALE;
    }

    /** The requester can still withdraw it. */
    public boolean isCancellable() {
        return this == PENDING || this == STALE || this == SCHEDULED;
    }

    /** Cleared and waiting to be started by the gateway. */
    public boolean isCleared() {
        return this == APPROVED || this == AUTO_APPROVED;
    }

    /** An executed action, also one whose undoing failed, can be undone if it has a way back. */
    public boolean isUndoable() {
        return this == EXECUTED || this == ROLLBACK_FAILED;
    }

    /** Nothing more happens, and nobody needs its content any more. */
    public boolean isErasable() {
        return isSettled() && this != OUTCOME_UNKNOWN;
    }

    /** Nothing more happens by itself. */
    public boolean isSettled() {
        return switch (this) {
            case PENDING, STALE, SCHEDULED, HELD, APPROVED, AUTO_APPROVED, EXECUTING, AWAITING_EXTERNAL, GRANTED, ROLLING_BACK -> false;
            case EXECUTED, CONSUMED, FAILED, TIMED_OUT, OUTCOME_UNKNOWN, DENIED, EXPIRED, CANCELLED, BLOCKED, GRANT_EXPIRED, REVOKED,
                    ROLLED_BACK, ROLLBACK_FAILED -> true;
        };
    }
}

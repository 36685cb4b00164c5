package io.countersign.command.api;

import java.util.Locale;

/** Why a call was refused. The names are stable: clients match on {@link #code()}. The web maps each to one HTTP status. */
public enum RefusalCode {
    /** A parameter, filter or body is malformed. Details name each fault. */
    VALIDATION_ERROR,
    /** The decision word is missing or unknown. */
    INVALID_DECISION,
    /** The caller may not do this at all. */
    FORBIDDEN,
    /** The caller's role is lower than the action asks for. */
    INSUFFICIENT_ROLE,
    /** The requester may not decide this action. */
    SEPARATION_OF_DUTIES,
    /** The requester may decide this action, but not yet; details carry {@code available_at}. */
    COOLING_OFF,
    /** Whoever approves this action must type its phrase; details carry {@code confirmation_phrase}. */
    CONFIRMATION_REQUIRED,
    /** No such action, or it belongs to another workspace or agent. */
    NOT_FOUND,
    /** The action type does not exist, is disabled, or is not granted to this agent. */
    ACTION_UNKNOWN,
    /** The rules said no, and the caller wanted to be told so as a refusal. Details carry {@code action_id} and the verdict. */
    BLOCKED,
    /** Somebody decided first. Details carry the current state and who decided. */
    ALREADY_RESOLVED,
    /** The deadline won the race. Details as for {@link #ALREADY_RESOLVED}. */
    EXPIRED,
    /** Execution has begun or the action has ended: it can no longer be withdrawn. */
    NOT_CANCELLABLE,
    /** The action cannot be undone. */
    NOT_REVERSIBLE,
    /** The action is not in a state from which it can be undone. */
    ROLLBACK_CONFLICT,
    /** The action's outcome is known already, so there is nothing to resolve. */
    NOT_RESOLVABLE,
    /** The bytes the caller saw are not the bytes of this action. */
    STALE_VIEW,
    /** The change was based on another version than the one that stands; details carry {@code version}. */
    STALE_VERSION,
    /** It is built in: nobody changes it. */
    BUILT_IN,
    /** The name is taken. */
    NAME_EXISTS,
    /** The same idempotency key came with another body. */
    IDEMPOTENCY_CONFLICT,
    /** Too many calls; details say when to come back. */
    RATE_LIMITED,
    /** A body, parameter or list is larger than allowed. */
    PAYLOAD_TOO_LARGE,
    /** A kill switch has paused the caller or the workspace; details name it. */
    FROZEN,
    /** Well formed, but not one of those there are. */
    UNSUPPORTED,
    /** Deciding is not possible now, so nothing is allowed. */
    APPROVAL_SYSTEM_UNAVAILABLE;

    /** The code as clients see it, in snake case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}

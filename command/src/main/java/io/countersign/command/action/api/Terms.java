package io.countersign.command.action.api;

import io.countersign.command.principal.api.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The terms an action was asked for on, fixed at that moment: later changes of settings never loosen or tighten them.
 *
 * @param tier {@code immediate}, {@code delayed}, {@code staged} or {@code blocked}
 * @param mode how it is approved
 * @param profile who may decide, and how many it takes
 * @param execution who does it
 * @param executionClass what a crash between start and outcome means
 * @param timeoutMillis how long one attempt may take; at least 1
 * @param onTimeout what happens when nobody decides
 * @param reversible whether the type knows a way back
 * @param scope {@code external} when the effect leaves the house, else {@code internal}
 * @param source where the mode came from: {@code request}, {@code type}, {@code defaults}, {@code built-in} or {@code fallback}
 * @param catalogueVersion version of the entry these terms were taken from
 */
public record Terms(String tier, ApprovalMode mode, Profile profile, Execution execution, ExecutionClass executionClass,
        long timeoutMillis, OnTimeout onTimeout, boolean reversible, String scope, String source, String catalogueVersion) {

    /** The three modes of the older system. */
    public enum ApprovalMode {
        /** Runs at once. */
        AUTO("auto"),
        /** Waits for an analyst or stronger. */
        MANUAL("manual"),
        /** Waits for an admin who is not the requester. */
        ADMIN_ONLY("admin-only");

        private final String wire;

        ApprovalMode(String wire) {
            this.wire = wire;
        }

        /** As written in settings and on the wire. */
        public String wire() {
            return wire;
        }
    }

    /** Who does it once it is cleared. */
    public enum Execution {
        /** The gateway. */
        GATEWAY,
        /** The caller, with a grant. */
        CALLER,
        /** A worker outside that reports back. */
        EXTERNAL
    }

    /** What may be done when an attempt was started and no outcome was recorded. */
    public enum ExecutionClass {
        /** Try again with the same key and bytes. */
        IDEMPOTENT,
        /** Look whether it happened before anything else. */
        CHECKABLE,
        /** A person must find out. */
        ONCE
    }

    /** What silence means. */
    public enum OnTimeout {
        /** Nothing. */
        NEVER,
        /** The action expires. */
        EXPIRE,
        /** The action is allowed by time alone; only where the terms permit it. */
        AUTO_APPROVE
    }

    /**
     * Who may decide.
     *
     * @param minRole weakest role that may decide
     * @param minApprovals how many different people must agree; at least 1
     * @param distinctFromRequester the requester may neither approve nor deny
     * @param excludeAgentOwner the person who answers for the agent may not decide
     * @param allowedPrincipals if not empty, only these may decide
     * @param selfAfterSeconds the requester may decide after this time; null for the plain rule
     * @param confirmationPhrase must be typed; null for none
     * @param settleSeconds pause between approval and start; 0 for none
     */
    public record Profile(Role minRole, int minApprovals, boolean distinctFromRequester, boolean excludeAgentOwner,
            List<String> allowedPrincipals, @Nullable Integer selfAfterSeconds, @Nullable String confirmationPhrase, int settleSeconds) {

        /** One person of at least this role. */
        public static Profile of(Role minRole, boolean distinctFromRequester) {
            return new Profile(minRole, 1, distinctFromRequester, false, List.of(), null, null, 0);
        }
    }

    /** Allowed actions wait a while, in which they can be withdrawn. */
    public boolean waitsFirst() {
        return "delayed".equals(tier);
    }

    /** Name of the entry of the catalogue it was asked for through; empty when the type itself was. */
    public Optional<String> entry() {
        String name = catalogueVersion.substring(0, Math.max(0, catalogueVersion.lastIndexOf('/')));
        return name.isEmpty() || name.equals("built-in") ? Optional.empty() : Optional.of(name);
    }

    /** Time allowed for one attempt. */
    public Duration timeout() {
        return Duration.ofMillis(timeoutMillis);
    }

    /** When a request made now runs out, given the house rule. */
    public @Nullable Instant expiry(Instant now, Duration window) {
        return onTimeout == OnTimeout.NEVER ? null : now.plus(window);
    }
}

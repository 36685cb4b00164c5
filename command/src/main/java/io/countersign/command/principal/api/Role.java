package io.countersign.command.principal.api;

/** What a person may do, weakest first. Agents have no role: they only ask. */
public enum Role {
    /** Looks. */
    VIEWER,
    /** Decides what is in manual mode. */
    ANALYST,
    /** Decides everything, manages agents and people. */
    ADMIN,
    /** Also manages owners, keys and rules of last resort. */
    OWNER;

    /** True when this role includes what {@code other} may do. */
    public boolean atLeast(Role other) {
        return compareTo(other) >= 0;
    }
}

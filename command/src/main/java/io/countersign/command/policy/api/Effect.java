package io.countersign.command.policy.api;

import java.util.Locale;

/** What a rule wants when its condition holds; mildest first. */
public enum Effect {
    /** Stand in for the person who would be asked: a standing approval of whoever wrote it. */
    APPROVE,
    /** Run it, and say what looked odd. */
    WARN,
    /** Run it, but not at once: until then it can be withdrawn. */
    DELAY,
    /** Ask a person. */
    REQUIRE_APPROVAL,
    /** Refuse. */
    BLOCK;

    /** As written in a policy. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

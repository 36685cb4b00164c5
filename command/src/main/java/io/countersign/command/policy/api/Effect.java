package io.countersign.command.policy.api;

import io.countersign.command.action.api.Verdict.Outcome;
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

    /** What a request comes to that nothing else speaks of. */
    public Outcome outcome() {
        return switch (this) {
            case APPROVE -> Outcome.ALLOW;
            case WARN, DELAY -> Outcome.ALLOW_WITH_WARNINGS;
            case REQUIRE_APPROVAL -> Outcome.REQUIRE_APPROVAL;
            case BLOCK -> Outcome.BLOCK;
        };
    }

    /** As written in a policy. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.countersign.command.policy.api;

import java.util.Locale;

/** How bad it is when a rule's condition holds; harmless first. The weight enters the risk score. */
public enum Severity {
    /** Worth a note. */
    LOW(0.2),
    /** Worth a look afterwards. */
    MEDIUM(0.5),
    /** Worth a look before. */
    HIGH(0.8),
    /** Should not happen. */
    CRITICAL(1);

    private final double weight;

    Severity(double weight) {
        this.weight = weight;
    }

    /** 0 to 1. */
    public double weight() {
        return weight;
    }

    /** What a rule of this severity does when it does not say. */
    public Effect usualEffect() {
        return switch (this) {
            case CRITICAL -> Effect.BLOCK;
            case HIGH -> Effect.REQUIRE_APPROVAL;
            case MEDIUM, LOW -> Effect.WARN;
        };
    }

    /** As written in a policy. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.countersign.command.policy.api;

import io.countersign.command.action.api.Terms;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One condition and what it leads to.
 *
 * @param id unique in its policy; letters, digits, {@code _} and {@code -}, at most 64
 * @param name for people; null to go by the id
 * @param condition when
 * @param effect what then
 * @param delaySeconds 1 to 86,400 for {@link Effect#DELAY}; null otherwise
 * @param severity enters the risk score
 * @param confidence 0 to 1, enters the risk score
 * @param reason for people, at most 300 characters; {@code {match}} stands for what matched; null for a sentence made from the condition
 * @param profile who may decide, merged with that of the action to the stricter of each; null for the action's own
 * @param expiresAt the rule does not hold from this moment on; null for ever. {@link Effect#APPROVE} must have one
 * @param exemptions narrow cases in which the rule does not hold
 * @param reusable an approval serves for the same statement again
 * @param maxUses how often besides the first time, with {@code reusable}; null for no limit within its time
 * @param reuseSeconds for how long after the approval, with {@code reusable}: 60 to 2,592,000; null for as long as people have to decide
 */
public record Rule(String id, @Nullable String name, Condition condition, Effect effect, @Nullable Integer delaySeconds,
        Severity severity, double confidence, @Nullable String reason, Terms.@Nullable Profile profile, @Nullable Instant expiresAt,
        List<Exemption> exemptions, boolean reusable, @Nullable Integer maxUses, @Nullable Integer reuseSeconds) {

    /** Copies. */
    public Rule {
        exemptions = List.copyOf(exemptions);
    }

    /** One whose approvals serve for the usual time, if at all. */
    public Rule(String id, @Nullable String name, Condition condition, Effect effect, @Nullable Integer delaySeconds, Severity severity,
            double confidence, @Nullable String reason, Terms.@Nullable Profile profile, @Nullable Instant expiresAt, List<Exemption> exemptions,
            boolean reusable, @Nullable Integer maxUses) {
        this(id, name, condition, effect, delaySeconds, severity, confidence, reason, profile, expiresAt, exemptions, reusable, maxUses, null);
    }

    /**
     * A case in which a rule does not hold. One that cannot be decided exempts nothing.
     *
     * @param condition when
     * @param expiresAt exempts nothing from this moment on; null for ever
     * @param reason why, for people; null when nobody said
     */
    public record Exemption(Condition condition, @Nullable Instant expiresAt, @Nullable String reason) {}

    /** What people call it. */
    public String title() {
        return name == null ? id : name;
    }
}

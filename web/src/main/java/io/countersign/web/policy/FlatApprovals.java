package io.countersign.web.policy;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.policy.api.Rule;
import io.countersign.command.policy.api.Severity;
import io.countersign.query.action.api.ActionRow;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Approvals in the words of the older interface: flat rules, and requests in one of four statuses. */
public final class FlatApprovals {

    /** The origin that means all of them. */
    public static final String ANY = "any";

    private static final double CONFIDENCE = 0.85;

    private FlatApprovals() {}

    /** What a flat rule can be about. */
    public enum Kind {
        /** A statement touches a table. */
        TABLE,
        /** A statement reads or writes a column. */
        COLUMN,
        /** The planner expects more rows than a threshold. */
        COST,
        /** A statement goes to a data source. */
        DATASOURCE;

        /** As written there. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A policy of one rule that asks for approval, enforced and for everybody.
     *
     * @param pattern the table, column or data source; empty for {@link Kind#COST}
     * @param threshold rows from which on approval is needed; for {@link Kind#COST} alone
     * @param origin the one channel it looks at, or {@link #ANY}
     */
    public record FlatRule(Policy policy, String name, Kind kind, String pattern, @Nullable Long threshold, String origin) {

        /** In force. */
        public boolean enabled() {
            return policy.definition().enabled();
        }
    }

    /** What a policy is there; empty when it says more than a flat rule can. */
    public static Optional<FlatRule> rule(Policy policy) {
        var definition = policy.definition();
        if (policy.builtIn() || policy.retired() || definition.rules().size() != 1 || definition.agentId() != null
                || definition.mode() != Mode.ENFORCE || definition.origins().size() > 1) {
            return Optional.empty();
        }
        var rule = definition.rules().getFirst();
        var origin = definition.origins().isEmpty() ? ANY : definition.origins().getFirst();
        return rule.effect() != Effect.REQUIRE_APPROVAL ? Optional.empty() : Optional.ofNullable(switch (rule.condition()) {
            case Condition.Table c -> new FlatRule(policy, rule.title(), Kind.TABLE, c.name(), null, origin);
            case Condition.Column c -> new FlatRule(policy, rule.title(), Kind.COLUMN, c.name(), null, origin);
            case Condition.Datasource c -> new FlatRule(policy, rule.title(), Kind.DATASOURCE, c.name(), null, origin);
            case Condition.Cost c -> new FlatRule(policy, rule.title(), Kind.COST, "", c.threshold(), origin);
            default -> null;
        });
    }

    /** Origins a flat rule may name. */
    public static Set<String> origins() {
        var origins = new TreeSet<>(PolicyJson.ORIGINS);
        origins.add(ANY);
        return origins;
    }

    /** What a new flat rule is as a policy of the given id. */
    public static PolicyDefinition define(String policyId, String name, Kind kind, @Nullable String pattern, @Nullable Long threshold,
            boolean enabled, String origin) {
        var rule = new Rule("rule-1", name, condition(kind, pattern, threshold), Effect.REQUIRE_APPROVAL, null,
                Severity.HIGH, CONFIDENCE, null, null, null, List.of(), false, null);
        return new PolicyDefinition(slug(name, policyId), null, null, origins(origin), Mode.ENFORCE, enabled, false, List.of(), List.of(rule));
    }

    /** The policy of a flat rule, changed in what a flat rule can say; the rest of it, and its kind, stay. */
    public static PolicyDefinition change(FlatRule flat, String name, @Nullable String pattern, @Nullable Long threshold, boolean enabled,
            String origin) {
        var before = flat.policy().definition();
        var rule = before.rules().getFirst();
        var changed = new Rule(rule.id(), name.equals(rule.title()) ? rule.name() : name,
                condition(flat.kind(), pattern, threshold), rule.effect(), rule.delaySeconds(), rule.severity(), rule.confidence(), rule.reason(),
                rule.profile(), rule.expiresAt(), rule.exemptions(), rule.reusable(), rule.maxUses(), rule.reuseSeconds());
        return new PolicyDefinition(before.name(), before.description(), null, origins(origin), before.mode(), enabled, before.locked(),
                before.whitelistedDomains(), List.of(changed));
    }

    private static Condition condition(Kind kind, @Nullable String pattern, @Nullable Long threshold) {
        String name = Objects.requireNonNullElse(pattern, "");
        return switch (kind) {
            case TABLE -> new Condition.Table(name);
            case COLUMN -> new Condition.Column(name);
            case DATASOURCE -> new Condition.Datasource(name);
            case COST -> new Condition.Cost(Objects.requireNonNullElse(threshold, 1L));
        };
    }

    private static List<String> origins(String origin) {
        return origin.equals(ANY) ? List.of() : List.of(origin);
    }

    /** Names of rules repeat there, names of policies do not. */
    private static String slug(String name, String policyId) {
        var words = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        var cut = words.substring(0, Math.min(48, words.length())).replaceAll("-$", "");
        return (cut.isEmpty() ? "rule" : cut) + "-" + policyId.substring(policyId.length() - 12);
    }

    /** The four statuses there, and where our actions stand then. */
    public enum Status {
        /** It waits for a person. */
        PENDING(EnumSet.of(ActionStatus.PENDING, ActionStatus.STALE)),
        /** A person approved it, whatever became of it since. */
        APPROVED(EnumSet.of(ActionStatus.SCHEDULED, ActionStatus.HELD, ActionStatus.APPROVED, ActionStatus.EXECUTING,
                ActionStatus.AWAITING_EXTERNAL, ActionStatus.GRANTED, ActionStatus.EXECUTED, ActionStatus.CONSUMED, ActionStatus.FAILED,
                ActionStatus.TIMED_OUT, ActionStatus.OUTCOME_UNKNOWN, ActionStatus.GRANT_EXPIRED, ActionStatus.REVOKED,
                ActionStatus.ROLLING_BACK, ActionStatus.ROLLED_BACK, ActionStatus.ROLLBACK_FAILED, ActionStatus.BLOCKED)),
        /** A person said no, or it was withdrawn. */
        DENIED(EnumSet.of(ActionStatus.DENIED, ActionStatus.CANCELLED)),
        /** Nobody decided in time. */
        EXPIRED(EnumSet.of(ActionStatus.EXPIRED));

        private final Set<ActionStatus> ours;

        Status(Set<ActionStatus> ours) {
            this.ours = Set.copyOf(ours);
        }

        /** Where our actions stand then. */
        public Set<ActionStatus> ours() {
            return ours;
        }

        /** As written there. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** By its name there. */
        public static Optional<Status> named(String wire) {
            return Arrays.stream(values()).filter(status -> status.wire().equals(wire)).findFirst();
        }

        /** Empty when no person had a say in it. */
        public static Optional<Status> of(ActionRow row) {
            return row.automatic() ? Optional.empty() : Arrays.stream(values()).filter(status -> status.ours.contains(row.status())).findFirst();
        }
    }
}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.policy.api.Rule;
import io.countersign.command.policy.api.Severity;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A rule of the older interface: a policy of one rule that asks for approval, seen through its names. */
@Schema(name = "ApprovalRule")
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
record ApprovalRule(String id, @Schema(description = "The workspace") String orgId, String name,
        @Schema(description = "table, column, cost or datasource") String ruleType,
        @Schema(description = "Empty for cost") String pattern,
        @Schema(description = "For cost alone") @Nullable Long threshold, boolean enabled,
        @Schema(description = "any, or the one channel it looks at") String origin, Instant createdAt, Instant updatedAt) {

    static final Set<String> TYPES = Set.of("table", "column", "cost", "datasource");
    private static final String ANY = "any";
    private static final int LONGEST = 200;
    private static final double CONFIDENCE = 0.85;

    /** What a policy is to the older interface; empty when it says more than a rule there can. */
    static Optional<ApprovalRule> of(Policy policy) {
        var definition = policy.definition();
        if (policy.builtIn() || policy.retired() || definition.rules().size() != 1 || definition.agentId() != null
                || definition.mode() != Mode.ENFORCE || definition.origins().size() > 1) {
            return Optional.empty();
        }
        var rule = definition.rules().getFirst();
        String pattern = switch (rule.condition()) {
            case Condition.Table c -> c.name();
            case Condition.Column c -> c.name();
            case Condition.Datasource c -> c.name();
            case Condition.Cost c -> "";
            default -> null;
        };
        if (pattern == null || rule.effect() != Effect.REQUIRE_APPROVAL) {
            return Optional.empty();
        }
        return Optional.of(new ApprovalRule(policy.id(), policy.workspace(), rule.title(), rule.condition().type(), pattern,
                rule.condition() instanceof Condition.Cost cost ? cost.threshold() : null, definition.enabled(),
                definition.origins().isEmpty() ? ANY : definition.origins().getFirst(),
                Objects.requireNonNullElse(policy.createdAt(), Instant.EPOCH), Objects.requireNonNullElse(policy.changedAt(), Instant.EPOCH)));
    }

    /** What is written to make one. */
    @Schema(name = "NewApprovalRule", requiredProperties = {"name", "ruleType"}, additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Fresh(@Schema(maxLength = 200) String name,
            @Schema(allowableValues = {"table", "column", "cost", "datasource"}) String ruleType,
            @Schema(description = "The table, column or data source; not for cost", maxLength = 200) @Nullable String pattern,
            @Schema(description = "Rows from which on approval is needed; for cost alone", minimum = "1") @Nullable Long threshold,
            @Schema(defaultValue = "true") @Nullable Boolean enabled, @Schema(defaultValue = "any") @Nullable String origin) {

        static PolicyDefinition from(JsonBody body, String policyId) {
            var fresh = new Fresh(body.name("name", LONGEST).strip(), body.word("ruleType", TYPES), body.text("pattern", LONGEST),
                    body.integer("threshold", 1), body.choice("enabled"), body.wordIfGiven("origin", origins()));
            checkPair(body, fresh.ruleType(), fresh.pattern(), fresh.threshold());
            body.finish();
            var rule = new Rule("rule-1", fresh.name(), condition(fresh.ruleType(), fresh.pattern(), fresh.threshold()),
                    Effect.REQUIRE_APPROVAL, null, Severity.HIGH, CONFIDENCE, null, null, null, List.of(), false, null);
            return new PolicyDefinition(slug(fresh.name(), policyId), null, null, origins(fresh.origin()), Mode.ENFORCE,
                    !Boolean.FALSE.equals(fresh.enabled()), false, List.of(), List.of(rule));
        }
    }

    /** What is written to change one; what is absent stays. The type never changes. */
    @Schema(name = "ApprovalRuleChange", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Change(@Schema(maxLength = 200) @Nullable String name, @Schema(description = "Only the one it has") @Nullable String ruleType,
            @Schema(maxLength = 200) @Nullable String pattern, @Schema(minimum = "1") @Nullable Long threshold, @Nullable Boolean enabled,
            @Nullable String origin) {

        static PolicyDefinition from(JsonBody body, ApprovalRule before, PolicyDefinition definition) {
            var change = new Change(body.text("name", LONGEST), body.wordIfGiven("ruleType", Set.of(before.ruleType())),
                    body.text("pattern", LONGEST), body.integer("threshold", 1), body.choice("enabled"),
                    body.wordIfGiven("origin", origins()));
            var pattern = change.pattern() == null && !before.pattern().isEmpty() ? before.pattern() : change.pattern();
            var threshold = change.threshold() == null ? before.threshold() : change.threshold();
            checkPair(body, before.ruleType(), pattern, threshold);
            body.finish();
            var rule = definition.rules().getFirst();
            var changed = new Rule(rule.id(), change.name() == null ? rule.name() : change.name(),
                    condition(before.ruleType(), pattern, threshold), rule.effect(), rule.delaySeconds(), rule.severity(), rule.confidence(),
                    rule.reason(), rule.profile(), rule.expiresAt(), rule.exemptions(), rule.reusable(), rule.maxUses(), rule.reuseSeconds());
            return new PolicyDefinition(definition.name(), definition.description(), null,
                    change.origin() == null ? definition.origins() : origins(change.origin()), definition.mode(),
                    change.enabled() == null ? definition.enabled() : change.enabled(), definition.locked(), definition.whitelistedDomains(),
                    List.of(changed));
        }
    }

    private static void checkPair(JsonBody body, String type, @Nullable String pattern, @Nullable Long threshold) {
        if (type.equals("cost")) {
            if (pattern != null) {
                body.fault("pattern", "is not for rules about cost");
            }
            if (threshold == null) {
                body.fault("threshold", "is required for a rule about cost: a whole number, at least 1");
            }
        } else if (!type.isEmpty()) {
            if (pattern == null) {
                body.fault("pattern", "is required for a rule about a " + type);
            }
            if (threshold != null) {
                body.fault("threshold", "is for rules about cost alone");
            }
        }
    }

    private static Condition condition(String type, @Nullable String pattern, @Nullable Long threshold) {
        String name = Objects.requireNonNullElse(pattern, "");
        return switch (type) {
            case "table" -> new Condition.Table(name);
            case "column" -> new Condition.Column(name);
            case "datasource" -> new Condition.Datasource(name);
            default -> new Condition.Cost(Objects.requireNonNullElse(threshold, 1L));
        };
    }

    private static Set<String> origins() {
        var origins = new TreeSet<>(PolicyJson.ORIGINS);
        origins.add(ANY);
        return origins;
    }

    private static List<String> origins(@Nullable String origin) {
        return origin == null || origin.equals(ANY) ? List.of() : List.of(origin);
    }

    /** Names of rules repeat there, names of policies do not. */
    private static String slug(String name, String policyId) {
        var words = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        var cut = words.substring(0, Math.min(48, words.length())).replaceAll("-$", "");
        return (cut.isEmpty() ? "rule" : cut) + "-" + policyId.substring(policyId.length() - 12);
    }
}

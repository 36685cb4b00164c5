package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.web.policy.FlatApprovals;
import io.countersign.web.policy.FlatApprovals.Kind;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    private static final Set<String> TYPES = Arrays.stream(Kind.values()).map(Kind::wire).collect(Collectors.toUnmodifiableSet());
    private static final int LONGEST = 200;

    /** What a policy is to the older interface; empty when it says more than a rule there can. */
    static Optional<ApprovalRule> of(Policy policy) {
        return FlatApprovals.rule(policy).map(flat -> new ApprovalRule(policy.id(), policy.workspace(), flat.name(), flat.kind().wire(),
                flat.pattern(), flat.threshold(), flat.enabled(), flat.origin(), Objects.requireNonNullElse(policy.createdAt(), Instant.EPOCH),
                Objects.requireNonNullElse(policy.changedAt(), Instant.EPOCH)));
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
                    body.integer("threshold", 1), body.choice("enabled"), body.wordIfGiven("origin", FlatApprovals.origins()));
            checkPair(body, fresh.ruleType(), fresh.pattern(), fresh.threshold());
            body.finish();
            return FlatApprovals.define(policyId, fresh.name(), kind(fresh.ruleType()), fresh.pattern(), fresh.threshold(),
                    !Boolean.FALSE.equals(fresh.enabled()), Objects.requireNonNullElse(fresh.origin(), FlatApprovals.ANY));
        }
    }

    /** What is written to change one; what is absent stays. The type never changes. */
    @Schema(name = "ApprovalRuleChange", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Change(@Schema(maxLength = 200) @Nullable String name, @Schema(description = "Only the one it has") @Nullable String ruleType,
            @Schema(maxLength = 200) @Nullable String pattern, @Schema(minimum = "1") @Nullable Long threshold, @Nullable Boolean enabled,
            @Nullable String origin) {

        static PolicyDefinition from(JsonBody body, FlatApprovals.FlatRule before) {
            var change = new Change(body.text("name", LONGEST), body.wordIfGiven("ruleType", Set.of(before.kind().wire())),
                    body.text("pattern", LONGEST), body.integer("threshold", 1), body.choice("enabled"),
                    body.wordIfGiven("origin", FlatApprovals.origins()));
            var pattern = change.pattern() == null && !before.pattern().isEmpty() ? before.pattern() : change.pattern();
            var threshold = change.threshold() == null ? before.threshold() : change.threshold();
            checkPair(body, before.kind().wire(), pattern, threshold);
            body.finish();
            return FlatApprovals.change(before, Objects.requireNonNullElse(change.name(), before.name()), pattern, threshold,
                    Objects.requireNonNullElse(change.enabled(), before.enabled()), Objects.requireNonNullElse(change.origin(), before.origin()));
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

    private static Kind kind(String type) {
        return Kind.valueOf(type.toUpperCase(Locale.ROOT));
    }
}

package io.countersign.command.catalogue.api;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.principal.api.Role;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of the catalogue says.
 *
 * @param description for people and agents; at most 1,000 characters
 * @param type the action type it offers; null when somebody outside does it
 * @param tier decides what becomes of a call, unless {@code approval} is set
 * @param scope {@code external} when the effect leaves the house, else {@code internal}
 * @param approval null leaves it to the tier
 * @param requiredRole weakest role that may decide; null for what the mode implies
 * @param params if not empty, these replace the parameters of the type
 * @param schema JSON Schema in place of {@code params}; null for none
 * @param config what is fixed: parameters of the type that no call may set, and settings of the type; never a secret
 * @param delaySeconds how long a delayed call waits, 1 to 86,400
 * @param timeoutMillis time for one attempt; null for the house rule
 * @param ratePerMinute calls a minute, all agents together; null for no limit
 * @param reversible false takes the way back away; true only where the type has one
 * @param enabled false hides it from agents
 * @param agents ids of those who may call it; null for all
 */
public record EntryDefinition(String description, @Nullable String type, Tier tier, String scope, @Nullable ApprovalMode approval,
        @Nullable Role requiredRole, List<Param> params, @Nullable String schema, Map<String, String> config, int delaySeconds,
        @Nullable Long timeoutMillis, @Nullable Integer ratePerMinute, boolean reversible, boolean enabled, @Nullable List<String> agents) {

    /** How long a delayed call waits when nobody says otherwise. */
    public static final int DEFAULT_DELAY_SECONDS = 30;

    /** A parameter in the simple form: a text of up to 16,384 characters. */
    public record Param(String name, @Nullable String description, boolean required) {}

    /** Whether the entry says itself what a call may carry. */
    public boolean namesParameters() {
        return !params.isEmpty() || schema != null;
    }

    /** The same with another tier. */
    public EntryDefinition withTier(Tier other) {
        return new EntryDefinition(description, type, other, scope, approval, requiredRole, params, schema, config, delaySeconds, timeoutMillis,
                ratePerMinute, reversible, enabled, agents);
    }
}

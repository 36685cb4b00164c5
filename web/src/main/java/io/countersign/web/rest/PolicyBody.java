package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyJson;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A policy on the wire: what it says, and how it stands. */
@Schema(name = "Policy")
@JsonInclude(JsonInclude.Include.NON_NULL)
record PolicyBody(String id, @Schema(description = "One up with each change") long version,
        @Schema(description = "builtin or custom") String source,
        @Schema(description = "Out of force until it is restored") boolean retired,
        @JsonProperty("in_force") @Schema(description = "It decides, or watches, now") boolean inForce,
        @JsonProperty("created_at") @Nullable Instant createdAt, @JsonProperty("updated_at") @Nullable Instant updatedAt,
        @JsonProperty("changed_by") @Nullable String changedBy,
        @Schema(description = "name, description, agent, origins, mode, enabled, locked, whitelisted_domains, rules") @JsonAnyGetter
        Map<String, Object> definition) {

    static PolicyBody of(Policy policy) {
        return new PolicyBody(policy.id(), policy.version(), policy.builtIn() ? "builtin" : "custom", policy.retired(), policy.inForce(),
                policy.createdAt(), policy.changedAt(), policy.changedBy(), PolicyJson.write(policy.definition()));
    }
}

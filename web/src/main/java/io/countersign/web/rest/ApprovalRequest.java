package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** An action that a person had to decide, seen through the names of the older interface. */
@Schema(name = "ApprovalRequest")
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
record ApprovalRequest(String id, @Schema(description = "The workspace") String orgId,
        @Schema(description = "The policy that asked for approval, or the step, such as mode:manual") String ruleId, String ruleName,
        String requesterId, @Schema(description = "Of a person") @Nullable String requesterEmail,
        @Schema(description = "The statement; of other actions the line that describes them") String querySql,
        @Schema(description = "What the requester says; unverified") @Nullable String explanation,
        @Schema(description = "The environment group of the data source") @Nullable String connectionGroupId,
        List<String> tablesAccessed, List<String> columnsAccessed, @Nullable String origin,
        @Schema(description = "pending, approved, denied or expired") String status,
        @Nullable String reviewerId, @Nullable String reviewerEmail, @Nullable String reviewComment, @Nullable Instant reviewedAt,
        Instant createdAt, @Nullable Instant expiresAt) {}

package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.query.action.api.ActionRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
        Instant createdAt, @Nullable Instant expiresAt) {

    /** The four statuses there, and where our actions stand then. */
    enum Status {
        PENDING(EnumSet.of(ActionStatus.PENDING, ActionStatus.STALE)),
        APPROVED(EnumSet.of(ActionStatus.SCHEDULED, ActionStatus.HELD, ActionStatus.APPROVED, ActionStatus.EXECUTING,
                ActionStatus.AWAITING_EXTERNAL, ActionStatus.GRANTED, ActionStatus.EXECUTED, ActionStatus.CONSUMED, ActionStatus.FAILED,
                ActionStatus.TIMED_OUT, ActionStatus.OUTCOME_UNKNOWN, ActionStatus.GRANT_EXPIRED, ActionStatus.REVOKED,
                ActionStatus.ROLLING_BACK, ActionStatus.ROLLED_BACK, ActionStatus.ROLLBACK_FAILED, ActionStatus.BLOCKED)),
        DENIED(EnumSet.of(ActionStatus.DENIED, ActionStatus.CANCELLED)),
        EXPIRED(EnumSet.of(ActionStatus.EXPIRED));

        private final Set<ActionStatus> ours;

        Status(Set<ActionStatus> ours) {
            this.ours = ours;
        }

        Set<ActionStatus> ours() {
            return ours;
        }

        String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Empty when no person had a say in it. */
        static Optional<Status> of(ActionRow row) {
            return row.automatic() ? Optional.empty()
                    : Arrays.stream(values()).filter(status -> status.ours.contains(row.status())).findFirst();
        }

        static Set<String> names() {
            return Arrays.stream(values()).map(Status::wire).collect(Collectors.toUnmodifiableSet());
        }
    }
}

package io.countersign.query.audit.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event of the log.
 *
 * @param index place in the log
 * @param event logical name
 * @param family {@code action}, {@code principal}, {@code budget}, ...
 * @param actor principal id or {@code system:...}; null for none
 * @param subjectId the aggregate
 * @param actionType set for actions
 * @param status set for actions: the state after it, wire name
 */
public record AuditEntry(long index, String eventId, Instant at, String event, String family, @Nullable String actor, String workspace,
        String subjectId, @Nullable String actionType, @Nullable String status, @Nullable String origin, @Nullable String requestId) {}

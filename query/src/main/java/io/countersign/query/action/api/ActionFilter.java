package io.countersign.query.action.api;

import io.countersign.command.action.api.ActionStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which actions, newest first.
 *
 * @param statuses empty for all
 * @param automatic null for all; true for those decided by rules alone
 * @param actionType null for all
 * @param requesterId null for all the reader may see
 * @param conversationId null for all
 * @param limit 1 to 100
 * @param cursor from the previous page; null for the first
 */
public record ActionFilter(Set<ActionStatus> statuses, @Nullable Boolean automatic, @Nullable String actionType,
        @Nullable String requesterId, @Nullable String conversationId, int limit, @Nullable String cursor) {}

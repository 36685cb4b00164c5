package io.countersign.query.action.api;

import io.countersign.command.action.api.ActionStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which actions, newest first.
 *
 * @param statuses empty for all
 * @param automatic null for all; true for those decided by rules alone
 * @param action name of a type, or of the entry of the catalogue it was asked for through; null for all
 * @param requesterId null for all the reader may see
 * @param conversationId null for all
 * @param captured null for all; true for those that were captured instead of sent, false for those that really left
 * @param limit 1 to 100
 * @param cursor from the previous page; null for the first
 */
public record ActionFilter(Set<ActionStatus> statuses, @Nullable Boolean automatic, @Nullable String action,
        @Nullable String requesterId, @Nullable String conversationId, @Nullable Boolean captured, int limit, @Nullable String cursor) {}

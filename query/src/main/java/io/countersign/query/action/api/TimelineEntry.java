package io.countersign.query.action.api;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of an action's life, for people and for the event pane.
 *
 * @param name logical event name
 * @param lane who caused it: {@code agent}, {@code gateway}, {@code people} or {@code executor}
 * @param actor principal id or {@code system:...}
 * @param remark what a person wrote with it, opened; null if nothing
 * @param json the stored payload text, sealed parts as they are
 */
public record TimelineEntry(long index, long sequence, String eventId, String name, Instant at, String lane, @Nullable String actor,
        @Nullable String remark, @Nullable String requestId, String json, Map<String, String> metadata) {}

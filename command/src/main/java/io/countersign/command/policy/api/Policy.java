package io.countersign.command.policy.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A policy as it stands.
 *
 * @param id UUIDv7, or {@code builtin:<name>}
 * @param workspace whose it is; empty for a built-in one, which is everybody's
 * @param version counts from 1, one up with each change
 * @param definition what it says
 * @param retired no longer in force; keeps its name and can be restored
 * @param builtIn ours: always in force, never changed, never replaced
 * @param createdAt when it was defined; null for a built-in one
 * @param changedAt when this version began; null for a built-in one
 * @param changedBy principal who made this version; null for a built-in one
 */
public record Policy(String id, String workspace, long version, PolicyDefinition definition, boolean retired, boolean builtIn,
        @Nullable Instant createdAt, @Nullable Instant changedAt, @Nullable String changedBy) {

    /** What people call it. */
    public String name() {
        return definition.name();
    }

    /** It counts, or at least watches. */
    public boolean inForce() {
        return !retired && definition.enabled();
    }
}

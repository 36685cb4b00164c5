package io.countersign.command.settings.api;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.principal.api.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of action types, resolved per field: the type's own value, then the defaults, then the type's built-in, then the fallback.
 *
 * @param defaults for all types
 * @param types by type name
 * @param expiry how long a person has to decide; positive
 * @param gates what waits for a person in any case
 */
public record ActionSettings(Entry defaults, Map<String, Entry> types, Duration expiry, Gates gates, List<EffectiveSetting> sources) {

    /** Nothing set. */
    public static final Entry NONE = new Entry(null, null, null, null, null, null);

    /** Without gates. */
    public ActionSettings(Entry defaults, Map<String, Entry> types, Duration expiry, List<EffectiveSetting> sources) {
        this(defaults, types, expiry, Gates.OPEN, sources);
    }

    /**
     * What waits for a person, whatever entries, modes and standing approvals say.
     *
     * @param commits commits of git
     * @param undoing undoing an executed action, by whoever wants it
     */
    public record Gates(boolean commits, boolean undoing) {

        /** Nothing waits that would not anyway. */
        public static final Gates OPEN = new Gates(false, false);
    }

    /**
     * @param enabled null for true
     * @param requiredRole replaces the role that the mode implies
     * @param timeoutMillis positive
     * @param rateLimitPerMinute positive; null for none
     * @param maxPerConversation positive; null for none
     */
    public record Entry(@Nullable Boolean enabled, @Nullable ApprovalMode approval, @Nullable Role requiredRole,
            @Nullable Long timeoutMillis, @Nullable Integer rateLimitPerMinute, @Nullable Integer maxPerConversation) {}

    /** The entry of a type, never null. */
    public Entry of(String type) {
        return types.getOrDefault(type, NONE);
    }
}

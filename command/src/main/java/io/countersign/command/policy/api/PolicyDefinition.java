package io.countersign.command.policy.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says. Written and read as {@link PolicyJson} does, in events too.
 *
 * @param name letters, digits, {@code _} and {@code -}, at most 64; unique in its scope, without regard to case
 * @param description for people, at most 500 characters
 * @param agentId the one agent it is for; null for the whole workspace
 * @param origins channels it looks at; empty for all. A request of unknown origin is looked at by policies for all alone
 * @param mode whether it decides or only watches
 * @param enabled false: not in force
 * @param locked for a policy of the workspace: no policy of an agent takes its place
 * @param whitelistedDomains when every host in a request is one of these, or below one, this policy passes it over
 * @param rules 1 to 50, in the order of their writing
 */
public record PolicyDefinition(String name, @Nullable String description, @Nullable String agentId, List<String> origins, Mode mode,
        boolean enabled, boolean locked, List<String> whitelistedDomains, List<Rule> rules) {

    /** Copies. */
    public PolicyDefinition {
        origins = List.copyOf(origins);
        whitelistedDomains = List.copyOf(whitelistedDomains);
        rules = List.copyOf(rules);
    }

    /** Whether a policy decides or only watches. */
    public enum Mode {
        /** Its findings count. */
        ENFORCE,
        /** Its findings are recorded and shown, and change nothing. */
        SHADOW;

        /** As written in a policy. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads one that was valid when it was stored. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static PolicyDefinition stored(Map<String, @Nullable Object> written) {
        return PolicyJson.stored(written);
    }

    /** As written. */
    @JsonValue
    public Map<String, Object> written() {
        return PolicyJson.write(this);
    }
}

package io.countersign.web.connectors;

import io.countersign.command.killswitch.api.KillSwitch;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A family of action types that one executor does, and how it is doing.
 *
 * @param name as kill switches know it, such as {@code email}
 * @param types names of its action types
 * @param says why it is in this state, in one sentence
 * @param stops the switches that stop all of it or a part, the widest first
 * @param credentials what it needs to be let in, by name
 * @param entries of the catalogue that offer it
 * @param lastSuccess the newest action that happened; null when none has
 * @param lastError the newest action that did not, or of which nobody knows; null when there is none
 * @param inFlight how many are under way now
 * @param more there may be more under way than were counted
 */
public record Connector(String name, List<String> types, Health health, String says, List<KillSwitch> stops, List<Credential> credentials,
        List<String> entries, @Nullable Outcome lastSuccess, @Nullable Outcome lastError, long inFlight, boolean more) {

    /** The worst first. */
    public enum Health {
        /** A kill switch stops all of it. */
        PAUSED,
        /** The newest that was tried did not happen. */
        FAILING,
        /** What it needs to be let in is not there. */
        INCOMPLETE,
        /** It renders and keeps what it would send: a demo without credentials. */
        CAPTURING,
        /** The newest that was tried happened. */
        WORKING,
        /** Nothing was tried yet. */
        IDLE,
        /** No entry of the catalogue offers it, so nobody can ask. */
        NOT_OFFERED;

        /** The name on the wire, in lower case. */
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Something it needs to be let in. Never its value.
     *
     * @param source {@code environment} or {@code vault}
     */
    public record Credential(String name, String source, boolean present) {}

    /**
     * How one action ended.
     *
     * @param status as on the wire
     * @param error one masked sentence; null for nothing
     */
    public record Outcome(String actionId, String status, Instant at, @Nullable String error) {}

    /** Whether the switch of this very executor is thrown, which a person can release from its line. */
    public boolean isPausedByItself() {
        return stops.stream().anyMatch(one -> one.scope() == io.countersign.command.killswitch.api.SwitchScope.EXECUTOR && one.subject().equals(name));
    }
}

package io.countersign.command.killswitch.api;

import io.countersign.command.catalogue.api.ActionType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kill switches as they stand now, on every node. */
public interface Switches {

    /** Those that are thrown in a workspace, the widest first. */
    List<KillSwitch> thrown(String workspace);

    /** The widest that stops this; empty when it may go on. */
    default Optional<KillSwitch> stopping(String workspace, Subject of) {
        return thrown(workspace).stream().filter(thrown -> thrown.stops(of)).findFirst();
    }

    /**
     * What somebody wants done.
     *
     * @param connector who does it, such as {@code email} for {@code send_email}
     * @param entry name of the entry of the catalogue it was asked for through; null when the type itself was
     * @param scope {@code external} when the effect leaves the house
     */
    record Subject(String requesterId, String actionType, String connector, @Nullable String entry, String scope) {

        /** Who does it, and whom the name of the type names: a switch stops what is known to people by either. */
        public Set<String> connectors() {
            return new HashSet<>(List.of(connector, ActionType.connectorOf(actionType)));
        }
    }
}

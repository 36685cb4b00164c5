package io.countersign.command.killswitch.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a kill switch stops. The names are stored. */
public enum SwitchScope {
    /** Whatever this workspace does. */
    EVERYTHING,
    /** One {@link Category} of actions. */
    CATEGORY,
    /** What one agent asks for. The subject is its id. */
    AGENT,
    /** One action type. The subject is its name. */
    ACTION_TYPE,
    /** What one executor does. The subject is the connector, such as {@code email}. */
    EXECUTOR;

    /** The name on the wire, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope of this name on the wire. */
    public static Optional<SwitchScope> of(String wire) {
        return Arrays.stream(values()).filter(scope -> scope.wire().equals(wire)).findFirst();
    }
}

package io.countersign.command.principal.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key opens. Neither opens what the other does. */
public enum KeyScope {
    /** Asks for actions, and follows them. */
    ASK,
    /** Takes work that is to be done outside, and reports on it. */
    WORK;

    /** As written on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By its written name. */
    public static Optional<KeyScope> of(String wire) {
        return Arrays.stream(values()).filter(scope -> scope.wire().equals(wire)).findFirst();
    }
}

package io.countersign.command.catalogue.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of a call that nothing else stands against. The names are stored. */
public enum Tier {
    /** Runs in the call. */
    IMMEDIATE,
    /** Runs after a while, in which it can be withdrawn, or approved to run at once. */
    DELAYED,
    /** Waits for a person. */
    STAGED,
    /** Is recorded, and never runs. */
    BLOCKED;

    /** The name on the wire, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The tier of this name; {@code immediate_protected} is an older name of {@code immediate}. */
    public static Optional<Tier> of(String wire) {
        String name = wire.equals("immediate_protected") ? "immediate" : wire;
        return Arrays.stream(values()).filter(tier -> tier.wire().equals(name)).findFirst();
    }
}

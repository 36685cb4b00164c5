package io.countersign.command.reach.api;

import java.util.List;
import java.util.Locale;

/**
 * The hosts that the calls of one agent may choose.
 *
 * @param limited false: whatever the catalogue allows
 * @param hosts in small letters; {@code *.} in front stands for all hosts below, and not for the name itself
 */
public record Reach(boolean limited, List<String> hosts) {

    /** Of an agent that nobody limited. */
    public static final Reach UNLIMITED = new Reach(false, List.of());

    /** Whether a call may go there. */
    public boolean includes(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return !limited || hosts.stream().anyMatch(allowed -> allowed.startsWith("*.") ? name.endsWith(allowed.substring(1))
                && name.length() > allowed.length() - 1 : name.equals(allowed));
    }
}

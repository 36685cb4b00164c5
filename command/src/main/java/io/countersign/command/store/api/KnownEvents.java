package io.countersign.command.store.api;

import java.util.Set;

/** The names of all events that this version knows, whether they have occurred or not. */
public record KnownEvents(Set<String> names) {

    /** Whether this is the name of an event, or of a family: what stands before the point. */
    public boolean nameOrFamily(String word) {
        return names.contains(word) || names.stream().anyMatch(name -> name.startsWith(word + "."));
    }
}

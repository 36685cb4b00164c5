package io.countersign.command.catalogue.api;

import io.countersign.command.principal.api.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the catalogue of a workspace, in one of its versions.
 *
 * @param version counts from 1, and goes on when a removed entry is made again
 */
public record Entry(String workspace, String name, long version, EntryDefinition definition, Instant changedAt, @Nullable String changedBy) {

    /** How an action remembers what it was asked for on: {@code name/version}. */
    public String reference() {
        return name + "/" + version;
    }

    /** Whether this principal may call it. People may call all of their workspace. */
    public boolean isGrantedTo(Principal caller) {
        return !(caller instanceof Principal.Agent) || definition.agents() == null || definition.agents().contains(caller.id());
    }
}

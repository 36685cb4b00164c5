package io.countersign.query.action.api;

import io.countersign.command.principal.api.Role;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, from authentication. An agent sees its own actions; a person sees the whole workspace; nobody sees another workspace.
 *
 * @param role null for an agent
 */
public record Reader(String principalId, String workspace, @Nullable Role role) {

    /** True for an agent. */
    public boolean isAgent() {
        return role == null;
    }
}

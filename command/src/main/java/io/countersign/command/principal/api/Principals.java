package io.countersign.command.principal.api;

import java.util.List;
import java.util.Optional;

/**
 * The directory of people and agents, current on every node: each call compares the node's copy with the epoch in the database.
 *
 * <p>Every method throws {@link io.countersign.command.api.Refused} with {@code approval_system_unavailable} when that cannot be checked.
 */
public interface Principals {

    /** By id, in any workspace. */
    Optional<Principal> byId(String id);

    /** A person by e-mail address, compared without case. */
    Optional<Principal.Person> byEmail(String email);

    /** The agent that holds a key with this public part, whether the key is still usable or not. */
    Optional<Principal.Agent> byKeyId(String keyId);

    /** All people of a workspace, by name. */
    List<Principal.Person> people(String workspace);

    /** All agents of a workspace, by name. */
    List<Principal.Agent> agents(String workspace);
}

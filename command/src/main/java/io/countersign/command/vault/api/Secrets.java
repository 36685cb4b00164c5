package io.countersign.command.vault.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The secrets as they stand now, on every node. */
public interface Secrets {

    /** All of a workspace, by name. */
    List<Secret> all(String workspace);

    /** One by its exact name. */
    default Optional<Secret> byName(String workspace, String name) {
        return all(workspace).stream().filter(secret -> secret.name().equals(name)).findFirst();
    }

    /** When each was last given to an executor, by name; those never used are absent. */
    Map<String, Instant> lastUsed(String workspace);

    /**
     * Takes a secret out, for an executor that is about to send it. Empty when there is none of this name.
     *
     * @throws VaultLocked when the box cannot be opened
     */
    Optional<SecretText> take(String workspace, String name);

    /**
     * Seals all values of a workspace anew, each under a fresh key that the master key of now wraps. Readers are not disturbed.
     *
     * @return how many
     * @throws VaultLocked when a box cannot be opened; those before it are done
     */
    int reseal(String workspace);
}

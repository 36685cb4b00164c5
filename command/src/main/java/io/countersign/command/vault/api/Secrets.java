package io.countersign.command.vault.api;

import java.io.Serial;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
     * What a secret is taken out for.
     *
     * @param attempt its number
     * @param undo an attempt to undo the action
     * @param host where it will be sent, with {@code :port} where it is not the usual one; null when the secret is itself the address,
     *     or only a plug-in knows
     */
    record Use(String actionId, int attempt, boolean undo, @Nullable String host) {}

    /** The use of a secret cannot be put on the log, so the secret is not handed out. */
    final class Unrecorded extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        /** Names what went wrong. */
        public Unrecorded(RuntimeException cause) {
            super("The use of a secret could not be recorded", cause);
        }
    }

    /**
     * The same, after it was put on the log what for: once for each attempt, secret and host.
     *
     * @throws VaultLocked when the box cannot be opened
     * @throws Unrecorded when that cannot be put on the log
     */
    default Optional<SecretText> take(String workspace, String name, Use use) {
        return take(workspace, name);
    }

    /**
     * Seals all values of a workspace anew, each under a fresh key that the master key of now wraps. Readers are not disturbed.
     *
     * @return how many
     * @throws VaultLocked when a box cannot be opened; those before it are done
     */
    int reseal(String workspace);
}

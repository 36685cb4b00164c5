package io.countersign.command.vault.api;

import java.io.Serial;

/** A secret is there and cannot be opened: the master key is another one, or the box was changed or moved. Nothing else is affected. */
public final class VaultLocked extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Names the secret, never its value. */
    public VaultLocked(String name) {
        super("The secret " + name + " cannot be opened: COUNTERSIGN_MASTER_KEY is not the key it was sealed under, or the stored box was "
                + "changed. Give the former key in COUNTERSIGN_MASTER_KEY_PREVIOUS, or set the secret again.", null, false, false);
    }
}

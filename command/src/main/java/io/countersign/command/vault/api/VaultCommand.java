package io.countersign.command.vault.api;

import java.util.List;
import java.util.Map;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What admins do with the vault. Who does it stands in the metadata as {@code actor}. */
public sealed interface VaultCommand {

    /** The secrets of this workspace. */
    String workspace();

    /** The id of the vault of the workspace. */
    @TargetAggregateIdentifier
    default String vaultId() {
        return "vault/" + workspace();
    }

    /**
     * Puts values in. Answers with {@link Kept}.
     *
     * @param values by name: letters, digits and underscores, at most 100; at most 1,000 secrets in a workspace
     * @param overwrite false: what is there already stays as it is
     */
    record KeepSecrets(String workspace, Map<String, SecretText> values, boolean overwrite) implements VaultCommand {}

    /** Takes a secret away for good. Nothing happens when there is none. */
    record RemoveSecret(String workspace, String name) implements VaultCommand {}

    /** Ties a secret to one far side, or to none with null. */
    record BindSecret(String workspace, String name, Secret.@Nullable Binding binding) implements VaultCommand {}

    /** Answer to {@link KeepSecrets}: which names were set, and which were left as they are. */
    record Kept(List<String> set, List<String> skipped) {}
}

package io.countersign.command.vault.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to the vault of a workspace. No event holds a value, or anything that follows from one. */
public sealed interface VaultEvent {

    /** The vault of the workspace. */
    String vaultId();

    /** The secret concerned. */
    String name();

    /** A value was set. It lies sealed under {@code boxId}, outside the log. */
    @EventName("vault.secret_set")
    @Revision("1")
    record SecretSet(String vaultId, String workspace, String name, String boxId) implements VaultEvent {}

    /** It was taken away. */
    @EventName("vault.secret_removed")
    @Revision("1")
    record SecretRemoved(String vaultId, String workspace, String name) implements VaultEvent {}

    /** It may be sent to this host only, in this header. */
    @EventName("vault.secret_bound")
    @Revision("1")
    record SecretBound(String vaultId, String workspace, String name, Secret.Binding binding) implements VaultEvent {}

    /** It is tied to no host any more. */
    @EventName("vault.secret_unbound")
    @Revision("1")
    record SecretUnbound(String vaultId, String workspace, String name) implements VaultEvent {}
}

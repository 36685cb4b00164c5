package io.countersign.command.principal.api;

import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import java.time.Instant;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/** What happened to a person or an agent. Names, addresses and password hashes are sealed under the principal's own key. */
public sealed interface PrincipalEvent {

    /** The principal concerned. */
    String principalId();

    /** A person was added; {@code identity} seals {@link PersonIdentity}. */
    @EventName("principal.person_added")
    @Revision("1")
    record PersonAdded(String principalId, String workspace, Role role, Sealed identity) implements PrincipalEvent {}

    /** A person's role changed. */
    @EventName("principal.role_changed")
    @Revision("1")
    record RoleChanged(String principalId, Role from, Role to) implements PrincipalEvent {}

    /** A person has another password; {@code credential} seals {@link Credential}. */
    @EventName("principal.password_changed")
    @Revision("1")
    record PasswordChanged(String principalId, Sealed credential) implements PrincipalEvent {}

    /** An agent was created; {@code identity} seals {@link AgentIdentity}. */
    @EventName("principal.agent_created")
    @Revision("1")
    record AgentCreated(String principalId, String workspace, @Nullable String ownerId, Sealed identity) implements PrincipalEvent {}

    /** An agent holds a new key. The secret has 256 random bits, so its hash tells nothing. Without a scope it asks. */
    @EventName("principal.key_issued")
    @Revision("2")
    record KeyIssued(String principalId, String keyId, String secretHash, @Nullable Instant expiresAt, @Nullable KeyScope scope)
            implements PrincipalEvent {}

    /** A key ended. */
    @EventName("principal.key_revoked")
    @Revision("1")
    record KeyRevoked(String principalId, String keyId) implements PrincipalEvent {}

    /** The principal can no longer authenticate. */
    @EventName("principal.disabled")
    @Revision("1")
    record PrincipalDisabled(String principalId) implements PrincipalEvent {}

    /** The principal can authenticate again. */
    @EventName("principal.enabled")
    @Revision("1")
    record PrincipalEnabled(String principalId) implements PrincipalEvent {}

    /**
     * Who this was is gone: the data key was destroyed in the same append. All access ended with it.
     *
     * @param reason seals {@link ErasureReason} under a key of its own
     */
    @EventName("principal.erased")
    @Revision("1")
    record PrincipalErased(String principalId, Sealed reason) implements PrincipalEvent {}

    /** Sealed in {@link PrincipalErased}. */
    record ErasureReason(String text) {}

    /** Sealed in {@link PersonAdded}. */
    record PersonIdentity(String name, String email, @Nullable String passwordHash) {}

    /** Sealed in {@link AgentCreated}. */
    record AgentIdentity(String name) {}

    /** Sealed in {@link PasswordChanged}. */
    record Credential(String passwordHash) {}
}

package io.countersign.command.access.api;

import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What was noted about access: it changes nothing, and decides nothing. Each stands alone in a stream of its own. Who, from where and under
 * which request id stand in the metadata.
 */
public sealed interface AccessEvent {

    /** The note. */
    String accessId();

    /** Somebody signed in. {@code channel} is {@code console} or {@code api}. */
    @EventName("access.signed_in")
    @Revision("1")
    record SignedIn(String accessId, String channel) implements AccessEvent {}

    /**
     * Somebody could not sign in.
     *
     * @param principalId whose account it was; null when there is none
     * @param cause {@code refused} or {@code throttled}
     * @param tried seals {@link Tried}, under the key of the one whose account it was, or under a key of its own
     */
    @EventName("access.sign_in_failed")
    @Revision("1")
    record SignInFailed(String accessId, @Nullable String principalId, String channel, String cause, Sealed tried)
            implements AccessEvent {}

    /**
     * A call was refused because of who called.
     *
     * @param code why, such as {@code insufficient_role}
     * @param call what was called, such as {@code POST /api/v1/actions/{id}/approve}
     * @param target the id in the call; null for none
     */
    @EventName("access.refused")
    @Revision("1")
    record CallRefused(String accessId, String code, String call, @Nullable String target) implements AccessEvent {}

    /**
     * A person opened what was asked for.
     *
     * @param target the action
     * @param how {@code opened}, {@code explained} or {@code proved}
     */
    @EventName("access.content_read")
    @Revision("1")
    record ContentRead(String accessId, String target, String how) implements AccessEvent {}

    /**
     * A person took a part of the log elsewhere.
     *
     * @param what {@code bundle} or {@code audit}
     */
    @EventName("access.log_exported")
    @Revision("1")
    record LogExported(String accessId, String what) implements AccessEvent {}

    /** A key came into use, on some node, after an hour or more of rest. */
    @EventName("access.key_used")
    @Revision("1")
    record KeyUsed(String accessId, String keyId) implements AccessEvent {}

    /**
     * An attempt at an action was given a secret of the vault. On the log before the secret is handed out; once for each attempt, secret and host.
     *
     * @param secret its name
     * @param host where it was to be sent, with {@code :port} where it is not the usual one; null when the secret is itself the address
     * @param attempt the number of the attempt
     * @param purpose {@code execute} or {@code undo}
     */
    @EventName("access.secret_used")
    @Revision("1")
    record SecretUsed(String accessId, String secret, @Nullable String host, String actionId, int attempt, String purpose) implements AccessEvent {}

    /** Sealed in {@link SignInFailed}: what was typed as e-mail address, and the address it came from. */
    record Tried(String email, @Nullable String address) {}
}

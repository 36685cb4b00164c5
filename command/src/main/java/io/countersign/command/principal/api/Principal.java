package io.countersign.command.principal.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A person or an agent as the directory knows it now. */
public sealed interface Principal {

    /** UUIDv7; the only thing about a principal that stands in clear in an event. */
    String id();

    /** The workspace it belongs to. */
    String workspace();

    /** What people call it. "erased" after erasure. */
    String name();

    /** Who it was is no longer known. */
    default boolean erased() {
        return switch (this) {
            case Person person -> person.email().equals("erased-" + id());
            case Agent agent -> agent.name().equals("erased") && !agent.enabled();
        };
    }

    /** False once disabled: it can no longer authenticate. */
    boolean enabled();

    /** Somebody who signs in and decides. */
    record Person(String id, String workspace, String name, String email, Role role, boolean enabled, @Nullable String passwordHash,
            Instant createdAt) implements Principal {
        @Override
        public String toString() {
            return "Person[" + id + ", " + role + "]";
        }
    }

    /** A program that asks. It can never decide or change anything. */
    record Agent(String id, String workspace, String name, @Nullable String ownerId, boolean enabled, List<Key> keys, Instant createdAt)
            implements Principal {}

    /**
     * One API key of an agent.
     *
     * @param id public part, shown in lists
     * @param secretHash hex SHA-256 of the secret part
     * @param scope what it opens
     */
    record Key(String id, String secretHash, Instant issuedAt, @Nullable Instant expiresAt, @Nullable Instant revokedAt, KeyScope scope) {
        /** True when the key may be used at this moment. */
        public boolean usableAt(Instant now) {
            return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
        }

        @Override
        public String toString() {
            return "Key[" + id + "]";
        }
    }
}

package io.countersign.command.principal.api;

import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked of a principal. The one who asks travels as metadata and is checked: only admins manage, only owners manage owners. */
public sealed interface PrincipalCommand {

    /** The principal concerned. */
    String principalId();

    /** Adds a person. {@code passwordHash} is an encoded hash, never a password. Names and addresses are unique in a workspace. */
    record AddPerson(@TargetAggregateIdentifier String principalId, String workspace, String name, String email, Role role,
            @Nullable String passwordHash) implements PrincipalCommand {}

    /** Gives a person another role. */
    record ChangeRole(@TargetAggregateIdentifier String principalId, Role role) implements PrincipalCommand {}

    /** Replaces a person's password hash. */
    record ChangePassword(@TargetAggregateIdentifier String principalId, String passwordHash) implements PrincipalCommand {}

    /** Adds an agent; {@code ownerId} is the person who answers for it. */
    record CreateAgent(@TargetAggregateIdentifier String principalId, String workspace, String name, @Nullable String ownerId)
            implements PrincipalCommand {}

    /** Adds a key to an agent. {@code secretHash} is the hex SHA-256 of its secret part. */
    record IssueKey(@TargetAggregateIdentifier String principalId, String keyId, String secretHash, @Nullable Instant expiresAt,
            KeyScope scope) implements PrincipalCommand {

        /** A key that asks. */
        public IssueKey(String principalId, String keyId, String secretHash, @Nullable Instant expiresAt) {
            this(principalId, keyId, secretHash, expiresAt, KeyScope.ASK);
        }
    }

    /** Ends a key at once. Ending an ended key changes nothing. */
    record RevokeKey(@TargetAggregateIdentifier String principalId, String keyId) implements PrincipalCommand {}

    /** Ends all access of a principal. */
    record DisablePrincipal(@TargetAggregateIdentifier String principalId) implements PrincipalCommand {}

    /** Erases for good who this was, and ends all access. {@code reason} is kept, so it should name a request and not a person. */
    record ErasePrincipal(@TargetAggregateIdentifier String principalId, String reason) implements PrincipalCommand {}

    /** Lets a disabled principal in again. */
    record EnablePrincipal(@TargetAggregateIdentifier String principalId) implements PrincipalCommand {}
}

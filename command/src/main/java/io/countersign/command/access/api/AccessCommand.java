package io.countersign.command.access.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What is put on the log about access. The web says it about those it has authenticated, or has not. */
public sealed interface AccessCommand {

    /** A new id. */
    String accessId();

    /** Where it is noted. */
    String workspace();

    /** Somebody signed in. */
    record NoteSignIn(@TargetAggregateIdentifier String accessId, String workspace, String channel) implements AccessCommand {}

    /** Somebody could not. */
    record NoteFailedSignIn(@TargetAggregateIdentifier String accessId, String workspace, @Nullable String principalId, String channel,
            String cause, String email, @Nullable String address) implements AccessCommand {

        @Override
        public String toString() {
            return "NoteFailedSignIn[" + accessId + "]";
        }
    }

    /** A call was refused because of who called. */
    record NoteRefusal(@TargetAggregateIdentifier String accessId, String workspace, String code, String call, @Nullable String target)
            implements AccessCommand {}

    /** A person opened what was asked for. */
    record NoteReading(@TargetAggregateIdentifier String accessId, String workspace, String target, String how) implements AccessCommand {}

    /** A person took a part of the log elsewhere. */
    record NoteExport(@TargetAggregateIdentifier String accessId, String workspace, String what) implements AccessCommand {}

    /** An attempt at an action is about to be given a secret. */
    record NoteSecretUse(@TargetAggregateIdentifier String accessId, String workspace, String secret, @Nullable String host, String actionId,
            int attempt, String purpose) implements AccessCommand {}

    /** A key came into use. */
    record NoteKeyUse(@TargetAggregateIdentifier String accessId, String workspace, String keyId) implements AccessCommand {}
}

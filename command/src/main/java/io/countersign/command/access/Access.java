package io.countersign.command.access;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.access.api.AccessCommand;
import io.countersign.command.access.api.AccessCommand.NoteExport;
import io.countersign.command.access.api.AccessCommand.NoteFailedSignIn;
import io.countersign.command.access.api.AccessCommand.NoteKeyUse;
import io.countersign.command.access.api.AccessCommand.NoteReading;
import io.countersign.command.access.api.AccessCommand.NoteRefusal;
import io.countersign.command.access.api.AccessCommand.NoteSecretUse;
import io.countersign.command.access.api.AccessCommand.NoteSignIn;
import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.access.api.AccessEvent.CallRefused;
import io.countersign.command.access.api.AccessEvent.ContentRead;
import io.countersign.command.access.api.AccessEvent.KeyUsed;
import io.countersign.command.access.api.AccessEvent.LogExported;
import io.countersign.command.access.api.AccessEvent.SecretUsed;
import io.countersign.command.access.api.AccessEvent.SignInFailed;
import io.countersign.command.access.api.AccessEvent.SignedIn;
import io.countersign.command.access.api.AccessEvent.Tried;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** One note about access. It is never touched again. */
@Aggregate(type = "Access")
class Access {

    private static final String TRIED = "access.sign_in_failed";
    private static final int LONGEST = 254;

    @AggregateIdentifier
    private String id = null; // until the first event names it

    Access() {
        // for Axon
    }

    @CommandHandler
    Access(NoteSignIn c) {
        happened(new SignedIn(c.accessId(), c.channel()), c);
    }

    @CommandHandler
    Access(NoteFailedSignIn c, Keyring keyring) {
        happened(new SignInFailed(c.accessId(), c.principalId(), c.channel(), c.cause(), tried(c, keyring)), c);
    }

    @CommandHandler
    Access(NoteRefusal c) {
        happened(new CallRefused(c.accessId(), c.code(), c.call(), shortened(c.target())), c);
    }

    @CommandHandler
    Access(NoteReading c) {
        happened(new ContentRead(c.accessId(), c.target(), c.how()), c);
    }

    @CommandHandler
    Access(NoteExport c) {
        happened(new LogExported(c.accessId(), c.what()), c);
    }

    @CommandHandler
    Access(NoteKeyUse c) {
        happened(new KeyUsed(c.accessId(), c.keyId()), c);
    }

    @CommandHandler
    Access(NoteSecretUse c) {
        happened(new SecretUsed(c.accessId(), c.secret(), c.host(), c.actionId(), c.attempt(), c.purpose()), c);
    }

    private static Sealed tried(NoteFailedSignIn c, Keyring keyring) {
        String key = c.principalId() == null ? c.accessId() : c.principalId();
        if (c.principalId() == null) {
            keyring.create(key);
        }
        return keyring.seal(key, TRIED, new Tried(String.valueOf(shortened(c.email())), c.address()));
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private static void happened(AccessEvent event, AccessCommand c) {
        apply(event, MetaData.with("workspace", c.workspace()));
    }

    @EventSourcingHandler
    void evolve(AccessEvent event) {
        id = event.accessId();
    }
}

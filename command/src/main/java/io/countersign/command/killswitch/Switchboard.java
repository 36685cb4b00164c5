package io.countersign.command.killswitch;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ReleaseSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ThrowSwitch;
import io.countersign.command.killswitch.api.SwitchEvent;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Tripwire;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import java.util.HashSet;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The kill switches of one workspace. Only an admin touches them; throwing what is thrown, or releasing what is not, changes nothing. */
@Aggregate(type = "Switchboard")
class Switchboard {

    static final String REASON = "switch.reason";

    private static final int LONGEST_REASON = 1_000;

    @AggregateIdentifier
    private @Nullable String id; // null until the first event names it

    private final Set<String> thrown = new HashSet<>();

    Switchboard() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(ThrowSwitch c, @MetaDataValue("actor") @Nullable String actor, Principals principals, ActionTypes types, Entries entries,
            Keyring keyring) {
        String person = Authority.admin(principals, actor, c.workspace());
        Levers.mustExist(c.workspace(), c.scope(), c.subject(), principals, types, entries);
        if (!thrown.contains(KillSwitch.nameOf(c.scope(), c.subject()))) {
            happened(new SwitchThrown(c.switchboardId(), c.workspace(), c.scope(), c.subject(), person, sealed(c.switchboardId(), c.reason(), keyring)),
                    c.workspace());
        }
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(ReleaseSwitch c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Keyring keyring) {
        String person = Authority.admin(principals, actor, c.workspace());
        if (thrown.contains(KillSwitch.nameOf(c.scope(), c.subject()))) {
            happened(new SwitchReleased(c.switchboardId(), c.workspace(), c.scope(), c.subject(), person, sealed(c.switchboardId(), c.reason(), keyring)),
                    c.workspace());
        }
    }

    /** A rule was broken. */
    void trip(String workspace, SwitchScope scope, String subject, String cause, Keyring keyring) {
        if (!thrown.contains(KillSwitch.nameOf(scope, subject))) {
            String boardId = "switchboard/" + workspace;
            happened(new SwitchThrown(boardId, workspace, scope, subject, Tripwire.ACTOR, sealed(boardId, cause, keyring)), workspace);
        }
    }

    private static void must(boolean law, RefusalCode code, String otherwise) {
        if (!law) {
            throw new Refused(code, otherwise);
        }
    }

    private Sealed sealed(String boardId, @Nullable String reason, Keyring keyring) {
        String trimmed = reason == null || reason.isBlank() ? null : reason.strip();
        must(trimmed == null || trimmed.length() <= LONGEST_REASON, RefusalCode.VALIDATION_ERROR, "A reason has at most 1,000 characters.");
        if (id == null) {
            keyring.create(boardId);
        }
        return keyring.seal(boardId, REASON, new SwitchEvent.Reason(trimmed));
    }

    private static void happened(SwitchEvent event, String workspace) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(SwitchEvent event) {
        id = event.switchboardId();
        switch (event) {
            case SwitchThrown e -> thrown.add(KillSwitch.nameOf(e.scope(), e.subject()));
            case SwitchReleased e -> thrown.remove(KillSwitch.nameOf(e.scope(), e.subject()));
        }
    }
}

package io.countersign.command.killswitch;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.killswitch.api.Category;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Tripwire;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** The switches there are, and throwing them by rule. */
@Component
class Levers implements Tripwire {

    private final Repository<Switchboard> boards;
    private final Principals principals;
    private final ActionTypes types;
    private final Entries entries;
    private final Keyring keyring;

    Levers(Repository<Switchboard> boards, Principals principals, ActionTypes types, Entries entries, Keyring keyring) {
        this.boards = boards;
        this.principals = principals;
        this.types = types;
        this.entries = entries;
        this.keyring = keyring;
    }

    @Override
    public void mustExist(String workspace, SwitchScope scope, String subject) {
        mustExist(workspace, scope, subject, principals, types, entries);
    }

    @Override
    public void trip(String workspace, SwitchScope scope, String subject, String cause) {
        try {
            boards.loadOrCreate("switchboard/" + workspace, Switchboard::new)
                    .execute(board -> board.trip(workspace, scope, subject, cause, keyring));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void mustExist(String workspace, SwitchScope scope, String subject, Principals principals, ActionTypes types, Entries entries) {
        switch (scope) {
            case EVERYTHING -> must(subject.isEmpty(), RefusalCode.VALIDATION_ERROR, "The switch for everything has no subject.");
            case CATEGORY -> must(Category.of(subject).isPresent(), RefusalCode.UNSUPPORTED,
                    "There is no such category. The categories are listed at GET /api/v1/switches.");
            case AGENT -> must(principals.byId(subject).filter(Agent.class::isInstance)
                    .filter(agent -> agent.workspace().equals(workspace)).isPresent(), RefusalCode.NOT_FOUND, "There is no such agent.");
            case ACTION_TYPE -> must(types.byName(subject).isPresent() || entries.byName(workspace, subject).isPresent(),
                    RefusalCode.ACTION_UNKNOWN, "There is no such action type, and no such entry in the catalogue.");
            case EXECUTOR -> must(types.all().stream().map(ActionType::connector).anyMatch(subject::equals), RefusalCode.NOT_FOUND,
                    "There is no such executor.");
        }
    }

    private static void must(boolean law, RefusalCode code, String otherwise) {
        if (!law) {
            throw new Refused(code, otherwise);
        }
    }
}

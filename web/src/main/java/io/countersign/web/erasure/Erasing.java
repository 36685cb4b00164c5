package io.countersign.web.erasure;

import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.EraseContent;
import io.countersign.command.action.api.ActionCommand.ExpireAction;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.PrincipalCommand.ErasePrincipal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Contents;
import io.countersign.query.action.api.Contents.Kept;
import io.countersign.query.action.api.Contents.Scope;
import io.countersign.query.action.api.Contents.Tally;
import io.countersign.query.audit.api.SavedSearches;
import io.countersign.web.security.Caller;
import java.util.List;
import java.util.Optional;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Erases who somebody was, and what was written about actions. What it would do can be counted before; what it did is on the log. */
@Component
public class Erasing {

    private static final int PAGE = 500;
    private static final int MOST = 10_000;
    private static final String WITHDRAWN = "Whoever asked for this is erased with all that was asked for.";

    private final Principals principals;
    private final Actions actions;
    private final Contents contents;
    private final SavedSearches searches;
    private final CommandGateway commands;

    Erasing(Principals principals, Actions actions, Contents contents, SavedSearches searches, CommandGateway commands) {
        this.principals = principals;
        this.actions = actions;
        this.contents = contents;
        this.searches = searches;
        this.commands = commands;
    }

    /**
     * What would be erased.
     *
     * @param identities 1 when somebody is known by name and would not be after it
     * @param actions ended actions whose content would go
     * @param open actions whose content is still needed, and stays until they have ended
     * @param waiting those of the open ones that would be withdrawn first, and erased with the others
     * @param erased what is gone already
     */
    public record Preview(long identities, long actions, long open, long waiting, long erased) {}

    /**
     * What was erased.
     *
     * @param actions whose content is gone
     * @param cancelled those of them that were withdrawn first
     * @param remaining actions whose content is left: one call erases at most 10,000, and none that is still needed
     * @param open those of the remaining ones that have not ended
     */
    public record Erased(long identities, long actions, long cancelled, long remaining, long open) {}

    /** Counts for one action. Empty when there is none. */
    public Optional<Preview> ofAction(Caller caller, String actionId) {
        return actions.byId(caller.toReader(), actionId).map(row -> {
            boolean ended = row.status().isErasable();
            return row.erased() && row.archive() == null ? new Preview(0, 0, 0, 0, 1) : new Preview(0, ended ? 1 : 0, ended ? 0 : 1, 0, 0);
        });
    }

    /** Counts for a person or an agent, with or without what it asked for. Empty when there is none. */
    public Optional<Preview> ofPrincipal(Caller caller, String principalId, boolean withActions) {
        return principal(caller, principalId).map(principal -> {
            Tally tally = withActions ? contents.tally(scope(caller, principalId)) : new Tally(0, 0, 0, 0);
            return new Preview(principal.erased() ? 0 : 1, tally.ended(), tally.open(), tally.waiting(),
                    tally.erased() + (principal.erased() ? 1 : 0));
        });
    }

    /** Erases what was written about one ended action. */
    public Erased action(Caller caller, String actionId, @Nullable String reason) {
        actions.byId(caller.toReader(), actionId).map(ActionRow::id)
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such action."));
        return new Erased(0, erase(caller, actionId, reason, "request") ? 1 : 0, 0, 0, 0);
    }

    /** Erases who somebody was, and what it asked for if wished: what still waits is withdrawn first, so that nobody can let it run any more. */
    public Erased principal(Caller caller, String principalId, boolean withActions, @Nullable String reason) {
        Principal principal = principal(caller, principalId)
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is nobody with this id."));
        Boolean gone = commands.sendAndWait(new ErasePrincipal(principal.id(), reason == null ? "" : reason));
        searches.dropAll(principal.id());
        long identities = Boolean.TRUE.equals(gone) ? 1 : 0;
        if (!withActions) {
            return new Erased(identities, 0, 0, 0, 0);
        }
        Scope scope = scope(caller, principalId);
        long cancelled = cancel(caller, scope);
        long done = 0;
        List<Kept> page = contents.ended(scope, null, PAGE);
        while (!page.isEmpty() && done < MOST) {
            for (Kept kept : page) {
                done += erase(caller, kept.actionId(), reason, "person") ? 1 : 0;
            }
            page = contents.ended(scope, page.getLast(), PAGE);
        }
        Tally left = contents.tally(scope);
        return new Erased(identities, done, cancelled, left.ended() + left.open(), left.open());
    }

    private long cancel(Caller caller, Scope scope) {
        long cancelled = 0;
        List<Kept> page = contents.waiting(scope, null, PAGE);
        while (!page.isEmpty()) {
            for (Kept kept : page) {
                cancelled += cancel(caller, kept.actionId()) ? 1 : 0;
            }
            page = contents.waiting(scope, page.getLast(), PAGE);
        }
        return cancelled;
    }

    /** Where somebody was faster, or time is up, it is none that waits. */
    private boolean cancel(Caller caller, String actionId) {
        try {
            commands.sendAndWait(new CancelAction(actionId, caller.workspace(), caller.principalId(), WITHDRAWN));
            return true;
        } catch (Refused late) {
            commands.sendAndWait(new ExpireAction(actionId));
            return false;
        }
    }

    private boolean erase(Caller caller, String actionId, @Nullable String reason, String cause) {
        return Boolean.TRUE.equals(commands.<Boolean>sendAndWait(
                new EraseContent(actionId, caller.workspace(), caller.principalId(), reason, cause)));
    }

    private Optional<Principal> principal(Caller caller, String principalId) {
        return principals.byId(principalId).filter(principal -> principal.workspace().equals(caller.workspace()));
    }

    private static Scope scope(Caller caller, String principalId) {
        return new Scope(caller.workspace(), principalId, null);
    }
}

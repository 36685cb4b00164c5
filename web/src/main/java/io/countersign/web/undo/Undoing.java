package io.countersign.web.undo;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds what was done and can be undone, and undoes it one by one, the newest first. Each is decided by the laws of its own action. */
@Component
public final class Undoing {

    private static final String UNDO = "action:undo";
    private static final Set<ActionStatus> DONE = EnumSet.of(ActionStatus.EXECUTED, ActionStatus.ROLLBACK_FAILED);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PAGE = 100;
    private static final int PAGES = 20;

    private final Actions actions;
    private final CommandGateway commands;
    private final ActionSettings settings;

    Undoing(Actions actions, CommandGateway commands, ActionSettings settings) {
        this.actions = actions;
        this.commands = commands;
        this.settings = settings;
    }

    /** Null fields do not narrow. {@code from} and {@code to} bound the moment of execution. */
    public record Scope(@Nullable String requestedBy, @Nullable String conversationId, @Nullable Instant from, @Nullable Instant to) {

        boolean covers(ActionRow row) {
            Instant at = row.executedAt() == null ? row.requestedAt() : row.executedAt();
            return (from == null || !at.isBefore(from)) && (to == null || !at.isAfter(to));
        }
    }

    /** How one undoing ended; {@code code} and {@code error} are null when it is undone. */
    public record Ended(String id, @Nullable String code, @Nullable String error) {

        /** It is undone. */
        public boolean isUndone() {
            return code == null;
        }
    }

    /** Whether an action says how to undo it. */
    public static boolean isReversible(ActionRow row) {
        return row.rollbackMethod() != null && row.status().isUndoable();
    }

    /** One page of what can be undone, and where to go on. Pages may be short while more follows. */
    public Actions.Page page(Caller caller, Scope scope, int limit, @Nullable String cursor) {
        Actions.Page page = find(caller, scope, limit, cursor);
        return new Actions.Page(page.items().stream().filter(scope::covers).filter(Undoing::isReversible).toList(), page.nextCursor(),
                page.position());
    }

    /** What was done within a scope, undoable or not, newest first: at most {@code limit} of the last 2,000 done. */
    public List<ActionRow> done(Caller caller, Scope scope, int limit) {
        List<ActionRow> rows = new ArrayList<>();
        String cursor = null;
        for (int page = 0; page < PAGES && rows.size() < limit; page++) {
            Actions.Page found = find(caller, scope, PAGE, cursor);
            found.items().stream().filter(scope::covers).forEach(rows::add);
            cursor = found.nextCursor();
            if (cursor == null) {
                break;
            }
        }
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    private Actions.Page find(Caller caller, Scope scope, int limit, @Nullable String cursor) {
        return actions.find(caller.toReader(), new ActionFilter(DONE, null, null, scope.requestedBy(), scope.conversationId(), null, limit, cursor));
    }

    /** Undoes these in this order, and stops at the first that cannot be undone unless told to go on. */
    public List<Ended> undo(Caller caller, List<String> ids, boolean goOn, @Nullable String reason) {
        List<Ended> ended = new ArrayList<>();
        for (String id : ids) {
            Ended one = undo(caller, id, reason);
            ended.add(one);
            if (!one.isUndone() && !goOn) {
                break;
            }
        }
        return ended;
    }

    /** What a person who wants this undone has to send: {@link RequestRollback}, or where all undoing waits for approval, {@link RequestAction}. */
    public ActionCommand wish(Caller caller, String id, @Nullable String reason) {
        boolean waits = settings.gates().undoing() && actions.byId(caller.toReader(), id).filter(Undoing::isReversible).isPresent();
        return waits ? new RequestAction(caller.principalId(), caller.workspace(), caller.origin(), UNDO, "{\"action_id\":\"" + id + "\"}", null, null,
                reason, null, null, false) : new RequestRollback(id, caller.workspace(), caller.principalId(), reason);
    }

    private Ended undo(Caller caller, String id, @Nullable String reason) {
        try {
            if (commands.sendAndWait(wish(caller, id, reason)) instanceof Submitted asked) {
                return new Ended(id, "awaiting_approval", "It waits for approval as action " + asked.actionId() + ".");
            }
        } catch (Refused refused) {
            if (refused.code() == RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE) {
                throw refused;
            }
            return new Ended(id, refused.code().code(), String.valueOf(refused.getMessage()));
        }
        ActionRow row = actions.await(caller.toReader(), id, EnumSet.of(ActionStatus.ROLLING_BACK), PATIENCE).orElseThrow();
        return switch (row.status()) {
            case ROLLED_BACK -> new Ended(id, null, null);
            case ROLLING_BACK -> new Ended(id, "still_running", "It is still being undone.");
            default -> new Ended(id, row.errorClass() == null ? "rollback_failed" : row.errorClass(),
                    row.error() == null ? "It could not be undone." : row.error());
        };
    }
}

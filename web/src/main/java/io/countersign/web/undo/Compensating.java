package io.countersign.web.undo;

import io.countersign.command.compensation.api.CompensationCommand.AcknowledgeCompensation;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.compensation.api.Compensations.Plan;
import io.countersign.query.compensation.api.Compensations.Step;
import io.countersign.web.security.Caller;
import io.countersign.web.undo.Undoing.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Goes through a compensation plan: undoes what of it can be undone, and puts on record what became of each part. */
@Component
public final class Compensating {

    private final Undoing undoing;
    private final Actions actions;
    private final CommandGateway commands;

    Compensating(Undoing undoing, Actions actions, CommandGateway commands) {
        this.undoing = undoing;
        this.actions = actions;
        this.commands = commands;
    }

    /** The action that a step is about. */
    public Optional<ActionRow> row(Caller caller, Step step) {
        return actions.byId(caller.toReader(), step.actionId());
    }

    /** Whether nothing was said of it yet, and the gateway can undo it. */
    public boolean isOpen(Caller caller, Step step) {
        return step.status().equals("pending") && row(caller, step).map(Undoing::isReversible).orElse(false);
    }

    /** Undoes what is open, the newest first, and stops at the first that cannot be undone unless told to go on. What knows no way back is left. */
    public List<Ended> run(Caller caller, Plan plan, boolean goOn) {
        List<Ended> all = new ArrayList<>();
        for (Step step : plan.steps()) {
            if (!isOpen(caller, step)) {
                continue;
            }
            Ended ended = undoing.undo(caller, List.of(step.actionId()), false, null).getFirst();
            all.add(ended);
            acknowledge(caller, plan, step.index(), ended.isUndone() ? "completed" : "failed", ended.code());
            if (!ended.isUndone() && !goOn) {
                break;
            }
        }
        return all;
    }

    /** Puts on record what became of one part. */
    public void acknowledge(Caller caller, Plan plan, int index, String status, @Nullable String detail) {
        commands.sendAndWait(new AcknowledgeCompensation(plan.id(), caller.workspace(), caller.principalId(), index, status, detail));
    }
}

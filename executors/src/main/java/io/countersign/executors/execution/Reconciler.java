package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.ExpireAction;
import io.countersign.command.action.api.ActionCommand.ExpireLease;
import io.countersign.command.action.api.ActionCommand.RecordOutcomeUnknown;
import io.countersign.command.action.api.ActionCommand.RecordRollbackFailed;
import io.countersign.command.action.api.ActionCommand.ReleaseAction;
import io.countersign.command.action.api.ActionCommand.StartDueAction;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to everything whose time has come, from the events alone: a lost task, token or node drops nothing.
 *
 * <p>The {@link WorkList} may be a moment behind; the aggregate has the last word on each command sent from here.
 */
final class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final int BATCH = 500;

    private final WorkList list;
    private final Tasks tasks;
    private final Commands commands;
    private final InFlight inFlight;
    private final ExecutionSettings settings;
    private final Clock clock;
    private final Runnable wakeWorkers;

    Reconciler(WorkList list, Tasks tasks, Commands commands, InFlight inFlight, ExecutionSettings settings, Clock clock,
            Runnable wakeWorkers) {
        this.list = list;
        this.tasks = tasks;
        this.commands = commands;
        this.inFlight = inFlight;
        this.settings = settings;
        this.clock = clock;
        this.wakeWorkers = wakeWorkers;
    }

    /** Looks once at what is due, at most 500 actions; one that cannot be helped now does not hold up the others. */
    int reconcile() {
        List<Work> due = list.take(clock.instant(), BATCH);
        for (Work work : due) {
            try {
                reconcile(work);
            } catch (RuntimeException e) {
                log.warn("{} could not be seen to ({}); it will be looked at again", work.actionId(), e.getClass().getSimpleName());
            }
        }
        return due.size();
    }

    private void reconcile(Work work) {
        switch (work.status()) {
            case PENDING, STALE, GRANTED -> send(new ExpireAction(work.actionId()));
            case HELD -> send(new ReleaseAction(work.actionId()));
            case SCHEDULED -> send(new StartDueAction(work.actionId()));
            case APPROVED, AUTO_APPROVED -> queue(Tasks.EXECUTE, new Key(work.actionId(), work.attempt() + 1));
            case EXECUTING -> judge(work);
            case AWAITING_EXTERNAL -> send(new ExpireLease(work.actionId()));
            case ROLLING_BACK -> judgeRollback(work);
            case null, default -> {
            }
        }
    }

    private void judge(Work work) {
        if (inFlight.contains(work.actionId())) {
            return;
        }
        ExecutionClass executionClass = work.executionClass() == null ? ExecutionClass.ONCE : work.executionClass();
        if (settings.mayFollow(executionClass, work.attempt())) {
            queue(Tasks.EXECUTE, new Key(work.actionId(), work.attempt() + 1));
        } else {
            send(new RecordOutcomeUnknown(work.actionId(), work.attempt(), "no_outcome",
                    "The attempt began and its outcome was never recorded. Find out at the far side whether it happened."));
        }
    }

    private void judgeRollback(Work work) {
        if (!work.started()) {
            queue(Tasks.ROLL_BACK, new Key(work.actionId(), work.rollbackAttempt() + 1));
        } else if (!inFlight.contains(work.actionId())) {
            send(new RecordRollbackFailed(work.actionId(), work.rollbackAttempt(), "no_outcome",
                    "Undoing began and its outcome was never recorded. Find out at the far side, or undo again."));
        }
    }

    private void queue(String task, Key key) {
        Instant now = clock.instant();
        tasks.add(task, key, now);
        wakeWorkers.run();
    }

    private void send(ActionCommand command) {
        commands.send(command, Object.class);
    }
}

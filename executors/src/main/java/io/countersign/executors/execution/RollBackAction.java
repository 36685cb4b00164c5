package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.RecordRollbackFailed;
import io.countersign.command.action.api.ActionCommand.RecordRolledBack;
import io.countersign.command.action.api.ActionCommand.StartRollback;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.execution.Tasks.Key;
import java.util.Optional;

/** One attempt to undo an executed action. Whatever is not known to be undone has failed, and a person may ask for it again. */
final class RollBackAction {

    private final Commands commands;
    private final Executors executors;
    private final AttemptRunner runner;
    private final InFlight inFlight;
    private final String nodeId;

    RollBackAction(Commands commands, Executors executors, AttemptRunner runner, InFlight inFlight, String nodeId) {
        this.commands = commands;
        this.executors = executors;
        this.runner = runner;
        this.inFlight = inFlight;
        this.nodeId = nodeId;
    }

    /** Makes the attempt, unless another node was faster. */
    void rollBack(Key key) throws InterruptedException {
        try (var running = inFlight.enter(key.actionId())) {
            Optional<Attempt> attempt = commands.send(new StartRollback(key.actionId(), key.afterAttempt(), nodeId), Attempt.class);
            if (attempt.isPresent()) {
                commands.record(record(attempt.get(), act(attempt.get())));
            }
        }
    }

    private Optional<ExecutionOutcome> act(Attempt attempt) throws InterruptedException {
        Optional<ActionExecutor> executor = executors.of(attempt.actionType());
        if (executor.isEmpty()) {
            return Optional.of(new Failed("no_executor", "Nothing here can undo " + attempt.actionType() + ".", null));
        }
        return runner.run(attempt, timeLeft -> executor.get().rollBack(attempt, timeLeft));
    }

    private static ActionCommand record(Attempt attempt, Optional<ExecutionOutcome> verdict) {
        String id = attempt.actionId();
        int number = attempt.attempt();
        return switch (verdict.orElseGet(() -> new Unknown("no_verdict", "The executor ended without saying whether it was undone."))) {
            case Succeeded it -> new RecordRolledBack(id, number, it.output());
            case Failed it -> new RecordRollbackFailed(id, number, it.errorClass(), it.error());
            case TimedOut it -> new RecordRollbackFailed(id, number, "timed_out", it.error());
            case Unknown it -> new RecordRollbackFailed(id, number, it.errorClass(), it.error());
            case Later it -> new RecordRollbackFailed(id, number, "unavailable", it.why());
        };
    }
}

package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.Clearance;
import io.countersign.command.action.api.ActionCommand.Look;
import io.countersign.command.action.api.ActionCommand.RecordExecuted;
import io.countersign.command.action.api.ActionCommand.RecordFailed;
import io.countersign.command.action.api.ActionCommand.RecordOutcomeUnknown;
import io.countersign.command.action.api.ActionCommand.RecordTimedOut;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: recorded before the first byte leaves, done in its time, and its outcome recorded after.
 *
 * <p>Where nobody knows how an attempt ended, the class of the action says what follows: an idempotent one is done again with the same
 * keys and bytes; one that can be looked up is looked up, in an attempt of its own, before anything else; any other is for a person.
 */
final class ExecuteAction {

    private final Commands commands;
    private final Executors executors;
    private final AttemptRunner runner;
    private final Witness witness;
    private final Tasks tasks;
    private final InFlight inFlight;
    private final ExecutionSettings settings;
    private final Clock clock;
    private final String nodeId;

    ExecuteAction(Commands commands, Executors executors, AttemptRunner runner, Witness witness, Tasks tasks, InFlight inFlight, ExecutionSettings settings,
            Clock clock, String nodeId) {
        this.commands = commands;
        this.executors = executors;
        this.runner = runner;
        this.witness = witness;
        this.tasks = tasks;
        this.inFlight = inFlight;
        this.settings = settings;
        this.clock = clock;
        this.nodeId = nodeId;
    }

    /** Makes the attempt, unless another node was faster or the action may no longer start. */
    void execute(Key key) throws InterruptedException {
        try (var running = inFlight.enter(key.actionId())) {
            Optional<Clearance> clearance = start(key, null);
            if (clearance.orElse(null) instanceof Look look) {
                clearance = start(key, witness.again(look.attempt()));
            }
            if (clearance.orElse(null) instanceof Attempt attempt) {
                conclude(attempt, act(attempt));
            }
        }
    }

    private Optional<Clearance> start(Key key, @Nullable Observation seen) {
        return commands.send(new StartExecution(key.actionId(), key.afterAttempt(), nodeId, executors.versions(), seen), Clearance.class);
    }

    private Optional<ExecutionOutcome> act(Attempt attempt) throws InterruptedException {
        Optional<ActionExecutor> executor = executors.of(attempt.actionType());
        if (executor.isEmpty()) {
            return Optional.of(new Failed("no_executor", "Nothing here can do " + attempt.actionType() + ".", null));
        }
        return runner.run(attempt, timeLeft -> act(executor.get(), attempt, timeLeft));
    }

    private ExecutionOutcome act(ActionExecutor executor, Attempt attempt, Duration timeLeft) throws InterruptedException {
        if (attempt.attempt() > 1 && attempt.terms().executionClass() == ExecutionClass.CHECKABLE) {
            Optional<ExecutionOutcome> found = executor.lookUp(attempt, timeLeft);
            if (found.isPresent()) {
                return found.get();
            }
        }
        Duration left = runner.timeLeft(attempt);
        if (Thread.interrupted() || !left.isPositive()) {
            return AttemptRunner.nothingSent(attempt);
        }
        return executor.execute(attempt, left);
    }

    private void conclude(Attempt attempt, Optional<ExecutionOutcome> verdict) throws InterruptedException {
        String id = attempt.actionId();
        int number = attempt.attempt();
        ExecutionClass executionClass = attempt.terms().executionClass();
        ExecutionOutcome outcome = verdict.orElseGet(() -> new Unknown("no_verdict", "The executor ended without saying whether it happened."));
        boolean openQuestion = verdict.isEmpty() || outcome instanceof Later
                || outcome instanceof Unknown && executionClass == ExecutionClass.CHECKABLE;
        if (openQuestion && settings.mayFollow(executionClass, number)) {
            tryAgain(attempt, outcome);
            return;
        }
        ActionCommand record = switch (outcome) {
            case Succeeded it -> new RecordExecuted(id, number, it.captured(), it.partial(), it.output(), it.rollback());
            case Failed it -> new RecordFailed(id, number, it.errorClass(), it.error(), it.output());
            case TimedOut it -> new RecordTimedOut(id, number, it.error());
            case Unknown it -> new RecordOutcomeUnknown(id, number, it.errorClass(), it.error());
            case Later it -> number == 1 ? new RecordFailed(id, number, "unavailable", it.why(), null)
                    : new RecordOutcomeUnknown(id, number, "unavailable", it.why());
        };
        commands.record(record);
    }

    /**
     * Not before this attempt's deadline: until then it counts as under way. What is looked up is looked up later still, because a far side may
     * carry out after the deadline what reached it before.
     */
    private void tryAgain(Attempt attempt, ExecutionOutcome outcome) {
        Duration pause = settings.pauseAfter(attempt.attempt());
        if (outcome instanceof Later later && later.after().compareTo(pause) > 0) {
            pause = later.after();
        }
        Instant earliest = clock.instant().plus(pause);
        Instant deadline = Instant.ofEpochMilli(attempt.deadlineEpochMillis());
        if (attempt.terms().executionClass() == ExecutionClass.CHECKABLE) {
            deadline = deadline.plus(settings.judgementGrace());
        }
        tasks.add(Tasks.EXECUTE, new Key(attempt.actionId(), attempt.attempt() + 1), earliest.isBefore(deadline) ? deadline : earliest);
    }
}

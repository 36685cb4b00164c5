package io.countersign.executors;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Observation;
import java.time.Duration;
import java.util.Optional;

/**
 * Does one kind of action. Implementations are Spring beans by action type, stateless, and read their secrets at the last moment.
 *
 * <p>They run on a thread that is interrupted when the time is up, and must then stop: an effect after an interrupt is a fault. They never
 * throw for what the far side answers; an exception they do throw is judged by the class of the type, as if the process had died there.
 */
public interface ActionExecutor {

    /** The action type it does. */
    String actionType();

    /** Version of the executor's behaviour, recorded with each attempt. */
    String version();

    /**
     * Acts. For an idempotent type a later attempt of the same action repeats the same calls with the same keys and bytes.
     *
     * @param attempt what was approved, opened
     * @param timeLeft until the attempt's deadline; positive
     */
    ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException;

    /**
     * For checkable types: whether an earlier attempt of this action took effect. Empty when the far side answered that it did not.
     * {@link ExecutionOutcome.Unknown} when it could not be asked.
     */
    default Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return Optional.of(new ExecutionOutcome.Unknown("not_checkable", "This kind of action cannot be looked up."));
    }

    /** Whether what actions of this type are about can be looked at. */
    default boolean observes() {
        return false;
    }

    /**
     * Looks at what the action is about, and changes nothing: what a person who decides should know of it, and what must be the same when the
     * action starts. No fact may change by itself or hold a secret. Asked only when {@link #observes()}, first while the action waits for a
     * person, and again right before it starts.
     *
     * @param attempt what would be done
     * @param timeLeft positive, and short
     * @return what was found; empty when these parameters are about nothing that could be looked at
     */
    default Optional<Observation> observe(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return Optional.empty();
    }

    /** Undoes an executed action by the way back it recorded. */
    default ExecutionOutcome rollBack(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return new ExecutionOutcome.Failed("not_reversible", "This kind of action cannot be undone.", null);
    }
}

package io.countersign.offences.executors;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.executors.ActionExecutor;
import java.time.Duration;

abstract class ActsByItself {

    void act(ActionExecutor executor, Attempt attempt) throws InterruptedException {
        executor.execute(attempt, Duration.ZERO);
    }
}

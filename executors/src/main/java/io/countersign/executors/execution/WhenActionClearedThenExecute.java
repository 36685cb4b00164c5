package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionApprovedByTimeout;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionCameDue;
import io.countersign.command.action.api.ActionEvent.ActionReleased;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Queues the first attempt of an action as soon as it is cleared. It only makes things fast: what it misses, and every later attempt, the
 * {@link Reconciler} finds.
 */
@ProcessingGroup(WhenActionClearedThenExecute.NAME)
@DisallowReplay
final class WhenActionClearedThenExecute {

    static final String NAME = "execution";

    private final Tasks tasks;
    private final Clock clock;
    private final Runnable wakeWorkers;

    WhenActionClearedThenExecute(Tasks tasks, Clock clock, Runnable wakeWorkers) {
        this.tasks = tasks;
        this.clock = clock;
        this.wakeWorkers = wakeWorkers;
    }

    @EventHandler
    void react(ActionAutoApproved event) {
        queue(event.actionId());
    }

    @EventHandler
    void react(ActionApproved event) {
        if (event.executeAt() == null) {
            queue(event.actionId());
        }
    }

    @EventHandler
    void react(ActionApprovedByTimeout event) {
        queue(event.actionId());
    }

    @EventHandler
    void react(ActionCameDue event) {
        queue(event.actionId());
    }

    @EventHandler
    void react(ActionReleased event) {
        if (event.resumesAs().isCleared()) {
            queue(event.actionId());
        }
    }

    private void queue(String actionId) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
        unit.getOrComputeResource(NAME, name -> {
            Set<Key> keys = new LinkedHashSet<>();
            unit.onPrepareCommit(u -> tasks.add(Tasks.EXECUTE, keys, clock.instant()));
            unit.afterCommit(u -> wakeWorkers.run());
            return keys;
        }).add(new Key(actionId, 1));
    }
}

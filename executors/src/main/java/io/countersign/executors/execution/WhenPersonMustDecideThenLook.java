package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Queues a look at what an action is about when it begins to wait for a person. What it misses is decided on without one. Reads along with
 * {@link WhenActionClearedThenExecute}, so that the log is not read once more for it.
 */
@ProcessingGroup(WhenPersonMustDecideThenLook.NAME)
@DisallowReplay
final class WhenPersonMustDecideThenLook {

    static final String NAME = "look";

    private static final String TYPES = NAME + ".types";
    private static final String KEYS = NAME + ".keys";

    private final Tasks tasks;
    private final Predicate<String> observed;
    private final Clock clock;
    private final Runnable wakeWorkers;

    /** @param observed whether anything here can look at what actions of a type are about */
    WhenPersonMustDecideThenLook(Tasks tasks, Predicate<String> observed, Clock clock, Runnable wakeWorkers) {
        this.tasks = tasks;
        this.observed = observed;
        this.clock = clock;
        this.wakeWorkers = wakeWorkers;
    }

    /** In the same append as what follows, and all but always in the same batch. */
    @EventHandler
    void react(ActionRequested event) {
        types().put(event.actionId(), event.actionType());
    }

    @EventHandler
    void react(ActionApprovalRequired event) {
        String type = types().get(event.actionId());
        if (type == null || observed.test(type)) {
            keys().add(new Key(event.actionId(), 1));
        }
    }

    private static Map<String, String> types() {
        return CurrentUnitOfWork.get().root().getOrComputeResource(TYPES, name -> new HashMap<>());
    }

    private Set<Key> keys() {
        UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
        return unit.getOrComputeResource(KEYS, name -> {
            Set<Key> keys = new LinkedHashSet<>();
            unit.onPrepareCommit(u -> tasks.add(Tasks.LOOK, keys, clock.instant()));
            unit.afterCommit(u -> wakeWorkers.run());
            return keys;
        });
    }
}

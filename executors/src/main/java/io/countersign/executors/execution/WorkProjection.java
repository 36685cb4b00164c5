package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** Keeps the {@link WorkList} in step with the events: one statement for all changes of a batch. */
@ProcessingGroup(WorkProjection.NAME)
final class WorkProjection {

    static final String NAME = "work";

    private static final String RELEASED = NAME + ".released";

    private final WorkList list;
    private final ExecutionSettings settings;
    private final Clock clock;
    private final Runnable wakeReconciler;

    WorkProjection(WorkList list, ExecutionSettings settings, Clock clock, Runnable wakeReconciler) {
        this.list = list;
        this.settings = settings;
        this.clock = clock;
        this.wakeReconciler = wakeReconciler;
    }

    @EventHandler
    void on(ActionEvent event, @Timestamp Instant at) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
        Map<String, Work> changes = unit.getOrComputeResource(NAME, name -> collect(unit));
        changes.compute(event.actionId(), (id, before) -> (before == null ? Work.of(id) : before).after(event, at, settings));
    }

    /** What is held may go on at once. */
    @EventHandler
    void on(SwitchReleased event, @Timestamp Instant at) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
        unit.getOrComputeResource(RELEASED, name -> {
            unit.onPrepareCommit(u -> list.lookAtHeld(at));
            unit.afterCommit(u -> wakeReconciler.run());
            return Boolean.TRUE;
        });
    }

    @ResetHandler
    void reset() {
        list.clear();
    }

    private Map<String, Work> collect(UnitOfWork<?> unit) {
        long began = System.nanoTime();
        Map<String, Work> changes = new LinkedHashMap<>();
        unit.onPrepareCommit(u -> list.apply(changes.values()));
        unit.afterCommit(u -> {
            Instant now = clock.instant();
            if (changes.values().stream().anyMatch(work -> work.lookAt() != null && !work.lookAt().isAfter(now))) {
                wakeReconciler.run();
            }
            Pace.rest(began);
        });
        return changes;
    }
}

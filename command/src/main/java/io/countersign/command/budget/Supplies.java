package io.countersign.command.budget;

import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.budget.api.BudgetEvent;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.store.api.EventReader;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Takes from the windows and gives back to them, within the command that asks. */
@Component
class Supplies implements Reservations {

    private static final Comparator<Reserved> IN_ONE_ORDER = Comparator.comparing(Reserved::windowId); // so that no two wait for each other

    private final Repository<Window> windows;
    private final EventReader events;

    Supplies(Repository<Window> windows, EventReader events) {
        this.windows = windows;
        this.events = events;
    }

    @Override
    public boolean reserve(Supply supply, Instant now, String actionId, long amount, long limit) {
        if (amount > limit) {
            return false;
        }
        AtomicBoolean taken = new AtomicBoolean();
        try {
            windows.loadOrCreate(supply.windowId(now), Window::new)
                    .execute(window -> taken.set(window.reserve(supply, now, actionId, amount, limit)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return taken.get();
    }

    @Override
    public long used(Supply supply, Instant now) {
        return events.last(supply.windowId(now)).map(last -> Window.used((BudgetEvent) last.payload(), supply, now)).orElse(0L);
    }

    @Override
    public void settle(String workspace, String actionId, List<Reserved> reserved, boolean released) {
        each(reserved, one -> in(one, window -> window.settle(workspace, actionId, one.amount(), one.at(), released)));
    }

    @Override
    public void release(String workspace, String actionId, List<Reserved> reserved) {
        each(reserved, one -> in(one, window -> window.release(workspace, actionId, one.amount(), one.at())));
    }

    private static void each(List<Reserved> reserved, Consumer<Reserved> change) {
        reserved.stream().sorted(IN_ONE_ORDER).forEach(change);
    }

    private void in(Reserved one, Consumer<Window> change) {
        windows.load(one.windowId()).execute(change);
    }
}

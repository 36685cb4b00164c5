package io.countersign.command.budget;

import io.countersign.command.budget.api.Reservations;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Reserves from the windows, within the command that asks. */
@Component
class Budgets implements Reservations {

    private final Repository<Window> windows;

    Budgets(Repository<Window> windows) {
        this.windows = windows;
    }

    @Override
    public boolean reserve(String workspace, String key, Instant now, Duration period, String actionId, long limit) {
        String name = period.isZero() ? "ever" : Instant.ofEpochSecond(now.getEpochSecond() / period.toSeconds() * period.toSeconds()).toString();
        String windowId = "budget/" + workspace + "/" + key + "/" + name;
        AtomicBoolean taken = new AtomicBoolean();
        try {
            windows.loadOrCreate(windowId, Window::new)
                    .execute(window -> taken.set(window.reserve(windowId, key, name, workspace, actionId, 1, limit)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return taken.get();
    }
}

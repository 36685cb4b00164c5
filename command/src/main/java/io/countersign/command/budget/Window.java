package io.countersign.command.budget;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.budget.api.BudgetEvent;
import io.countersign.command.budget.api.BudgetEvent.BudgetReserved;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** What is left of one supply in one period. Taking from it is an event in the same append as the verdict, so two cannot take the last. */
@Aggregate(type = "BudgetWindow")
class Window {

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private long used;

    Window() {
        // for Axon
    }

    /** Takes some; false when not enough is left. */
    boolean reserve(String windowId, String key, String period, String workspace, String actionId, long amount, long limit) {
        if (used + amount > limit) {
            return false;
        }
        apply(new BudgetReserved(windowId, key, period, actionId, amount, used + amount, limit), MetaData.with("workspace", workspace));
        return true;
    }

    @EventSourcingHandler
    void evolve(BudgetEvent event) {
        switch (event) {
            case BudgetReserved e -> {
                id = e.windowId();
                used = e.used();
            }
        }
    }
}

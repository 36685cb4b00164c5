package io.countersign.command.budget.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What was taken from a limited supply. The reservation stands in the same append as the verdict that needed it. */
public sealed interface BudgetEvent {

    /** One key in one period. */
    String windowId();

    /** Some of the supply was taken. {@code used} counts what is taken after this event. */
    @EventName("budget.reserved")
    @Revision("1")
    record BudgetReserved(String windowId, String key, String period, String actionId, long amount, long used, long limit)
            implements BudgetEvent {}
}

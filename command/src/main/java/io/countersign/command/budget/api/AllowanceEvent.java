package io.countersign.command.budget.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What admins said about budgets. */
public sealed interface AllowanceEvent {

    /** The budget concerned. */
    String budgetId();

    /** How much may leave from now on. */
    @EventName("budget.set")
    @Revision("1")
    record BudgetSet(String budgetId, Budget budget) implements AllowanceEvent {}

    /** This budget holds no longer. */
    @EventName("budget.lifted")
    @Revision("1")
    record BudgetLifted(String budgetId) implements AllowanceEvent {}
}

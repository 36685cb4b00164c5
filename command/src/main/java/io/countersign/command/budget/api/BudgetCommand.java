package io.countersign.command.budget.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What admins do with budgets. Who does it stands in the metadata as {@code actor}. */
public sealed interface BudgetCommand {

    /** The id of the budget's stream. */
    @TargetAggregateIdentifier
    String budgetId();

    /** Sets a budget, or sets it anew. What was taken before stays taken. */
    record SetBudget(Budget budget) implements BudgetCommand {

        @Override
        public String budgetId() {
            return budget.id();
        }
    }

    /** Lifts a budget: its ceilings and windows no longer hold, and nothing is approved by it. */
    record LiftBudget(String workspace, @Nullable String agentId, String currency) implements BudgetCommand {

        @Override
        public String budgetId() {
            return Budget.idOf(workspace, agentId, currency);
        }
    }
}

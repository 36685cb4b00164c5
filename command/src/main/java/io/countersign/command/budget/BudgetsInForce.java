package io.countersign.command.budget;

import io.countersign.command.budget.api.AllowanceEvent;
import io.countersign.command.budget.api.AllowanceEvent.BudgetLifted;
import io.countersign.command.budget.api.AllowanceEvent.BudgetSet;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.Budgets;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of all budgets, compared with the epoch at every question. */
@Component
class BudgetsInForce implements Budgets {

    private final Supplier<Map<String, Budget>> copy;
    private final Reservations reservations;

    BudgetsInForce(ConfigurationLog log, Reservations reservations) {
        this.copy = log.copy("Budget", Map.of(), BudgetsInForce::after);
        this.reservations = reservations;
    }

    @Override
    public List<Budget> of(String workspace) {
        return copy.get().values().stream().filter(budget -> budget.workspace().equals(workspace)).toList();
    }

    @Override
    public List<Level> levels(Budget budget, Instant now) {
        return Budgets.windows(budget).stream()
                .map(window -> new Level(window.label(), reservations.used(window.supply(), now), window.limit())).toList();
    }

    private static Map<String, Budget> after(Map<String, Budget> before, List<Stored> events) {
        Map<String, Budget> next = new TreeMap<>(before); // by id: the workspace's own, under a star, come first
        for (Stored stored : events) {
            switch ((AllowanceEvent) stored.payload()) {
                case BudgetSet e -> next.put(e.budgetId(), e.budget());
                case BudgetLifted e -> next.remove(e.budgetId());
            }
        }
        return java.util.Collections.unmodifiableMap(next);
    }
}

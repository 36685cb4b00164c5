package io.countersign.command.budget;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.Budgets;
import io.countersign.command.budget.api.Budgets.Level;
import io.countersign.command.budget.api.Budgets.Limited;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Money;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Whether there is money for it. Above a ceiling, or when a window has not enough left, the answer is no; above the limit for automatic approval
 * somebody is asked. What is let through is held in the windows at once, and settled or given back with the outcome.
 */
@Component
@Order(Safeguard.BUDGETS)
class BudgetSafeguard implements Safeguard {

    private final ActionTypes types;
    private final Budgets budgets;
    private final Reservations reservations;

    BudgetSafeguard(ActionTypes types, Budgets budgets, Reservations reservations) {
        this.types = types;
        this.budgets = budgets;
        this.reservations = reservations;
    }

    @Override
    public String step() {
        return "budget";
    }

    @Override
    public List<Opinion> examine(Asked asked, JsonNode params) {
        Optional<Money> money = money(asked, params);
        if (money.isEmpty()) {
            return List.of(new Opinion.Pass("moves no money"));
        }
        List<Budget> concerned = concerned(asked, money.get());
        List<Opinion> opinions = new ArrayList<>(ceilings(concerned, money.get()));
        concerned.forEach(budget -> budgets.levels(budget, asked.at()).forEach(level -> window(budget, level, money.get()).ifPresent(opinions::add)));
        automatic(concerned, money.get()).ifPresent(opinions::add);
        return opinions.isEmpty() ? List.of(new Opinion.Pass(money.get().text() + " is within the budget")) : List.copyOf(opinions);
    }

    @Override
    public List<Reserved> reserve(Asked asked, JsonNode params, String actionId) {
        Optional<Money> money = money(asked, params);
        if (money.isEmpty()) {
            return List.of();
        }
        List<Limited> windows = concerned(asked, money.get()).stream().flatMap(budget -> Budgets.windows(budget).stream())
                .sorted(Comparator.comparing(window -> window.supply().windowId(asked.at()))).toList();
        List<Reserved> reserved = new ArrayList<>();
        for (Limited window : windows) {
            if (!reservations.reserve(window.supply(), asked.at(), actionId, money.get().amount(), window.limit())) {
                throw new ConcurrencyException("Somebody took the money meanwhile; to be decided again."); // the gateway asks anew
            }
            reserved.add(new Reserved(window.supply().windowId(asked.at()), window.label(), money.get().amount(), asked.at()));
        }
        return reserved;
    }

    private Optional<Money> money(Asked asked, JsonNode params) {
        return types.byName(asked.actionType()).flatMap(type -> type.money(params));
    }

    private List<Budget> concerned(Asked asked, Money money) {
        return budgets.of(asked.workspace()).stream().filter(budget -> budget.currency().equals(money.currency()))
                .filter(budget -> budget.agentId() == null || budget.agentId().equals(asked.requesterId())).toList();
    }

    private static List<Opinion> ceilings(List<Budget> concerned, Money money) {
        List<Opinion> opinions = new ArrayList<>();
        for (Budget budget : concerned) {
            if (budget.exponent() != money.exponent()) {
                opinions.add(new Opinion.Block("exponent_mismatch", "The budget counts " + money.currency() + " with " + budget.exponent()
                        + " digits behind the point, not with " + money.exponent() + "."));
            } else if (budget.maxPayment() > 0 && money.amount() > budget.maxPayment()) {
                opinions.add(new Opinion.Block("payment_ceiling", money.text() + " is above the ceiling of "
                        + money.of(budget.maxPayment()).text() + " for one payment " + whose(budget) + "."));
            }
        }
        return opinions;
    }

    private static Optional<Opinion> window(Budget budget, Level level, Money money) {
        String window = "the budget of the " + (level.label().equals("24 h") ? "last 24 hours " : level.label() + " ") + whose(budget);
        if (money.amount() > level.remaining()) {
            return Optional.of(new Opinion.Block("budget_exceeded", money.text() + " is more than " + window + " has left: "
                    + money.of(level.remaining()).text() + " of " + money.of(level.limit()).text() + "."));
        }
        Level after = new Level(level.label(), level.used() + money.amount(), level.limit());
        return after.isNearlyGone() ? Optional.of(new Opinion.Warn("budget", "medium", "With this, " + window + " has "
                + money.of(after.remaining()).text() + " of " + money.of(level.limit()).text() + " left.")) : Optional.empty();
    }

    private static Optional<Opinion> automatic(List<Budget> concerned, Money money) {
        Budget own = concerned.stream().max(Comparator.comparing(budget -> budget.agentId() != null)).orElse(null);
        long limit = own == null ? 0 : own.autoApproveLimit();
        if (limit > 0 && money.amount() <= limit) {
            return Optional.empty();
        }
        return Optional.of(new Opinion.Ask("budget:auto_approve_limit", limit == 0
                ? "No payment in " + money.currency() + " is approved automatically."
                : money.text() + " is above " + money.of(limit).text() + ", up to which nobody is asked."));
    }

    private static String whose(Budget budget) {
        return budget.agentId() == null ? "in this workspace" : "of this agent";
    }
}

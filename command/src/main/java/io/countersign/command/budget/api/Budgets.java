package io.countersign.command.budget.api;

import io.countersign.command.budget.api.Supply.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The budgets in force, on every node, and what is left of them. */
public interface Budgets {

    /** All of a workspace: its own first, then those of agents. */
    List<Budget> of(String workspace);

    /** How the windows of a budget stand now. */
    List<Level> levels(Budget budget, Instant now);

    /**
     * One window of a budget.
     *
     * @param label {@code day}, {@code month} or {@code 24 h}
     * @param used held and spent
     */
    record Level(String label, long used, long limit) {

        /** What is left; never negative. */
        public long remaining() {
            return Math.max(0, limit - used);
        }

        /** Nine tenths are gone. */
        public boolean isNearlyGone() {
            return used >= limit - limit / 10;
        }
    }

    /** One window with its supply. */
    record Limited(String label, Supply supply, long limit) {}

    /** The windows of a budget. */
    static List<Limited> windows(Budget budget) {
        List<Limited> windows = new ArrayList<>();
        String key = "money/" + budget.currency() + "/" + (budget.agentId() == null ? "*" : budget.agentId());
        if (budget.perDay() != null) {
            windows.add(new Limited("day", new Supply(budget.workspace(), key, new Span.Day()), budget.perDay()));
        }
        if (budget.perMonth() != null) {
            windows.add(new Limited("month", new Supply(budget.workspace(), key, new Span.Month()), budget.perMonth()));
        }
        if (budget.perRollingDay() != null) {
            windows.add(new Limited("24 h", new Supply(budget.workspace(), key, new Span.Rolling(Duration.ofHours(24))), budget.perRollingDay()));
        }
        return List.copyOf(windows);
    }
}

package io.countersign.query.backtest;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Condition;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts again what passed then, in windows that follow each other without overlap. For one thread, in the order of the log. Windows that are
 * over are forgotten, so memory grows with what happens within one window alone.
 */
final class ReplayedRates {

    private static final int SWEEP_AT = 50_000;

    private final Map<String, Window> windows = new HashMap<>();
    private int sweepAt = SWEEP_AT;

    private static final class Window {

        private final long end;
        private long used;

        Window(long end) {
            this.end = end;
        }
    }

    Rulebook.Rates of(Facts facts, Instant at) {
        return (policyId, ruleId, rate, take) -> ask(policyId + "/" + ruleId, rate, facts, at, take);
    }

    private Answer ask(String rule, Condition.Rate rate, Facts facts, Instant at, boolean take) {
        long wanted = 1;
        if (rate.sum()) {
            if (!(facts.get("params", "amount") instanceof Long amount) || amount < 0) {
                return Answer.UNKNOWN;
            }
            wanted = amount;
        }
        String key = switch (rate.per()) {
            case "agent" -> facts.text("agent", "id");
            case "action" -> facts.text("action", "name");
            case "target" -> facts.text("action", "target");
            default -> "";
        };
        long now = at.getEpochSecond();
        long start = now - Math.floorMod(now, rate.windowSeconds());
        Window window = windows.compute(rule + "/" + key, (name, before) -> before == null || before.end <= now
                ? new Window(start + rate.windowSeconds()) : before);
        if (windows.size() > sweepAt) {
            windows.values().removeIf(old -> old.end <= now);
            sweepAt = Math.max(SWEEP_AT, 2 * windows.size());
        }
        if (window.used > rate.limit() - wanted) {
            return Answer.EXCEEDED;
        }
        if (take) {
            window.used += wanted;
        }
        return Answer.WITHIN;
    }
}

package io.countersign.query.backtest.api;

import io.countersign.command.action.api.Verdict.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A past action whose verdict would have been another.
 *
 * @param rule the strictest rule of the tried policies that holds, as {@code policy/rule}; null when none does
 * @param human {@code approved} or {@code denied}; null when no person decided
 * @param contradicts a person decided otherwise
 */
public record ChangedAction(String actionId, String actionType, Instant requestedAt, Outcome from, Outcome to, @Nullable String rule,
        @Nullable String human, boolean contradicts) {}

package io.countersign.command.budget.api;

import io.countersign.command.store.api.EventName;
import java.time.Instant;
import java.util.List;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What was taken from a limited supply, and what became of it. Each event says how the window stands after it, so that the last one is all
 * that is needed to go on.
 */
public sealed interface BudgetEvent {

    /** One key in one period. */
    String windowId();

    /** What is taken after this event, held and spent. */
    long used();

    /** What is taken by age, for a window that rolls; null for one that ends. */
    @Nullable List<Piece> pieces();

    /** Some was taken for an action. */
    @EventName("budget.reserved")
    @Revision("2")
    record BudgetReserved(String windowId, String key, String period, String actionId, long amount, long used, long limit,
            @Nullable List<Piece> pieces) implements BudgetEvent {}

    /** It was spent: it stays taken. */
    @EventName("budget.settled")
    @Revision("1")
    record BudgetSettled(String windowId, String actionId, long amount, long used, @Nullable List<Piece> pieces) implements BudgetEvent {}

    /** It was not needed, and given back. */
    @EventName("budget.released")
    @Revision("1")
    record BudgetReleased(String windowId, String actionId, long amount, long used, @Nullable List<Piece> pieces) implements BudgetEvent {}

    /** What was taken in a stretch of time that begins here. */
    record Piece(Instant from, long amount) {}
}

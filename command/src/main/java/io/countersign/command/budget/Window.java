package io.countersign.command.budget;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.budget.api.BudgetEvent;
import io.countersign.command.budget.api.BudgetEvent.BudgetReleased;
import io.countersign.command.budget.api.BudgetEvent.BudgetReserved;
import io.countersign.command.budget.api.BudgetEvent.BudgetSettled;
import io.countersign.command.budget.api.BudgetEvent.Piece;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.budget.api.Supply.Span.Rolling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** What is left of one supply in one period. Taking from it is an event in the same append as the verdict, so two cannot take the last. */
@Aggregate(type = "BudgetWindow")
class Window {

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private long used;
    private @Nullable List<Piece> pieces;

    Window() {
        // for Axon
    }

    /** Takes some; false when not enough is left. */
    boolean reserve(Supply supply, Instant now, String actionId, long amount, long limit) {
        List<Piece> alive = supply.span() instanceof Rolling rolling ? alive(pieces, rolling, now) : null;
        long before = alive == null ? used : sum(alive);
        if (amount > limit - before) {
            return false;
        }
        List<Piece> after = supply.span() instanceof Rolling rolling ? added(alive, pieceOf(rolling, now), amount) : null;
        happened(supply.workspace(), new BudgetReserved(supply.windowId(now), supply.key(), supply.period(now), actionId, amount,
                before + amount, limit, after));
        return true;
    }

    /** What was held is spent. When it had been given back, it is taken again, whatever is left. */
    void settle(String workspace, String actionId, long amount, Instant reservedAt, boolean released) {
        long back = released ? amount : 0;
        happened(workspace, new BudgetSettled(id, actionId, amount, used + back, pieces == null ? null : changed(pieces, reservedAt, back)));
    }

    /** What was held comes back. */
    void release(String workspace, String actionId, long amount, Instant reservedAt) {
        happened(workspace, new BudgetReleased(id, actionId, amount, Math.max(0, used - amount),
                pieces == null ? null : changed(pieces, reservedAt, -amount)));
    }

    private static void happened(String workspace, BudgetEvent event) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(BudgetEvent event) {
        id = event.windowId();
        used = event.used();
        pieces = event.pieces();
    }

    /** What is still counted at this moment. */
    static long used(BudgetEvent last, Supply supply, Instant now) {
        return supply.span() instanceof Rolling rolling ? sum(alive(last.pieces(), rolling, now)) : last.used();
    }

    private static List<Piece> alive(@Nullable List<Piece> pieces, Rolling rolling, Instant now) {
        Instant oldest = now.minus(rolling.length()).minusSeconds(rolling.pieceSeconds());
        return pieces == null ? List.of() : pieces.stream().filter(piece -> piece.from().isAfter(oldest)).toList();
    }

    private static Instant pieceOf(Rolling rolling, Instant now) {
        return Instant.ofEpochSecond(now.getEpochSecond() / rolling.pieceSeconds() * rolling.pieceSeconds());
    }

    private static List<Piece> added(List<Piece> alive, Instant from, long amount) {
        List<Piece> after = new ArrayList<>(alive);
        after.removeIf(piece -> piece.from().equals(from));
        after.add(new Piece(from, amount + alive.stream().filter(piece -> piece.from().equals(from)).mapToLong(Piece::amount).sum()));
        return List.copyOf(after);
    }

    /** The piece that was the youngest when it was taken changes; one that is no longer counted does not. */
    private static List<Piece> changed(List<Piece> pieces, Instant reservedAt, long by) {
        List<Piece> after = new ArrayList<>(pieces);
        pieces.stream().filter(piece -> !piece.from().isAfter(reservedAt)).max(java.util.Comparator.comparing(Piece::from)).ifPresent(piece ->
                after.set(pieces.indexOf(piece), new Piece(piece.from(), Math.max(0, piece.amount() + by))));
        return List.copyOf(after);
    }

    private static long sum(List<Piece> pieces) {
        return pieces.stream().mapToLong(Piece::amount).sum();
    }
}

package io.countersign.query.backtest;

import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.store.api.EventReader.Stored;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An action as it was asked for and judged. */
record PastAction(ActionRequested request, Verdict verdict, Instant at) {

    /** Empty when these are not the two events of one append. */
    static Optional<PastAction> of(Stored first, Stored second) {
        return first.aggregateId().equals(second.aggregateId()) ? of(first.payload(), second.payload(), first.at()) : Optional.empty();
    }

    /** Of the first two events of one stream. */
    static Optional<PastAction> of(Object first, Object second, Instant at) {
        Verdict verdict = verdict(second);
        return first instanceof ActionRequested requested && verdict != null ? Optional.of(new PastAction(requested, verdict, at))
                : Optional.empty();
    }

    private static @Nullable Verdict verdict(Object event) {
        return switch (event) {
            case ActionAutoApproved e -> e.verdict();
            case ActionApprovalRequired e -> e.verdict();
            case ActionDelayed e -> e.verdict();
            case ActionBlocked e -> e.verdict();
            default -> null;
        };
    }
}

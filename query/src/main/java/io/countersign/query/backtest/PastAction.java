package io.countersign.query.backtest;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Verdict;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An action as it was asked for and judged.
 *
 * @param full all of the verdict, read when it is asked for
 */
record PastAction(ActionRequested request, Instant at, Glance glance, Supplier<Verdict> full) {

    private static final Set<Class<?>> JUDGED =
            Set.of(ActionAutoApproved.class, ActionApprovalRequired.class, ActionDelayed.class, ActionBlocked.class);

    /** Whether an event of this type records what was said to a request. */
    static boolean isVerdict(Class<?> type) {
        return JUDGED.contains(type);
    }

    /** Of the first two events of one stream; empty when they are not those of one append. */
    static Optional<PastAction> of(Object first, Object second, Instant at) {
        return first instanceof ActionRequested requested && isVerdict(second.getClass())
                ? Optional.of(of(requested, at, Glance.of(verdict(second)), () -> second)) : Optional.empty();
    }

    static PastAction of(ActionRequested request, Instant at, Glance glance, Supplier<Object> second) {
        return new PastAction(request, at, glance, () -> verdict(second.get()));
    }

    private static Verdict verdict(Object event) {
        return Objects.requireNonNull(((ActionEvent) event).verdict());
    }

    Verdict verdict() {
        return full.get();
    }

    /** The moment that was judged for. */
    Instant judgedAt() {
        Instant judged = glance.at();
        return judged == null ? at : judged;
    }
}

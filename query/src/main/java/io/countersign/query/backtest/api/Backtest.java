package io.countersign.query.backtest.api;

import io.countersign.command.action.api.Verdict.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a backtest stands.
 *
 * @param processed past actions looked at
 * @param total past actions in the window, as far as they are known
 * @param changes how many verdicts would change, the most frequent change first
 * @param kept how many verdicts would stay, each from and to the same, mildest first
 * @param contradicted how many would be blocked although a person approved them, or pass although a person denied them
 * @param reviewsSaved how many would no longer ask a person
 * @param reviewsAdded how many would ask a person and did not
 * @param notEvaluable how many could not be looked at, because their content was erased
 * @param finishedAt null while it runs
 * @param error one sentence; null unless it failed
 */
public record Backtest(String id, State state, long processed, long total, List<Change> changes, List<Change> kept, long contradicted,
        long reviewsSaved, long reviewsAdded, long notEvaluable, Instant startedAt, @Nullable Instant finishedAt, @Nullable String error) {

    /** Copies. */
    public Backtest {
        changes = List.copyOf(changes);
        kept = List.copyOf(kept);
    }

    /** Where it is. */
    public enum State {
        /** Looking at past actions. */
        RUNNING,
        /** All of them were looked at. */
        FINISHED,
        /** Stopped by somebody, or by the end of the node. */
        CANCELLED,
        /** It could not go on. */
        FAILED
    }

    /** One kind of change and how often it happens. */
    public record Change(Outcome from, Outcome to, long count) {}
}

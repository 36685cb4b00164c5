package io.countersign.query.backtest.api;

import io.countersign.command.evaluation.api.Facts;
import java.util.Collection;
import java.util.Map;

/** What rules saw of an action when it was asked for. */
public interface RecordedFacts {

    /**
     * The facts of several actions by their ids. Absent are those that are unknown, of another workspace, or erased.
     *
     * @param actionIds at most a few hundred
     */
    Map<String, Facts> of(String workspace, Collection<String> actionIds);
}

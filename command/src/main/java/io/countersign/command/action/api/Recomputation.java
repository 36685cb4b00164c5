package io.countersign.command.action.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes stored verdicts again from what was stored with them. */
public interface Recomputation {

    /**
     * Goes over verdicts of policies in the order of actions' ids.
     *
     * @param after id to begin behind; null from the first
     * @param most how many actions to look at, 1 to 100,000
     */
    Report recompute(String workspace, @Nullable String after, int most);

    /**
     * What came of it.
     *
     * @param computed verdicts that were computed again
     * @param erased verdicts whose inputs were erased
     * @param differences those that came out otherwise, at most 100
     * @param next the id to go on behind; null when this was all
     */
    record Report(int computed, int erased, List<Difference> differences, @Nullable String next) {}

    /** A verdict that came out otherwise, and in what. */
    record Difference(String actionId, String what) {}
}

package io.countersign.query.action.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is still kept of what was written about actions, for those who erase it. Answers include the caller's own writes. */
public interface Contents {

    /**
     * Which actions.
     *
     * @param workspace null for all workspaces
     * @param requesterId null for whoever asked
     * @param askedBefore null for whenever
     */
    record Scope(@Nullable String workspace, @Nullable String requesterId, @Nullable Instant askedBefore) {}

    /** Counts ended actions whose content is kept, and kept in the database. */
    long archivable(Scope scope);

    /** The oldest of them. {@code most} 1 to 1,000. */
    List<Kept> toArchive(Scope scope, @Nullable Kept after, int most);

    /**
     * How many actions of a scope there are.
     *
     * @param ended ended, and their content is still kept
     * @param open still needed, so that their content cannot be erased
     * @param waiting those of the open ones that can still be withdrawn
     * @param erased erased already
     */
    record Tally(long ended, long open, long waiting, long erased) {}

    /** An action whose content is kept. */
    record Kept(String actionId, String workspace, Instant requestedAt) {}

    /** Actions that can still be withdrawn, oldest first, after one of the page before. {@code most} 1 to 1,000. */
    List<Kept> waiting(Scope scope, @Nullable Kept after, int most);

    /** Counts exactly. */
    Tally tally(Scope scope);

    /** Ended actions whose content is kept, oldest first, after one of the page before. {@code most} 1 to 1,000. */
    List<Kept> ended(Scope scope, @Nullable Kept after, int most);
}

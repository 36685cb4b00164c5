package io.countersign.query.proof.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check of the whole log found. The three parts are told apart, because they are different promises.
 *
 * @param at when it ended
 * @param checked how many events were found to be exactly as recorded
 * @param seconds how long it took
 */
public record Verification(Instant at, long checked, double seconds, Integrity integrity, Anchored anchored, Completeness completeness,
        Archived archived) {

    /**
     * Nothing was altered, moved, added or taken out of the middle.
     *
     * @param firstBad the first index that is wrong; where only a stretch can be told, its first
     * @param until the index after the last that may be meant; null when valid
     * @param reason one sentence; null when valid
     */
    public record Integrity(boolean valid, @Nullable Long firstBad, @Nullable Long until, @Nullable String reason) {}

    /**
     * How far the log is vouched for by checkpoints that were also written down outside the database.
     *
     * @param size the first so many events
     * @param signed the first so many events are covered by a signed checkpoint at all
     * @param places kinds of anchors there are
     */
    public record Anchored(long size, long signed, List<String> places) {}

    /**
     * Nothing was cut off at the end, as far as any known checkpoint can tell.
     *
     * @param missingFrom index of the first event that a checkpoint speaks of and that is not there; null when complete
     * @param reason one sentence
     */
    public record Completeness(boolean complete, @Nullable Long missingFrom, String reason) {}

    /**
     * Events that left the database and are known here by their leaves and stubs. With the file at hand, they are checked to the last byte.
     *
     * @param events how many
     * @param files how many archives they stand whole in
     * @param away names of those that are not here, at most 100
     */
    public record Archived(long events, long files, List<String> away) {}

    /** True when nothing is wrong with what is there, and nothing is known to be missing. */
    public boolean passed() {
        return integrity.valid() && completeness.complete();
    }
}

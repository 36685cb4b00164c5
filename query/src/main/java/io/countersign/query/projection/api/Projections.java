package io.countersign.query.projection.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The views kept from the log: how far each is, what it could not digest, and rebuilding one beside the live one. */
public interface Projections {

    /** All, by name. */
    List<State> all();

    /**
     * Builds a new view beside the live one, compares the two and switches. Returns at once; progress shows in {@link #all()}.
     *
     * @throws io.countersign.command.api.Refused {@code not_found} for an unknown name
     */
    State rebuild(String name);

    /** Tries again what a projection could not digest. Answers how many events were digested. */
    int retryParked(String name);

    /**
     * @param position index of the last event taken in; -1 for none
     * @param head index of the last event of the log
     * @param running whether some node keeps it up to date
     * @param parked events set aside because they failed
     * @param rebuild null when none is under way or known
     */
    record State(String name, long position, long head, boolean running, long parked, @Nullable Rebuild rebuild) {
        /** Events still to take in. */
        public long lag() {
            return Math.max(0, head - position);
        }
    }

    /**
     * @param phase {@code building}, {@code indexing}, {@code comparing}, {@code switched}, {@code differs} or {@code failed}
     * @param identical set once compared
     */
    record Rebuild(String phase, long position, long head, double eventsPerSecond, @Nullable Long secondsLeft, Instant startedAt,
            @Nullable Instant finishedAt, @Nullable Boolean identical, @Nullable String message) {}
}

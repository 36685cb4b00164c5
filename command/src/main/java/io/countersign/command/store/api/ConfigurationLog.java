package io.countersign.command.store.api;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The part of the log that decides what is allowed: few events, of which every node keeps a folded copy. */
public interface ConfigurationLog {

    /**
     * The place of the newest configuration event, read from the database now. A copy that has reached it is current.
     *
     * @return -1 when there is none
     */
    long epoch();

    /** Events of one aggregate type after a place, in order. */
    List<EventReader.Stored> after(String aggregateType, long index);

    /**
     * A copy of what the events of one aggregate type say, which compares itself with the epoch whenever it is asked. Asking throws
     * {@link io.countersign.command.api.Refused} {@code approval_system_unavailable} when that is not possible.
     *
     * @param empty the copy before the first event; copies are values and never changed
     * @param evolve the copy after some more events, in order
     */
    default <S> Supplier<S> copy(String aggregateType, S empty, BiFunction<S, List<EventReader.Stored>, S> evolve) {
        return ConfigurationCopy.of(this, aggregateType, empty, evolve);
    }
}

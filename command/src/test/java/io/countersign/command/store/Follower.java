package io.countersign.command.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.jspecify.annotations.Nullable;

/** Reads a log from its beginning, on and on, and notes every event it comes to see. */
final class Follower implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(1);

    private final List<String> seen;
    private final Future<?> reading;
    private volatile boolean closed;

    /** One step of reading; false when there was nothing new. */
    @FunctionalInterface
    private interface Step {
        boolean read() throws Exception;
    }

    private Follower(Step step, List<String> seen) {
        this.seen = seen;
        this.reading = Threads.start(() -> {
            while (!closed) {
                if (!step.read()) {
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
            return null;
        });
    }

    /** Asks the engine again and again. */
    static Follower of(EventStorageEngine engine) {
        List<String> into = new CopyOnWriteArrayList<>();
        TrackingToken[] last = {null};
        return new Follower(() -> {
            boolean some = false;
            var events = engine.readEvents(last[0], false).iterator();
            while (events.hasNext()) {
                TrackedEventMessage<?> event = events.next();
                into.add(event.getIdentifier());
                last[0] = event.trackingToken();
                some = true;
            }
            return some;
        }, into);
    }

    /** Stands in the stream of a node, as a processor does. */
    static Follower of(SignallingEventStore store, @Nullable TrackingToken from) {
        List<String> into = new CopyOnWriteArrayList<>();
        TrackingEventStream stream = store.openStream(from);
        return new Follower(() -> {
            if (stream.hasNextAvailable(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                into.add(stream.nextAvailable().getIdentifier());
            }
            return true;
        }, into);
    }

    /** Ids of the events, in the order in which it saw them. */
    List<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        closed = true;
        Threads.get(reading);
    }
}

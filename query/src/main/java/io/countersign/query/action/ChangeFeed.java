package io.countersign.query.action;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Changes;
import io.countersign.query.projection.ViewPositions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Reads the end of the log on every node, whoever keeps the views, and tells listeners what the views show by now. */
final class ChangeFeed implements Changes, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final EventStore events;
    private final ViewPositions views;
    private final Function<String, @Nullable String> workspaces;
    private final List<Consumer<Actions.Change>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Thread reader;
    private volatile boolean running;

    /**
     * @param workspaces the workspace of an action whose event does not name it
     */
    ChangeFeed(EventStore events, ViewPositions views, Function<String, @Nullable String> workspaces) {
        this.events = events;
        this.views = views;
        this.workspaces = workspaces;
    }

    @Override
    public AutoCloseable subscribe(Consumer<Actions.Change> listener) {
        Consumer<Actions.Change> own = listener::accept; // the same listener may subscribe twice and leave once
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            TrackingToken head = events.createHeadToken();
            reader = Thread.ofPlatform().name("action-changes").daemon().start(() -> follow(head));
        }
    }

    private void follow(@Nullable TrackingToken start) {
        TrackingToken token = start;
        while (running) {
            try (var stream = events.openStream(token)) {
                while (running) {
                    if (stream.hasNextAvailable(1, TimeUnit.SECONDS)) {
                        TrackedEventMessage<?> message = stream.nextAvailable();
                        token = message.trackingToken();
                        announce(message);
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.debug("The end of the log could not be read; trying again shortly", e);
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private void announce(TrackedEventMessage<?> message) {
        if (listeners.isEmpty() || !(message.getPayload() instanceof ActionEvent event)) {
            return;
        }
        long index = message.trackingToken().position().orElse(-1);
        views.reached(ActionsProjection.NAME, index);
        views.reached(QueueProjection.NAME, index);
        String workspace = workspace(event, message);
        if (workspace == null) {
            return;
        }
        Actions.Change change = new Actions.Change(workspace, event.actionId(), event.statusAfter(null), message.getTimestamp(), index);
        for (Consumer<Actions.Change> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                LOG.debug("A listener failed; the others are told all the same", e);
            }
        }
    }

    private @Nullable String workspace(ActionEvent event, TrackedEventMessage<?> message) {
        if (event instanceof ActionEvent.ActionRequested requested) {
            return requested.workspace();
        }
        Object named = message.getMetaData().get("workspace");
        return named == null ? workspaces.apply(event.actionId()) : named.toString();
    }

    @Override
    public synchronized void stop() {
        running = false;
        Thread thread = reader;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(STOP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** With the views, before the web server. */
    @Override
    public int getPhase() {
        return 0;
    }
}

package io.countersign.command.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the readers of all nodes when something was appended on any of them.
 *
 * <p>The notification is sent after the commit and by a thread of its own, at most one at a time: inside the append it would take a lock
 * that all appends share. A lost notification costs a second, because readers also look by themselves.
 */
final class SignallingEventStore extends EmbeddedEventStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignallingEventStore.class);
    private static final String CHANNEL = "countersign_events";
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Semaphore appended = new Semaphore(0);
    private final DataSource dataSource;
    private volatile boolean closed;
    private final List<Thread> threads;

    SignallingEventStore(Builder builder, DataSource dataSource) {
        super(builder);
        this.dataSource = dataSource;
        this.threads = List.of(Thread.ofPlatform().name("event-listen").daemon().start(this::listen),
                Thread.ofPlatform().name("event-notify").daemon().start(this::notifyOthers));
    }

    @Override
    protected void afterCommit(List<? extends EventMessage<?>> events) {
        super.afterCommit(events);
        if (appended != null && appended.availablePermits() == 0) {
            appended.release();
        }
    }

    private void wakeReaders() {
        super.afterCommit(List.of());
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
                statement.execute("listen " + CHANNEL);
                wakeReaders(); // whatever was missed while not listening
                PGConnection notifications = connection.unwrap(PGConnection.class);
                while (!closed) {
                    var received = notifications.getNotifications(1_000);
                    if (received != null && received.length > 0) {
                        wakeReaders();
                    }
                }
                statement.execute("unlisten *");
            } catch (SQLException e) {
                LOG.debug("Listening for other nodes is interrupted", e);
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private void notifyOthers() {
        while (!closed) {
            try {
                appended.acquire();
                appended.drainPermits();
                if (closed) {
                    return;
                }
                try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
                    statement.execute("notify " + CHANNEL);
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException e) {
                LOG.debug("Notifying other nodes is interrupted", e);
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        appended.release();
        threads.forEach(thread -> {
            try {
                thread.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        shutDown();
    }
}

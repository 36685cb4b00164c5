package io.countersign.command.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections of a pool. While the database cannot be reached, one caller at a time waits for it and all others are told at once: a request
 * that asks three times does not wait three times, and a service without its database answers promptly that it has none.
 */
final class PromptDataSource extends DelegatingDataSource implements AutoCloseable {

    /** After a vain wait nobody waits for so long; what one request asks for in turn fits in. */
    private static final Duration PAUSE = Duration.ofMillis(1_500);

    private final HikariDataSource pool;
    private final Semaphore asking = new Semaphore(1);
    private volatile boolean gone;
    private volatile long askAgainAt;

    PromptDataSource(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    /** @throws SQLTransientConnectionException when the database cannot be reached, or no connection becomes free in time */
    @Override
    public Connection getConnection() throws SQLException {
        return gone ? ask() : connect();
    }

    private Connection ask() throws SQLException {
        if (askAgainAt - System.nanoTime() > 0 || !asking.tryAcquire()) {
            throw new SQLTransientConnectionException("The database cannot be reached.", "08001");
        }
        try {
            return connect();
        } finally {
            asking.release();
        }
    }

    private Connection connect() throws SQLException {
        try {
            Connection connection = pool.getConnection();
            gone = false;
            return connection;
        } catch (SQLTransientConnectionException e) {
            // Without a cause all connections are only busy, and the next caller may be lucky.
            if (e.getCause() != null) {
                askAgainAt = System.nanoTime() + PAUSE.toNanos();
                gone = true;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}

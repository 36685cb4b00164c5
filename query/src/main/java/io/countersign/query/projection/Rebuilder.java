package io.countersign.query.projection;

import io.countersign.command.store.api.AppendPause;
import io.countersign.command.store.api.Head;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Builds a view anew in its idle slot while the other serves, compares the two at one and the same position, and switches if they are equal.
 *
 * <p>One rebuild of a view at a time, on all nodes: it holds a lock in the database that ends with its connection. Killed midway it leaves an
 * idle slot that nobody reads and that the next rebuild empties.
 */
final class Rebuilder {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);
    private static final int LOCK_CLASS = 0x43534e42;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration CLAIM = Duration.ofSeconds(15);
    private static final int ATTEMPTS = 20;
    private static final long NEARLY = 500;

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final Slots slots;
    private final ProjectionRunner runner;
    private final Head head;
    private final AppendPause appends;
    private final Clock clock;

    Rebuilder(DataSource dataSource, Slots slots, ProjectionRunner runner, Head head, AppendPause appends, Clock clock) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.slots = slots;
        this.runner = runner;
        this.head = head;
        this.appends = appends;
        this.clock = clock;
    }

    /** Begins, unless a rebuild of this view is under way on any node. */
    void start(String view) {
        Connection lock = connection();
        if (!tryLock(lock, view)) {
            close(lock);
            return;
        }
        try {
            slots.rebuildStarts(view, clock.instant());
            Thread.ofVirtual().name("rebuild-" + view).start(() -> {
                try {
                    rebuild(view);
                } finally {
                    unlock(lock, view);
                }
            });
        } catch (RuntimeException e) {
            unlock(lock, view);
            throw e;
        }
    }

    /** False when the node that was rebuilding is gone. */
    boolean isUnderWay(String view) {
        return jdbc.sql("""
                select exists (select 1 from pg_locks where locktype = 'advisory' and granted and classid = ?::int::oid
                    and objid = (hashtext(?)::bigint & 4294967295)::oid
                    and database = (select oid from pg_database where datname = current_database()))""")
                .params(LOCK_CLASS, view).query(Boolean.class).single();
    }

    private void rebuild(String view) {
        Slot idle = slots.live(view).other();
        try {
            claim(idle);
            awaitNearHead(idle);
            slots.rebuildReaches(view, "comparing");
            Comparison comparison = compare(idle);
            if (comparison.differing() == 0) {
                slots.makeLive(idle);
                end(view, "switched", true, "%,d rows are the same.".formatted(comparison.rows()));
            } else {
                end(view, "differs", false, "%,d of %,d rows differ; the old view goes on serving."
                        .formatted(comparison.differing(), comparison.rows()));
            }
        } catch (RuntimeException e) {
            LOG.warn("The rebuild of view {} failed", view, e);
            fail(view, e);
        } finally {
            runner.built(idle);
        }
    }

    private void end(String view, String phase, boolean identical, String message) {
        slots.rebuildEnds(view, phase, identical, message, clock.instant());
        LOG.info("The rebuild of view {} ends: {}", view, message);
    }

    private void fail(String view, RuntimeException failure) {
        try {
            String message = failure instanceof GaveUp ? failure.getMessage() : "It failed; the log of the node says why.";
            slots.rebuildEnds(view, "failed", null, message, clock.instant());
        } catch (RuntimeException e) {
            LOG.debug("The failure could not be recorded; the lock that is gone tells it", e);
        }
    }

    /** Another node may keep the idle slot for a moment after a switch. */
    private void claim(Slot idle) {
        long deadline = System.nanoTime() + CLAIM.toNanos();
        while (true) {
            try {
                runner.fill(idle);
                goOn();
                slots.rebuildReaches(idle.view(), "indexing");
                slots.complete(idle);
                goOn();
                runner.build(idle);
                return;
            } catch (UnableToClaimTokenException e) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new GaveUp("Another node still keeps the slot; try again shortly.");
                }
                look();
            }
        }
    }

    private void awaitNearHead(Slot idle) {
        while (slots.position(idle) < head.index() - NEARLY) {
            look();
        }
    }

    private void goOn() {
        if (runner.isStopping()) {
            throw new GaveUp("The node was stopped.");
        }
    }

    private void look() {
        goOn();
        LockSupport.parkNanos(LOOK.toNanos());
    }

    /** Rows in both slots together counted once, and how many of them are not the same in both. */
    private record Comparison(long rows, long differing) {}

    private Comparison compare(Slot idle) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Connection> snapshot = appends.whilePaused(() -> snapshotAtHead(idle));
            if (snapshot.isPresent()) {
                try (Connection connection = snapshot.get()) {
                    Comparison comparison = compare(connection, idle);
                    connection.rollback();
                    connection.setAutoCommit(true);
                    return comparison;
                } catch (SQLException e) {
                    throw new DataAccessResourceFailureException("The views could not be compared", e);
                }
            }
            look();
        }
        throw new GaveUp("The two views did not reach the head of the log together; is the live one running?");
    }

    /** Nothing is appended now: as soon as both slots are at the head, freezes what is to be compared. */
    private Optional<Connection> snapshotAtHead(Slot idle) {
        long end = head.index();
        long deadline = System.nanoTime() + PAUSE.toNanos();
        while (slots.position(idle) < end || slots.position(idle.other()) < end) {
            if (System.nanoTime() - deadline >= 0) {
                return Optional.empty();
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        Connection connection = connection();
        try (Statement statement = connection.createStatement()) {
            Slots.patient(connection);
            connection.setAutoCommit(false);
            statement.execute("set transaction isolation level repeatable read read only");
            statement.execute("select position from query.projection_slot");
            return Optional.of(connection);
        } catch (SQLException e) {
            close(connection);
            throw new DataAccessResourceFailureException("The views could not be compared", e);
        }
    }

    /** Every column but the slot, as the bytes of its text. */
    private Comparison compare(Connection connection, Slot idle) throws SQLException {
        List<String> columns = JdbcClient.create(new SingleConnectionDataSource(connection, true))
                .sql("""
                        select column_name from information_schema.columns
                        where table_schema = 'query' and table_name = ? and column_name <> 'slot' order by ordinal_position""")
                .param(idle.view()).query(String.class).list();
        String left = columns.stream().map(column -> "l." + column + "::text").collect(Collectors.joining(", "));
        String right = columns.stream().map(column -> "r." + column + "::text").collect(Collectors.joining(", "));
        String differing = "select count(*), count(*) filter (where (%s) is distinct from (%s)) from %s l full join %s r on r.id = l.id"
                .formatted(left, right, idle.other().table(), idle.table());
        try (PreparedStatement statement = connection.prepareStatement(differing); ResultSet counts = statement.executeQuery()) {
            counts.next();
            return new Comparison(counts.getLong(1), counts.getLong(2));
        }
    }

    private Connection connection() {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("No connection", e);
        }
    }

    private static boolean tryLock(Connection connection, String view) {
        try (PreparedStatement statement = connection.prepareStatement("select pg_try_advisory_lock(?, hashtext(?))")) {
            statement.setInt(1, LOCK_CLASS);
            statement.setString(2, view);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            close(connection);
            throw new DataAccessResourceFailureException("The rebuild could not be locked", e);
        }
    }

    private static void unlock(Connection connection, String view) {
        try (PreparedStatement statement = connection.prepareStatement("select pg_advisory_unlock(?, hashtext(?))")) {
            statement.setInt(1, LOCK_CLASS);
            statement.setString(2, view);
            statement.execute();
        } catch (SQLException e) {
            LOG.debug("The lock of the rebuild goes with its connection", e);
        } finally {
            close(connection);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not close", e);
        }
    }

    /** Ends a rebuild with a sentence for the operator. */
    private static final class GaveUp extends RuntimeException {

        @java.io.Serial
        private static final long serialVersionUID = 1L;

        GaveUp(String message) {
            super(message);
        }
    }
}

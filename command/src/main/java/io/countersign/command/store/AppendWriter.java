package io.countersign.command.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of this node. It takes what concurrent commands want stored and appends it in one transaction: one lock, one sync.
 *
 * <p>The lock is held across all nodes while the index is given and until the commit is done, so the order of indexes is the order of
 * commits and there are no gaps. A reader that has seen index n has seen everything before it.
 */
final class AppendWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AppendWriter.class);

    /** Identifies the append lock among the advisory locks of the database. */
    static final long LOCK = 0x436f756e74657273L;

    private static final int MOST_AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration PAUSE = Duration.ofMillis(100);

    // A node that stops in the middle of its transaction must not hold up the others for long.
    private static final String SESSION = "set idle_in_transaction_session_timeout = '5s'; set lock_timeout = '6s'; set synchronous_commit = on";

    // Two statements in one round trip: the second takes its snapshot after the lock is held.
    private static final String LOCK_AND_HEAD =
            "select pg_advisory_xact_lock(" + LOCK + "); select coalesce(max(global_index), -1), "
                    + "coalesce((select position from command.epoch where name = 'configuration'), -1) from command.domain_event_entry";

    private static final String INSERT_EVENTS = """
            insert into command.domain_event_entry (global_index, event_identifier, aggregate_identifier, sequence_number, type,
                time_stamp, payload_type, payload_revision, payload, meta_data)
            select * from unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[])""";
    private static final String INSERT_KEYS =
            "insert into command.data_key (key_id, master_id, wrapped) select * from unnest(?::text[], ?::text[], ?::text[])";
    private static final String DESTROY_KEYS = "select command.destroy_data_keys(?::text[])";
    private static final String MOVE_EPOCH = """
            insert into command.epoch (name, position) values ('configuration', ?)
            on conflict (name) do update set position = excluded.position""";

    private final LinkedBlockingQueue<Append> waiting = new LinkedBlockingQueue<>();
    private final DataSource dataSource;
    private final Duration patience;
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable Connection connection;

    AppendWriter(DataSource dataSource) {
        this(dataSource, PATIENCE);
    }

    /** {@code patience} is how long a lost database may take to come back before its callers are told that nobody knows. */
    AppendWriter(DataSource dataSource, Duration patience) {
        this.dataSource = dataSource;
        this.patience = patience;
        this.thread = Thread.ofPlatform().name("event-writer").daemon().start(this::run);
    }

    /**
     * Stores and returns once it is durable.
     *
     * @throws PlaceTaken when another append took the place of one of these events in its stream, or one of the keys, or changed the
     *     configuration it was decided on
     * @throws StoreUnavailable when it is not stored, or when that cannot be known
     */
    void append(Append append) {
        if (closed) {
            throw new StoreUnavailable("The service is shutting down; nothing was stored.", false, null);
        }
        waiting.add(append);
        join(append);
    }

    /** How many appends are in line behind the batch that is being written. */
    int waiting() {
        return waiting.size();
    }

    private static void join(Append append) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    append.done().get(30, TimeUnit.SECONDS);
                    return;
                } catch (InterruptedException e) {
                    interrupted = true; // the writer will store it all the same: only its answer is the truth
                } catch (java.util.concurrent.ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
                } catch (java.util.concurrent.TimeoutException e) {
                    throw new StoreUnavailable("The event store did not answer in time; it may or may not have stored this.", true, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        List<Append> batch = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            batch.clear();
            try {
                Append first = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, MOST_AT_ONCE - 1);
                store(batch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("The event writer failed unexpectedly", e);
                batch.forEach(append -> append.done().completeExceptionally(
                        new StoreUnavailable("The event store failed; it may or may not have stored this.", true, e)));
                disconnect();
            }
        }
    }

    private void store(List<Append> batch) {
        Connection open;
        try {
            open = connect();
        } catch (SQLException e) {
            fail(batch, new StoreUnavailable("The event store cannot be reached; nothing was stored.", false, e));
            return;
        }
        try {
            Set<Append> stored = write(open, batch);
            for (Append append : batch) {
                if (stored.contains(append)) {
                    append.done().complete(null);
                } else {
                    append.done().completeExceptionally(new PlaceTaken(null));
                }
            }
        } catch (SQLException e) {
            if (isLost(e) || !rolledBack(open)) {
                recover(batch, e);
            } else if (batch.size() == 1 || !isAboutRows(e)) {
                fail(batch, translated(e));
            } else {
                batch.forEach(append -> store(List.of(append))); // so that only the guilty one fails
            }
        }
    }

    /** The connection broke at some point: under the lock, look what became durable, and store the rest again. */
    private void recover(List<Append> batch, SQLException cause) {
        long until = System.nanoTime() + patience.toNanos();
        disconnect();
        while (true) {
            try {
                Connection open = connect();
                long head = lockAndHead(open).index();
                Set<String> durable = stored(open, batch);
                List<Append> missing = batch.stream().filter(append -> !durable.contains(append.firstEventId())).toList();
                open.rollback();
                batch.stream().filter(append -> durable.contains(append.firstEventId())).forEach(append -> append.done().complete(null));
                LOG.warn("The connection of the event writer was lost and is back; head {}, {} of {} appends were durable", head,
                        durable.size(), batch.size());
                missing.forEach(append -> store(List.of(append)));
                return;
            } catch (SQLException e) {
                disconnect();
                if (System.nanoTime() > until || closed) {
                    cause.addSuppressed(e);
                    fail(batch, new StoreUnavailable("The event store was lost; it may or may not have stored this.", true, cause));
                    return;
                }
                java.util.concurrent.locks.LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static Set<String> stored(Connection open, List<Append> batch) throws SQLException {
        Set<String> found = new HashSet<>();
        try (PreparedStatement select =
                open.prepareStatement("select event_identifier from command.domain_event_entry where event_identifier = any(?)")) {
            select.setArray(1, open.createArrayOf("text", batch.stream().map(Append::firstEventId).toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }

    /** Where the log ends, and where its newest configuration event stands. */
    private record Ends(long index, long epoch) {}

    /** Writes what is not outdated, and answers with that. */
    private static Set<Append> write(Connection open, List<Append> all) throws SQLException {
        Ends ends = lockAndHead(open);
        long head = ends.index();
        List<Append> batch = upToDate(all, ends);
        if (batch.isEmpty()) {
            open.rollback();
            return Set.of();
        }
        List<Append.Row> rows = batch.stream().flatMap(append -> append.rows().stream()).toList();
        List<Append.WrappedKey> keys = batch.stream().flatMap(append -> append.keys().stream()).toList();
        try (PreparedStatement insert = open.prepareStatement(INSERT_EVENTS)) {
            Long[] indexes = new Long[rows.size()];
            for (int i = 0; i < indexes.length; i++) {
                indexes[i] = head + 1 + i;
            }
            insert.setArray(1, open.createArrayOf("bigint", indexes));
            texts(open, insert, 2, rows, Append.Row::id);
            texts(open, insert, 3, rows, Append.Row::aggregateId);
            insert.setArray(4, open.createArrayOf("bigint", rows.stream().map(Append.Row::sequence).toArray()));
            texts(open, insert, 5, rows, Append.Row::type);
            texts(open, insert, 6, rows, Append.Row::time);
            texts(open, insert, 7, rows, Append.Row::name);
            texts(open, insert, 8, rows, Append.Row::revision);
            texts(open, insert, 9, rows, Append.Row::payload);
            texts(open, insert, 10, rows, Append.Row::metadata);
            insert.executeUpdate();
        }
        if (!keys.isEmpty()) {
            try (PreparedStatement insert = open.prepareStatement(INSERT_KEYS)) {
                texts(open, insert, 1, keys, Append.WrappedKey::keyId);
                texts(open, insert, 2, keys, Append.WrappedKey::masterId);
                texts(open, insert, 3, keys, Append.WrappedKey::wrapped);
                insert.executeUpdate();
            }
        }
        List<String> destroyed = batch.stream().flatMap(append -> append.destroyed().stream()).toList();
        if (!destroyed.isEmpty()) {
            try (PreparedStatement destroy = open.prepareStatement(DESTROY_KEYS)) {
                texts(open, destroy, 1, destroyed, id -> id);
                destroy.execute();
            }
        }
        if (batch.stream().anyMatch(Append::configuration)) {
            try (PreparedStatement move = open.prepareStatement(MOVE_EPOCH)) {
                move.setLong(1, head + rows.size());
                move.executeUpdate();
            }
        }
        open.commit();
        Set<Append> stored = Collections.newSetFromMap(new IdentityHashMap<>());
        stored.addAll(batch);
        return stored;
    }

    /**
     * Leaves out what was decided on a configuration that is no longer in force: a role may have been taken away, a name given to another. So a
     * change is in force everywhere once its call returns, and of two changes that exclude each other one comes second and is decided again.
     */
    private static List<Append> upToDate(List<Append> batch, Ends ends) {
        List<Append> fresh = new ArrayList<>(batch.size());
        long index = ends.index();
        long epoch = ends.epoch();
        for (Append append : batch) {
            if (append.decidedOn() == null || append.decidedOn() >= epoch) {
                fresh.add(append);
                index += append.rows().size();
                epoch = append.configuration() ? index : epoch;
            }
        }
        return fresh;
    }

    private static <T> void texts(Connection open, PreparedStatement statement, int position, List<T> from, Function<T, @Nullable String> text)
            throws SQLException {
        Array array = open.createArrayOf("text", from.stream().map(text).toArray());
        statement.setArray(position, array);
    }

    private static Ends lockAndHead(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement(LOCK_AND_HEAD)) { // prepared: planning it took longer than it takes
            statement.execute();
            statement.getMoreResults();
            try (ResultSet head = statement.getResultSet()) {
                head.next();
                return new Ends(head.getLong(1), head.getLong(2));
            }
        }
    }

    private static boolean rolledBack(Connection open) {
        try {
            open.rollback();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static RuntimeException translated(SQLException e) {
        for (SQLException next = e; next != null; next = next.getNextException()) {
            if ("23505".equals(next.getSQLState())) {
                return new PlaceTaken(next);
            }
        }
        return new StoreUnavailable("The event store refused; nothing was stored.", false, e);
    }

    /** Connection trouble, or a server that goes down or comes up: whether a commit got through is open. */
    private static boolean isLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P") || state.startsWith("25P03") || state.startsWith("XX");
    }

    /** The rows themselves are at fault, so one append of the batch is guilty. A lock not got or a full disk is nobody's fault. */
    private static boolean isAboutRows(SQLException e) {
        String state = e.getSQLState();
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }

    private static void fail(List<Append> batch, RuntimeException why) {
        batch.forEach(append -> append.done().completeExceptionally(why));
    }

    private Connection connect() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = dataSource.getConnection();
            try (Statement statement = open.createStatement()) {
                statement.execute(SESSION);
                open.setAutoCommit(false);
            } catch (SQLException e) {
                open.close();
                throw e;
            }
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try (open; Statement statement = open.createStatement()) {
                open.rollback();
                statement.execute("reset all"); // it may go back into the pool, without our session settings
                open.commit();
            } catch (SQLException e) {
                LOG.debug("Closing a lost connection", e);
            }
        }
    }

    /** Stores what is waiting, then stops. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }

    /** Another append was first. */
    static final class PlaceTaken extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        // The database's own text holds the values of the row, so it goes no further than the cause.
        PlaceTaken(@Nullable SQLException cause) {
            super("Another command was first.", cause);
        }
    }
}

package io.countersign.command.database.api;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Rows of a table in the order of a key, as PostgreSQL sends them in bulk: their bytes, not taken apart, one row in memory at a time. Reads
 * in stretches, each of them one statement, so that it may look at any number of rows without holding on to old ones in the database. For one
 * thread; keeps one connection until it is closed.
 */
public final class BulkRows implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BulkRows.class);
    private static final int HEADER = 19;
    private static final int KEY = Integer.BYTES + Long.BYTES;

    private final Connection connection;
    private final String query;
    private final int most;
    private @Nullable CopyOut stretch;
    private long from;
    private int seen;
    private boolean over;
    private byte[] bytes = {};
    private int start;
    private long key;

    /**
     * Opens.
     *
     * @param query selects the key, a {@code bigint}, and then any columns, and ends in {@code where key >= %d order by key limit %d}
     * @param from lowest key to read
     * @param stretch how many rows one statement reads; positive. Between two of them the database waits; of the last one begun all are read, wanted
     *     or not
     */
    public BulkRows(DataSource database, String query, long from, int stretch) {
        this.query = query;
        this.most = stretch;
        this.from = from;
        try {
            this.connection = database.getConnection();
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("No connection", e);
        }
    }

    /** Goes to the next row. False at the end. */
    public boolean next() {
        try {
            while (!over) {
                CopyOut copy = stretch == null ? open() : stretch;
                byte[] message = copy.readFromCopy();
                if (message == null) {
                    stretch = null;
                    over = seen < most;
                } else if (take(message)) {
                    return true;
                }
            }
            return false;
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The rows could not be read", e);
        }
    }

    private CopyOut open() throws SQLException {
        CopyOut opened = connection.unwrap(PGConnection.class).getCopyAPI()
                .copyOut("copy (" + query.formatted(from, most) + ") to stdout (format binary)");
        stretch = opened;
        seen = -1;
        return opened;
    }

    /** One message is one row; the first bears the header of the format as well, and the last is none. */
    private boolean take(byte[] message) {
        int at = seen < 0 ? HEADER : 0;
        seen = Math.max(seen, 0);
        ByteBuffer row = ByteBuffer.wrap(message);
        if (row.remaining() < at + Short.BYTES + KEY || row.getShort(at) < 0) {
            return false;
        }
        seen++;
        bytes = message;
        start = at + Short.BYTES + KEY;
        key = row.getLong(at + Short.BYTES + Integer.BYTES);
        from = key + 1;
        return true;
    }

    /** Key of the row. */
    public long key() {
        return key;
    }

    /** What holds the row. A new array for every row. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Where in {@link #bytes()} the columns after the key begin. Each is four bytes of length, highest first, and so many bytes in the binary
     * form of its type, which for text is UTF-8; length -1 stands for null. The last one ends with the array.
     */
    public int start() {
        return start;
    }

    @Override
    public void close() {
        try {
            CopyOut open = stretch;
            while (open != null && open.readFromCopy() != null) {
                // the rest of a stretch, so that the connection can be used again
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The rows could not be read", e);
        } finally {
            release();
        }
    }

    private void release() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection did not close", e);
        }
    }
}

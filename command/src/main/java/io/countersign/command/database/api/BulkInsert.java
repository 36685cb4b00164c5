package io.countersign.command.database.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** Rows on their way into a table in PostgreSQL's binary form of bulk insertion: a fraction of the work of statements. For one thread. */
public final class BulkInsert {

    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final SQLExceptionTranslator FAILURES = new SQLStateSQLExceptionTranslator();

    private ByteBuffer rows = ByteBuffer.allocate(1 << 12);

    /** No rows yet. */
    public BulkInsert() {
        put(HEADER);
    }

    /** Begins a row of so many columns. */
    public BulkInsert row(int columns) {
        room(Short.BYTES);
        rows.putShort((short) columns);
        return this;
    }

    /** A {@code bigint}. */
    public BulkInsert number(long value) {
        room(Integer.BYTES + Long.BYTES);
        rows.putInt(Long.BYTES).putLong(value);
        return this;
    }

    /** An {@code integer}. */
    public BulkInsert integer(int value) {
        room(2 * Integer.BYTES);
        rows.putInt(Integer.BYTES).putInt(value);
        return this;
    }

    /** A {@code boolean}, or null. */
    public BulkInsert truth(@Nullable Boolean value) {
        room(Integer.BYTES + 1);
        if (value == null) {
            rows.putInt(-1);
        } else {
            rows.putInt(1).put((byte) (value ? 1 : 0));
        }
        return this;
    }

    /** A {@code text}, or null. */
    public BulkInsert text(@Nullable String value) {
        if (value == null) {
            room(Integer.BYTES);
            rows.putInt(-1);
            return this;
        }
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A {@code bytea}. */
    public BulkInsert bytes(byte[] value) {
        room(Integer.BYTES);
        rows.putInt(value.length);
        put(value);
        return this;
    }

    private void put(byte[] value) {
        room(value.length);
        rows.put(value);
    }

    private void room(int more) {
        if (rows.remaining() < more) {
            rows = ByteBuffer.allocate(Math.max(2 * rows.capacity(), rows.position() + more)).put(rows.flip());
        }
    }

    /**
     * Inserts them, in the transaction under way where there is one.
     *
     * @param target table and columns
     * @throws DataAccessException when a row does not fit, or the database cannot be reached
     */
    public void into(DataSource dataSource, String target) {
        row(-1);
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + target + " from stdin (format binary)");
            try {
                copy.writeToCopy(rows.array(), 0, rows.position());
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            DataAccessException known = FAILURES.translate("add rows", null, e);
            throw known == null ? new DataAccessResourceFailureException("The rows could not be added", e) : known;
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}

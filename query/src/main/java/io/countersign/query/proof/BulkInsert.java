package io.countersign.query.proof;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** Rows on their way into a table in PostgreSQL's binary form of bulk insertion: a fraction of the work of statements. */
final class BulkInsert {

    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final SQLExceptionTranslator FAILURES = new SQLStateSQLExceptionTranslator();

    private final ByteArrayOutputStream rows = new ByteArrayOutputStream(1 << 16);

    BulkInsert() {
        rows.writeBytes(HEADER);
    }

    /** Begins a row of so many columns. */
    BulkInsert row(int columns) {
        rows.write(columns >>> 8);
        rows.write(columns);
        return this;
    }

    /** A {@code bigint}. */
    BulkInsert number(long value) {
        return bytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** An {@code integer}. */
    BulkInsert integer(int value) {
        return bytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /** A {@code text}. */
    BulkInsert text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A {@code bytea}. */
    BulkInsert bytes(byte[] value) {
        rows.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
        rows.writeBytes(value);
        return this;
    }

    /**
     * Inserts them, in the transaction under way where there is one.
     *
     * @param target table and columns
     */
    void into(DataSource dataSource, String target) {
        row(-1);
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + target + " from stdin (format binary)");
            try {
                copy.writeToCopy(rows.toByteArray(), 0, rows.size());
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

package io.countersign.executors.sql;

import io.countersign.command.datasource.api.PostgresUrl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;

/** Makes connections in a transaction of their own, which can only read unless it is to change; with little patience and a search path of ours. */
final class Reach {

    /** The schemas in which names without a schema are looked up, after {@code pg_catalog}. */
    static final String SEARCH_PATH = "public";

    private static final int CONNECT_SECONDS = 3;
    private static final Set<String> METADATA_SERVICES = Set.of("168.63.129.16", "100.100.100.200", "192.0.0.192");

    private Reach() {}

    /** A data source that cannot be asked; the sentence names no secret and quotes no server. */
    static final class OutOfReach extends Exception {
        OutOfReach(String sentence) {
            super(sentence, null, false, false);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * One connection, not committing by itself and read-only.
     *
     * @param patience for one statement; the connection is given up a little later
     */
    static Connection open(PostgresUrl url, String username, String password, Duration patience) throws OutOfReach {
        try {
            return ready(url, username, password, patience).getConnection();
        } catch (SQLException e) {
            throw new OutOfReach(sentence(e));
        }
    }

    /** The same, to change rows: all of it sees the data as it is at its first statement. */
    static Connection openToChange(PostgresUrl url, String username, String password, Duration patience) throws OutOfReach {
        try {
            return ready(url, username, password, patience, true).getConnection();
        } catch (SQLException e) {
            throw new OutOfReach(sentence(e));
        }
    }

    /** Makes such connections, one for each that is asked for. */
    static DataSource ready(PostgresUrl url, String username, String password, Duration patience) throws OutOfReach {
        return ready(url, username, password, patience, false);
    }

    private static DataSource ready(PostgresUrl url, String username, String password, Duration patience, boolean change) throws OutOfReach {
        mustBeAllowed(url.host());
        PGSimpleDataSource source = new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                try {
                    prepare(connection, patience, change);
                    return connection;
                } catch (SQLException e) {
                    connection.close();
                    throw e;
                }
            }
        };
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(username);
        source.setPassword(password);
        source.setSslMode(url.sslMode());
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS + 2);
        source.setSocketTimeout((int) patience.toSeconds() + 3);
        source.setTcpKeepAlive(true);
        source.setApplicationName("countersign");
        return source;
    }

    private static void prepare(Connection connection, Duration patience, boolean change) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    set search_path = %s; set standard_conforming_strings = on; set default_transaction_read_only = %s;
                    set statement_timeout = %d; set lock_timeout = 1000; set idle_in_transaction_session_timeout = %d; set row_security = on;
                    set time zone 'UTC'; set extra_float_digits = 1; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'
                    """.formatted(SEARCH_PATH, change ? "off" : "on", patience.toMillis(), patience.toMillis() + 5_000));
        }
        connection.setReadOnly(!change);
        if (change) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
        connection.setAutoCommit(false);
    }

    /** Databases stand inside the house as a rule, so private addresses are allowed; those that no database has are not. */
    private static void mustBeAllowed(String host) throws OutOfReach {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address.isLinkLocalAddress() || address.isMulticastAddress() || address.isAnyLocalAddress()
                        || METADATA_SERVICES.contains(address.getHostAddress())) {
                    throw new OutOfReach("The address of the host is not one that a database may have.");
                }
            }
        } catch (UnknownHostException e) {
            throw new OutOfReach("The host of the data source is not known.");
        }
    }

    /** What went wrong with a connection, by its SQLSTATE alone. */
    static String sentence(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28")) {
            return "The data source does not let this role in with this password.";
        }
        if (state.equals("3D000")) {
            return "The data source has no such database.";
        }
        return "The data source cannot be reached.";
    }

    /** What the server said of a statement: its own message, which names parts of the statement only. */
    static String message(SQLException e) {
        if ("57014".equals(e.getSQLState())) {
            return "it took too long";
        }
        if (e instanceof PSQLException server && server.getServerErrorMessage() != null
                && server.getServerErrorMessage().getMessage() != null) {
            return server.getServerErrorMessage().getMessage();
        }
        return "the connection was lost";
    }
}

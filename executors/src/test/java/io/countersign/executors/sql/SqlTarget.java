package io.countersign.executors.sql;

import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.PostgresUrl;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of somebody else, with tables, views and traps, and roles of all kinds. */
public final class SqlTarget implements AutoCloseable {

    public static final String PASSWORD = "reads-only-1";

    private static final AtomicInteger CREATED = new AtomicInteger();

    private final TestDatabase server = TestDatabase.create();
    private final String name = "target_%d_%d".formatted(ProcessHandle.current().pid(), CREATED.incrementAndGet());
    private final String suffix = name.substring("target".length());

    public SqlTarget() {
        as("postgres", "create database " + name);
        as(name, script("target.sql").replace("_ROLE", suffix).replace("PASSWORD", "'" + PASSWORD + "'"));
    }

    /** Runs this as the superuser of the target. */
    public void owner(String sql) {
        as(name, sql);
    }

    public Connection ownerConnection() throws SQLException {
        return server.administrator(name);
    }

    public PostgresUrl url() {
        return PostgresUrl.parse(server.endpoint().jdbcUrl().replaceFirst("/[a-z0-9_]+\\?.*", "/" + name + "?sslmode=disable"));
    }

    DatabaseEndpoint endpoint() {
        return server.endpoint();
    }

    /** The store of the gateway itself. */
    PostgresUrl store() {
        return PostgresUrl.parse(server.endpoint().jdbcUrl().replaceFirst("\\?.*", "?sslmode=disable"));
    }

    public String role(String kind) {
        return kind + suffix;
    }

    /** A data source of the weak role. */
    DataSources.Source source() {
        return new DataSources.Source("d-1", "default", "warehouse", url().text(), role("reader"), "production", 1, Instant.EPOCH);
    }

    DataSources sources() {
        return new DataSources() {
            @Override
            public List<Source> all(String workspace) {
                return workspace.equals("default") ? List.of(source()) : List.of();
            }

            @Override
            public Optional<String> password(Source source) {
                return Optional.of(PASSWORD);
            }
        };
    }

    private void as(String database, String sql) {
        try (Connection connection = server.administrator(database); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String script(String file) {
        try (var in = SqlTarget.class.getResourceAsStream("/sql/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        as("postgres", "drop database " + name + " with (force)");
        for (String kind : List.of("reader", "mighty", "bypass", "files", "heir", "maker")) {
            as("postgres", "drop role if exists " + role(kind));
        }
        server.close();
    }
}

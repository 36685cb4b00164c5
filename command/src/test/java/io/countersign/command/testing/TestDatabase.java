package io.countersign.command.testing;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.command.database.api.ConnectionPools;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.DatabaseStartException;
import io.countersign.command.database.api.EmbeddedPostgres;
import io.countersign.command.database.api.Migrations;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fresh, migrated database for one test class, on a real and durable server that all tests of a JVM share. The server's folder
 * stays below {@code target}, so that the next run starts from it.
 *
 * <p>Without Spring: {@code dataSource()}. With Spring: pass {@code properties()} to a {@code DynamicPropertyRegistry}.
 */
public final class TestDatabase implements AutoCloseable {

    private static final String TEMPLATE = "countersign_template";
    private static final int PARALLEL_RUNS = 8;
    private static final int POOL = 10;
    private static final AtomicInteger CREATED = new AtomicInteger();

    private final String name;
    private final DatabaseEndpoint endpoint;
    private final HikariDataSource application;
    private final HikariDataSource owner;

    private TestDatabase(String name, DatabaseEndpoint endpoint) {
        this.name = name;
        this.endpoint = endpoint;
        this.application = ConnectionPools.application(endpoint, POOL);
        this.application.setMinimumIdle(1);
        this.owner = ConnectionPools.migration(endpoint);
    }

    /** Creates a database with the schemas of all modules on the class path and no rows. */
    public static TestDatabase create() {
        String name = "test_%d".formatted(CREATED.incrementAndGet());
        EmbeddedPostgres server = Server.INSTANCE.postgres;
        server.dropDatabase(name);
        return new TestDatabase(name, server.createDatabase(name, TEMPLATE));
    }

    /** Where the database is and who may enter. */
    public DatabaseEndpoint endpoint() {
        return endpoint;
    }

    /** Connections of the application role. */
    public DataSource dataSource() {
        return application;
    }

    /** Connections of the role that owns the schemas. */
    public DataSource ownerDataSource() {
        return owner;
    }

    /** A connection of the server's superuser to a database of the server, for tests that make roles and databases. */
    public Connection administrator(String databaseName) throws SQLException {
        Properties stored = new Properties();
        try (Reader reader = Files.newBufferedReader(Server.INSTANCE.home.resolve("credentials.properties"))) {
            stored.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DriverManager.getConnection(endpoint.jdbcUrl().replace("/" + name + "?", "/" + databaseName + "?"), "countersign_admin",
                stored.getProperty("superuser"));
    }

    /** Questions and statements of the application role. */
    public JdbcClient jdbc() {
        return JdbcClient.create(application);
    }

    /** The settings that make a Spring application use this database. */
    public Map<String, String> properties() {
        return Map.of(
                "countersign.db.url", endpoint.jdbcUrl(),
                "countersign.db.user", endpoint.applicationUser(),
                "countersign.db.password", endpoint.applicationPassword(),
                "countersign.db.migration-user", endpoint.migrationUser(),
                "countersign.db.migration-password", endpoint.migrationPassword());
    }

    /** Closes the connections and drops the database. */
    @Override
    public void close() {
        application.close();
        owner.close();
        Server.INSTANCE.postgres.dropDatabase(name);
    }

    /** Started by the first test that wants a database, stopped with the JVM. */
    private enum Server {
        INSTANCE;

        private Path home = Path.of("");
        private final EmbeddedPostgres postgres = start();

        Server() {
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "test-database-stop"));
            prepareTemplate();
        }

        private EmbeddedPostgres start() {
            Path programs = Path.of(System.getProperty("java.io.tmpdir"), "countersign-postgres-" + System.getProperty("user.name"));
            DatabaseStartException busy = null;
            for (int run = 1; run <= PARALLEL_RUNS; run++) {
                try {
                    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
                    EmbeddedPostgres started = EmbeddedPostgres.start(target.resolve("test-postgres-" + run), programs);
                    home = target.resolve("test-postgres-" + run);
                    return started;
                } catch (DatabaseStartException e) {
                    busy = e;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            throw new IllegalStateException("No test server could be started", busy);
        }

        /** The template of the last run serves as long as its scripts are the ones of today. */
        private void prepareTemplate() {
            if (!migrated()) {
                postgres.dropDatabase(TEMPLATE);
                Migrations.apply(postgres.createDatabase(TEMPLATE, null));
            }
        }

        private boolean migrated() {
            try {
                Migrations.apply(postgres.endpoint(TEMPLATE));
                return true;
            } catch (DatabaseStartException e) {
                return false;
            }
        }
    }
}

package io.countersign.command.database.api;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schemas of all modules on the class path to their newest version. Each module owns the schema of its name and the
 * scripts in {@code db/migration/<module>}; they run as the migration role, may name the application role as
 * {@code ${app_role}}, and grant it what it needs, table by table.
 */
public final class Migrations {

    private static final List<String> MODULES = List.of("command", "query", "executors", "web");

    /** Any number: it keeps nodes that start together from creating the same schema twice. */
    private static final long LOCK = 0x636f756e74657273L;

    private Migrations() {
    }

    /**
     * Migrates the database of the endpoint. Nodes that start together wait for each other.
     *
     * @throws DatabaseStartException if the database cannot be reached or a script fails; what ran before it stays
     */
    public static void apply(DatabaseEndpoint endpoint) {
        apply(endpoint, "db/migration");
    }

    static void apply(DatabaseEndpoint endpoint, String folder) {
        try (HikariDataSource owner = ConnectionPools.migration(endpoint); Connection guard = owner.getConnection()) {
            lock(guard);
            for (String module : MODULES) {
                if (Migrations.class.getResource("/" + folder + "/" + module) != null) {
                    migrate(owner, guard, module, folder, endpoint.applicationUser());
                }
            }
        } catch (SQLException | FlywayException | PoolInitializationException e) {
            throw new DatabaseStartException("The database %s could not be migrated: %s".formatted(endpoint, e.getMessage()),
                    "See that it runs, that the migration role may log in and create schemas, and that no script was changed.", e);
        }
    }

    private static void lock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_advisory_lock(?)")) {
            statement.setLong(1, LOCK);
            statement.execute();
        }
    }

    private static void migrate(DataSource owner, Connection guard, String module, String folder, String applicationRole)
            throws SQLException {
        try (Statement statement = guard.createStatement()) {
            statement.execute("create schema if not exists " + module);
            statement.execute("grant usage on schema %s to %s".formatted(module, statement.enquoteIdentifier(applicationRole, true)));
        }
        Flyway.configure()
                .dataSource(owner)
                .schemas(module)
                .defaultSchema(module)
                .createSchemas(false)
                .table("schema_history")
                .locations("classpath:" + folder + "/" + module)
                .placeholders(Map.of("app_role", applicationRole))
                .failOnMissingLocations(true)
                .baselineOnMigrate(false)
                .load()
                .migrate();
    }
}

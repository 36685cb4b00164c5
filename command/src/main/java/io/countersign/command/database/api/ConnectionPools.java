package io.countersign.command.database.api;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Pools of connections to an endpoint, all with one idea of schema, time zone and patience. */
public final class ConnectionPools {

    static final String SEARCH_PATH = "command,query,executors,web,public";

    private static final int CONNECTION_TIMEOUT_MILLIS = 5_000;
    private static final int READ_TIMEOUT_SECONDS = 30;

    private ConnectionPools() {
    }

    /**
     * Connections of the application role, each committing every statement unless a transaction is begun. A missing database is
     * reported within 5 seconds, a silent one within 30.
     *
     * @param size the most connections held at once
     */
    public static HikariDataSource application(DatabaseEndpoint endpoint, int size) {
        HikariConfig config = config(endpoint, size, "application");
        config.setUsername(endpoint.applicationUser());
        config.setPassword(endpoint.applicationPassword());
        config.addDataSourceProperty("socketTimeout", READ_TIMEOUT_SECONDS);
        // A node that stops in the middle of a transaction, as one that is suspended does, must not hold up those that take over its work.
        config.setConnectionInitSql(config.getConnectionInitSql() + "; set idle_in_transaction_session_timeout = '10s'");
        return new HikariDataSource(config);
    }

    /** Connections of the role that owns the schemas, without a limit on how long a statement may take. */
    public static HikariDataSource migration(DatabaseEndpoint endpoint) {
        HikariConfig config = config(endpoint, 4, "migration");
        config.setMinimumIdle(0);
        config.setUsername(endpoint.migrationUser());
        config.setPassword(endpoint.migrationPassword());
        return new HikariDataSource(config);
    }

    private static HikariConfig config(DatabaseEndpoint endpoint, int size, String purpose) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(purpose);
        config.setJdbcUrl(endpoint.jdbcUrl());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        // The driver sends the time zone of this machine, which outranks that of the role.
        config.setConnectionInitSql("set time zone 'UTC'");
        config.addDataSourceProperty("currentSchema", SEARCH_PATH);
        config.addDataSourceProperty("reWriteBatchedInserts", true);
        config.addDataSourceProperty("tcpKeepAlive", true);
        config.addDataSourceProperty("connectTimeout", CONNECTION_TIMEOUT_MILLIS / 1000);
        config.addDataSourceProperty("ApplicationName", "countersign");
        return config;
    }
}

package io.countersign.command.database;

import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.DatabaseStartException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which database to use.
 *
 * @param url               {@code jdbc:postgresql://...}; empty for the embedded one
 * @param user              the application role
 * @param password          its password
 * @param migrationUser     the role that owns the schemas; empty: the application role, which then may do too much
 * @param migrationPassword its password
 * @param poolSize          connections of this node, 5 to 500
 */
@ConfigurationProperties("countersign.db")
record DatabaseSettings(@DefaultValue("") String url, @DefaultValue("") String user, @DefaultValue("") String password,
                        @DefaultValue("") String migrationUser, @DefaultValue("") String migrationPassword,
                        @DefaultValue("20") int poolSize) {

    DatabaseSettings {
        if (!url.isBlank()) {
            require(url.startsWith("jdbc:postgresql:"), "COUNTERSIGN_DB_URL is not the URL of a PostgreSQL database.",
                    "Set it to jdbc:postgresql://host:port/database.");
            require(!user.isBlank(), "COUNTERSIGN_DB_URL is set, but COUNTERSIGN_DB_USER is not.",
                    "Set COUNTERSIGN_DB_USER and COUNTERSIGN_DB_PASSWORD to the application role.");
        }
        require(poolSize >= 5 && poolSize <= 500, "COUNTERSIGN_DB_POOL_SIZE is %d.".formatted(poolSize), "Set it to 5 to 500.");
    }

    /** The database that was named. */
    DatabaseEndpoint external() {
        boolean one = migrationUser.isBlank();
        return new DatabaseEndpoint(url, user, password, one ? user : migrationUser, one ? password : migrationPassword);
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, user=%s, migrationUser=%s, poolSize=%d]".formatted(url, user, migrationUser, poolSize);
    }

    private static void require(boolean condition, String message, String whatToDo) {
        if (!condition) {
            throw new DatabaseStartException(message, whatToDo);
        }
    }
}

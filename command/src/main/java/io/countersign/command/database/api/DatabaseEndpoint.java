package io.countersign.command.database.api;

/**
 * Where one database is and who may enter it.
 *
 * @param jdbcUrl             a {@code jdbc:postgresql:} URL
 * @param applicationUser     the role the service works as: it reads everything and appends events
 * @param applicationPassword its password
 * @param migrationUser       the role that owns and migrates the schemas
 * @param migrationPassword   its password
 */
public record DatabaseEndpoint(String jdbcUrl, String applicationUser, String applicationPassword,
                               String migrationUser, String migrationPassword) {

    /** Names the place and the roles, never a password. */
    @Override
    public String toString() {
        return "%s (application role %s, migration role %s)".formatted(withoutQuery(), applicationUser, migrationUser);
    }

    private String withoutQuery() {
        int query = jdbcUrl.indexOf('?');
        return (query < 0 ? jdbcUrl : jdbcUrl.substring(0, query)).replaceFirst("(?<=//)[^/@]+(?=@)", "***");
    }
}

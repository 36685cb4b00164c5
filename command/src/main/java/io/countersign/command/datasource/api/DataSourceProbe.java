package io.countersign.command.datasource.api;

/** Looks at the role a data source would use, on the database itself. */
public interface DataSourceProbe {

    /**
     * Connects once, and refuses what is too mighty.
     *
     * @throws io.countersign.command.api.Refused {@code validation_error} with the reason: out of reach, or superuser, or free of row
     *     security, or a member of a role that reads files or runs programs of the server, or our own store
     */
    void mustBeWeak(PostgresUrl url, String username, String password);
}

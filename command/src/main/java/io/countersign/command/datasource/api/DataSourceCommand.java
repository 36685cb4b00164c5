package io.countersign.command.datasource.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What admins do with data sources. Who does it stands in the metadata as {@code actor}. */
public sealed interface DataSourceCommand {

    /** The data source concerned; UUIDv7. */
    String dataSourceId();

    /** Its workspace. */
    String workspace();

    /**
     * Adds a data source, after a look at the role it would use.
     *
     * @param name unique in the workspace; small letters, digits, {@code _} and {@code -}, at most 63
     * @param url as {@link PostgresUrl} reads it
     * @param username the role that reads; it must be a weak one
     * @param password kept sealed and never shown
     * @param environmentGroup such as {@code production}; small letters, digits, {@code _} and {@code -}, at most 63
     */
    record DefineDataSource(@TargetAggregateIdentifier String dataSourceId, String workspace, String name, String url, String username,
            String password, String environmentGroup) implements DataSourceCommand {

        @Override
        public String toString() {
            return "DefineDataSource[" + dataSourceId + "]";
        }
    }

    /** Changes it; the name stays. Without a password the one it has is kept, as long as neither url nor username changes. */
    record ReviseDataSource(@TargetAggregateIdentifier String dataSourceId, String workspace, String url, String username,
            @Nullable String password, String environmentGroup) implements DataSourceCommand {

        @Override
        public String toString() {
            return "ReviseDataSource[" + dataSourceId + "]";
        }
    }

    /** Takes it out of use. Its name is free again. */
    record RetireDataSource(@TargetAggregateIdentifier String dataSourceId, String workspace) implements DataSourceCommand {}
}

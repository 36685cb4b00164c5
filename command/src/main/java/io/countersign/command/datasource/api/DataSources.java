package io.countersign.command.datasource.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The data sources in force, the same on every node.
 *
 * <p>Every method throws {@link io.countersign.command.api.Refused} with {@code approval_system_unavailable} when that cannot be checked.
 */
public interface DataSources {

    /** Those of a workspace, by name. */
    List<Source> all(String workspace);

    /** By name, in a workspace. */
    default Optional<Source> byName(String workspace, String name) {
        return all(workspace).stream().filter(source -> source.name().equals(name)).findFirst();
    }

    /** By id, in a workspace. */
    default Optional<Source> byId(String workspace, String id) {
        return all(workspace).stream().filter(source -> source.id().equals(id)).findFirst();
    }

    /** The password, for the moment in which a connection is made; empty when its key was destroyed. */
    Optional<String> password(Source source);

    /**
     * One data source.
     *
     * @param version counts its changes, from 1
     */
    record Source(String id, String workspace, String name, String url, String username, String environmentGroup, long version,
            Instant changedAt) {}
}

package io.countersign.query.proof.api;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checks the log in a database without the service that writes it: nothing is written, and events that the tree has not yet taken in are left
 * out. Found by {@link java.util.ServiceLoader}.
 */
public interface DatabaseChecks {

    /**
     * Checks it from the first event to the last.
     *
     * @param url a {@code jdbc:postgresql:} URL
     * @param anchors folder of checkpoints written down; null for none
     * @param archives folder of archives; null for none
     * @param checkpoint a signed checkpoint from elsewhere that the log must contain; null for none
     */
    Verification check(String url, String user, String password, @Nullable Path anchors, @Nullable Path archives,
            @Nullable String checkpoint);
}

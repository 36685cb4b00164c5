package io.countersign.query.proof.api;

import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Checks a bundle without a database and without the service that made it. Found by {@link java.util.ServiceLoader}. */
public interface BundleChecks {

    /**
     * Reads a bundle to its end.
     *
     * @param bundle as exported
     * @param checkpoint a signed checkpoint from elsewhere that the bundle must contain; null for none
     * @param key the one key to trust, as a verifier line; null to trust those in the bundle
     */
    Verification check(BufferedReader bundle, @Nullable String checkpoint, @Nullable String key) throws IOException;
}

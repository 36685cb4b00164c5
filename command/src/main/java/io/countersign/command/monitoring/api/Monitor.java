package io.countersign.command.monitoring.api;

import io.countersign.command.action.api.Safeguard.Asked;
import java.util.Optional;

/** Counts what agents ask for, in the same append as the request: two requests cannot both be the last that a rule lets pass. */
@FunctionalInterface
public interface Monitor {

    /**
     * Looks at one request, whatever else is said of it.
     *
     * @param count count it, and throw the switch when it breaks a rule; false to only say what would happen
     * @return which rule it breaks, as a sentence; empty when none
     */
    Optional<String> observe(Asked asked, String actionId, boolean count);
}

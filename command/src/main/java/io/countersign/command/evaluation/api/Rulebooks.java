package io.countersign.command.evaluation.api;

import org.jspecify.annotations.Nullable;

/** The policies in force, compiled. */
public interface Rulebooks {

    /**
     * What judges the actions of a requester now.
     *
     * @param agentId null for a person
     * @throws io.countersign.command.api.Refused with {@code approval_system_unavailable} when the policies cannot be read
     */
    Rulebook rulebook(String workspace, @Nullable String agentId);
}

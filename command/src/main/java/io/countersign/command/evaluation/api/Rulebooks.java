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
    default Rulebook rulebook(String workspace, @Nullable String agentId) {
        return rulebook(workspace, agentId, null);
    }

    /**
     * The same as if a draft were in force too, in the place of the policy of its name. It keeps that policy's id, so what was counted for its rules
     * counts on.
     *
     * @param draft null for none
     */
    Rulebook rulebook(String workspace, @Nullable String agentId, @Nullable Draft draft);
}

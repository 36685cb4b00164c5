package io.countersign.command.evaluation.api;

import io.countersign.command.policy.api.PolicyDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries policies on a sample. Nothing is recorded, reserved or sent. */
public interface Trial {

    /**
     * What the policies in force, and drafts besides, find in a sample. Facts beyond the request are gathered as for a real one, and rates are
     * answered from what their windows hold now.
     *
     * @param agentId the agent that would ask; null for a person
     * @param sample the action, {@code connector:operation}; one that the catalogue does not know is judged by its name and parameters
     * @param drafts judged after those in force
     * @param draftsOnly leaves out those in force
     * @throws io.countersign.command.policy.api.InvalidPolicy when a draft does not compile
     */
    Findings of(String workspace, @Nullable String agentId, Sample sample, List<PolicyDefinition> drafts, boolean draftsOnly);

    /** Something an agent could ask for; {@code params} is a JSON object as text. */
    record Sample(String action, String origin, String params) {}
}

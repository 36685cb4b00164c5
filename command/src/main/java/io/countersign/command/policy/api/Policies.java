package io.countersign.command.policy.api;

import io.countersign.command.catalogue.api.ParameterFault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies of this installation: this node's copy, compared with the log at every question.
 *
 * <p>Every question may end in {@link io.countersign.command.api.Refused} with {@code approval_system_unavailable}: what cannot be read
 * allows nothing.
 */
public interface Policies {

    /** By id; built-in ones and retired ones too. */
    Optional<Policy> byId(String workspace, String policyId);

    /** All of a workspace, retired ones too, by name; the built-in ones last. */
    List<Policy> all(String workspace);

    /** The same as it stood at a moment, that moment included: folded from the events up to it. */
    List<Policy> all(String workspace, Instant asOf);

    /**
     * What is in force for a requester, in the order of evaluation: policies of the agent, then those of the workspace, then the built-in
     * ones. An enforced policy of the agent takes the place of that of the workspace with the same name unless that is locked. A policy
     * that only watches takes nobody's place.
     *
     * @param agentId null for a person, to whom no policy of an agent applies
     */
    List<Policy> inForce(String workspace, @Nullable String agentId);

    /** Every version of a policy, oldest first, as its events tell; empty when there is no such policy here. */
    List<Policy> versions(String workspace, String policyId);

    /** What is wrong with a definition besides its shape: patterns and expressions that do not compile, an agent that does not exist. */
    List<ParameterFault> faults(String workspace, PolicyDefinition definition);

    /**
     * The same, and what stands in the way of its being written by this person: standing approvals that end too late, or that are not this person's to
     * give.
     */
    List<ParameterFault> faults(String workspace, PolicyDefinition definition, String authorId);
}

package io.countersign.command.policy.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to a policy. A definition stands in its event whole, so each version can be read from one event. */
public sealed interface PolicyEvent {

    /** The policy concerned. */
    String policyId();

    /** Counts from 1, one up with each event. */
    long version();

    /** A policy was defined. */
    @EventName("policy.defined")
    @Revision("1")
    record PolicyDefined(String policyId, String workspace, long version, PolicyDefinition definition) implements PolicyEvent {}

    /** It says something else now. */
    @EventName("policy.revised")
    @Revision("1")
    record PolicyRevised(String policyId, long version, PolicyDefinition definition) implements PolicyEvent {}

    /** It is out of force. */
    @EventName("policy.retired")
    @Revision("1")
    record PolicyRetired(String policyId, long version) implements PolicyEvent {}

    /** It is back as it was. */
    @EventName("policy.restored")
    @Revision("1")
    record PolicyRestored(String policyId, long version) implements PolicyEvent {}
}

package io.countersign.command.policy.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * What can be asked of a policy. The one who asks travels as metadata and must be an admin. Every change names the version it is based on;
 * another one is refused with {@code stale_version}. A change is in force on every node when its call returns.
 */
public sealed interface PolicyCommand {

    /** The policy concerned. */
    String policyId();

    /** Defines a policy. Its name must be free in its scope, also of retired policies. */
    record DefinePolicy(@TargetAggregateIdentifier String policyId, String workspace, PolicyDefinition definition)
            implements PolicyCommand {}

    /** Replaces all that a policy says, its scope excepted. */
    record RevisePolicy(@TargetAggregateIdentifier String policyId, String workspace, long expectedVersion, PolicyDefinition definition)
            implements PolicyCommand {}

    /** Takes a policy out of force. It stays on record and can be restored. */
    record RetirePolicy(@TargetAggregateIdentifier String policyId, String workspace, long expectedVersion) implements PolicyCommand {}

    /** Brings a retired policy back as it was. */
    record RestorePolicy(@TargetAggregateIdentifier String policyId, String workspace, long expectedVersion) implements PolicyCommand {}
}

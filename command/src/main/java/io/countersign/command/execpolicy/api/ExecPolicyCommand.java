package io.countersign.command.execpolicy.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What admins do with the exec policy. Who does it stands in the metadata as {@code actor}. */
public sealed interface ExecPolicyCommand {

    /** The id of the workspace's exec policy. */
    @TargetAggregateIdentifier
    String execPolicyId();

    /** Changes it as a whole. {@code policy.version()} is the version it was changed from: refused when somebody was faster. */
    record ChangeExecPolicy(String workspace, ExecPolicy policy) implements ExecPolicyCommand {

        @Override
        public String execPolicyId() {
            return "exec-policy/" + workspace;
        }
    }
}

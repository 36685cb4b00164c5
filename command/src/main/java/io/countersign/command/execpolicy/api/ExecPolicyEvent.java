package io.countersign.command.execpolicy.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to the exec policy of a workspace. */
public sealed interface ExecPolicyEvent {

    /** The exec policy concerned. */
    String execPolicyId();

    /** It is this from now on. */
    @EventName("exec_policy.changed")
    @Revision("1")
    record ExecPolicyChanged(String execPolicyId, String workspace, ExecPolicy policy) implements ExecPolicyEvent {}
}

package io.countersign.command.execpolicy.api;

import java.util.Map;

/** The exec policies in force, on every node. */
public interface ExecPolicies {

    /** That of a workspace; {@link ExecPolicy#STANDARD} where nobody has set one. */
    ExecPolicy of(String workspace);

    /** Those that were set, by workspace. */
    Map<String, ExecPolicy> all();
}

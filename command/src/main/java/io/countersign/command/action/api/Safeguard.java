package io.countersign.command.action.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One step between a valid request and its verdict: a kill switch, the exec policy, a budget. Implementations are Spring beans; their
 * {@code @Order} is that of the pipeline. What they read must follow the epoch, so that a change is in force everywhere once its call returns.
 */
public interface Safeguard {

    /** Place of the kill switches. */
    int SWITCHES = 100;

    /** Place of the exec policy. */
    int EXEC_POLICY = 200;

    /** Place of the hosts that an agent may reach. */
    int REACH = 250;

    /** Place of the patterns that ask for a person. */
    int PATTERNS = 300;

    /** Place of the gates that settings put up. */
    int GATES = 350;

    /** Place of the budgets. */
    int BUDGETS = 400;

    /** Name of the step in the trace. */
    String step();

    /** What it thinks of a new request. Changes nothing; a {@link io.countersign.command.api.Refused} turns it away without a trace. */
    List<Opinion> examine(Asked asked, JsonNode params);

    /**
     * Takes from limited supplies, in the same append as the verdict, when the request was not blocked.
     *
     * @return what must be given back or settled when the outcome is known
     */
    default List<Reserved> reserve(Asked asked, JsonNode params, String actionId) {
        return List.of();
    }

    /** What it thinks right before the start, by the rules of now. Only a {@link Opinion.Block} counts: nothing gets looser. */
    default List<Opinion> examineAgain(Asked asked, JsonNode params) {
        return List.of();
    }

    /**
     * What somebody asked for.
     *
     * @param agent true when the requester is an agent
     * @param connector who does it, such as {@code email} for {@code send_email}
     * @param scope {@code external} when the effect leaves the house
     * @param entry name of the entry of the catalogue it was asked for through; null when the type itself was
     * @param forceApproval the requester wants a person to look
     */
    record Asked(String workspace, String requesterId, boolean agent, String actionType, String connector, @Nullable String entry, String scope,
            boolean forceApproval, Instant at) {}

    /** Some of a limited supply, held for one action since {@code at}. {@code amount} in the smallest unit of the supply. */
    record Reserved(String windowId, String label, long amount, Instant at) {}

    /** What one step says. The strictest of all steps wins. */
    sealed interface Opinion {

        /** Nothing against it. */
        record Pass(String detail) implements Opinion {}

        /** Odd, but no obstacle. */
        record Warn(String rule, String severity, String message) implements Opinion {}

        /** A person must look. */
        record Ask(String rule, String reason) implements Opinion {}

        /** No. The code is stable. */
        record Block(String code, String reason) implements Opinion {}
    }
}

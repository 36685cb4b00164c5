package io.countersign.command.budget.api;

import org.jspecify.annotations.Nullable;

/**
 * How much money may leave, in the smallest unit of one currency. Ceilings and windows of an agent's budget and of the workspace's hold both;
 * of the limits for automatic approval the agent's own one counts where there is one.
 *
 * @param agentId whose budget; null for the whole workspace
 * @param currency its code, in capitals
 * @param exponent digits behind the point
 * @param autoApproveLimit up to this amount nobody is asked; 0: somebody always is
 * @param maxPayment above this amount the answer is no; 0 for no ceiling
 * @param perDay what may leave on one day, UTC; null for no limit
 * @param perMonth what may leave in one calendar month, UTC; null for no limit
 * @param perRollingDay what may leave within any 24 hours; null for no limit
 */
public record Budget(String workspace, @Nullable String agentId, String currency, int exponent, long autoApproveLimit, long maxPayment,
        @Nullable Long perDay, @Nullable Long perMonth, @Nullable Long perRollingDay) {

    /** A ceiling that is below the limit for automatic approval is looked at first, so that the limit is never reached. */
    public boolean ceilingIsBelowLimit() {
        return maxPayment > 0 && maxPayment < autoApproveLimit;
    }

    /** The id of its stream. */
    public String id() {
        return idOf(workspace, agentId, currency);
    }

    /** The id of a budget. */
    public static String idOf(String workspace, @Nullable String agentId, String currency) {
        return "allowance/" + workspace + "/" + (agentId == null ? "*" : agentId) + "/" + currency;
    }
}

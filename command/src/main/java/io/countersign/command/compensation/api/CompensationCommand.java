package io.countersign.command.compensation.api;

import java.time.Instant;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked of a compensation plan. Analysts and stronger ask; a plan by itself undoes nothing. */
public sealed interface CompensationCommand {

    /** The plan concerned. */
    String planId();

    /**
     * Puts a plan on record.
     *
     * @param from the earlier end of the window
     * @param to the later end
     * @param actionIds what is to be made good, newest first; at most 500
     */
    record PlanCompensation(@TargetAggregateIdentifier String planId, String workspace, String plannedBy, Instant from, Instant to,
            List<String> actionIds) implements CompensationCommand {}

    /**
     * Says what became of one action of the plan.
     *
     * @param index its place in the plan, from 0
     * @param status {@code completed}, {@code failed} or {@code skipped}
     * @param detail at most 500 characters
     */
    record AcknowledgeCompensation(@TargetAggregateIdentifier String planId, String workspace, String acknowledgedBy, int index,
            String status, @Nullable String detail) implements CompensationCommand {}
}

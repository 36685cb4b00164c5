package io.countersign.command.action;

import io.countersign.command.action.ReusedApprovals.Grantor;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ReusableApproval;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict.Reuse;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.EventReader.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes that may be the same as an earlier one: requests of one fingerprint have ids in a row, and only the last of the row can
 * still count. Two that come at once want the same place, and the one that gets it answers for both.
 */
final class SameAgain {

    private static final Set<ActionStatus> OPEN = EnumSet.of(ActionStatus.PENDING, ActionStatus.STALE, ActionStatus.SCHEDULED,
            ActionStatus.HELD, ActionStatus.APPROVED, ActionStatus.AUTO_APPROVED, ActionStatus.EXECUTING, ActionStatus.AWAITING_EXTERNAL,
            ActionStatus.OUTCOME_UNKNOWN);
    private static final int WIDEST = 30;

    private final EventReader events;
    private final Duration approvalCounts;

    SameAgain(EventReader events, Duration approvalCounts) {
        this.events = events;
        this.approvalCounts = approvalCounts;
    }

    /**
     * An id.
     *
     * @param taken a request that still counts has it
     * @param inRow requests of one fingerprint stand in a row
     * @param grantor the action whose approval may serve again for a new request here; null for none
     */
    record Place(String id, boolean taken, boolean inRow, @Nullable Grantor grantor) {

        /** For a request that is never the same as another. */
        static Place alone(String id) {
            return new Place(id, false, false, null);
        }
    }

    /** @param row what the ids of the row are made of; nobody else can make them */
    Place of(String workspace, String requesterId, String row, Instant now) {
        int next = length(workspace, requesterId, row);
        Grantor grantor = null;
        if (next > 0) {
            String last = id(workspace, requesterId, row, next - 1);
            Standing standing = Standing.of(last, stream(last));
            Standing granting = standing.reuse() == null ? standing : Standing.of(standing.reuse().actionId(), stream(standing.reuse().actionId()));
            grantor = granting.grantor();
            boolean served = granting.mayServe() && grantor != null && grantor.approval().isLive(now);
            if (standing.reuse() == null && (standing.isOpen() || !served && standing.counts(now, approvalCounts))) {
                return new Place(last, true, true, null);
            }
            grantor = served ? grantor : null;
        }
        return new Place(id(workspace, requesterId, row, next), false, true, grantor);
    }

    private List<Stored> stream(String id) {
        return events.read(List.of(id), Long.MAX_VALUE).getOrDefault(id, List.of());
    }

    /** Where an earlier request stands. */
    private record Standing(@Nullable ActionStatus status, @Nullable Instant approvedAt, @Nullable Grantor grantor, @Nullable Reuse reuse) {

        static Standing of(String id, List<Stored> stream) {
            ActionStatus status = null;
            Instant approvedAt = null;
            String approver = null;
            Terms terms = null;
            Reuse reuse = null;
            ReusableApproval approval = ReusableApproval.NONE;
            for (Stored stored : stream) {
                ActionEvent event = (ActionEvent) stored.payload();
                status = event.statusAfter(status);
                approval = approval.after(event, stored.at());
                switch (event) {
                    case ActionRequested e -> terms = e.terms();
                    case ActionAutoApproved e -> reuse = e.verdict().reuse();
                    case ActionDelayed e -> reuse = e.verdict().reuse();
                    case ActionApproved e -> {
                        approvedAt = stored.at();
                        approver = e.approverId();
                    }
                    default -> { } // says nothing of this
                }
            }
            return new Standing(status, approvedAt, terms == null || !approval.isGiven() ? null : new Grantor(id, approver, terms, approval), reuse);
        }

        boolean isOpen() {
            return status != null && OPEN.contains(status);
        }

        /** It has run once, well or not: what was approved serves again from then on. */
        boolean mayServe() {
            return status == ActionStatus.EXECUTED || status == ActionStatus.FAILED || status == ActionStatus.TIMED_OUT;
        }

        /** A new request is answered with this one: it was approved for one run and has had it. */
        boolean counts(Instant now, Duration approvalCounts) {
            return grantor == null && status == ActionStatus.EXECUTED && approvedAt != null && now.isBefore(approvedAt.plus(approvalCounts));
        }
    }

    /** How many there are: the row has no gaps, so its end is found by halves. */
    private int length(String workspace, String requesterId, String row) {
        Map<String, List<Stored>> found = events.read(IntStream.range(0, WIDEST)
                .mapToObj(power -> id(workspace, requesterId, row, (1 << power) - 1)).toList(), Long.MAX_VALUE);
        int power = 0;
        while (power < WIDEST && found.containsKey(id(workspace, requesterId, row, (1 << power) - 1))) {
            power++;
        }
        if (power == 0) {
            return 0;
        }
        int there = (1 << power - 1) - 1;
        int missing = (1 << power) - 1;
        while (missing - there > 1) {
            int middle = there + (missing - there) / 2;
            String id = id(workspace, requesterId, row, middle);
            if (events.read(List.of(id), Long.MAX_VALUE).containsKey(id)) {
                there = middle;
            } else {
                missing = middle;
            }
        }
        return missing;
    }

    /** The line break keeps these apart from the ids of idempotency keys, which cannot hold one. */
    private static String id(String workspace, String requesterId, String row, int number) {
        return Digests.actionId(workspace, requesterId, "same\n" + row + "\n" + number);
    }
}

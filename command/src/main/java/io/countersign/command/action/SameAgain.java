package io.countersign.command.action;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionStatus;
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

    /** An id, and whether a request that still counts has it. */
    record Place(String id, boolean taken) {}

    /** @param row what the ids of the row are made of; nobody else can make them */
    Place of(String workspace, String requesterId, String row, Instant now) {
        int next = length(workspace, requesterId, row);
        if (next > 0) {
            String last = id(workspace, requesterId, row, next - 1);
            if (counts(events.read(List.of(last), Long.MAX_VALUE).getOrDefault(last, List.of()), now)) {
                return new Place(last, true);
            }
        }
        return new Place(id(workspace, requesterId, row, next), false);
    }

    private boolean counts(List<Stored> stream, Instant now) {
        @Nullable ActionStatus status = null;
        @Nullable Instant approved = null;
        for (Stored stored : stream) {
            ActionEvent event = (ActionEvent) stored.payload();
            status = event.statusAfter(status);
            if (event instanceof ActionApproved) {
                approved = stored.at();
            }
        }
        return status != null && (OPEN.contains(status)
                || status == ActionStatus.EXECUTED && approved != null && now.isBefore(approved.plus(approvalCounts)));
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

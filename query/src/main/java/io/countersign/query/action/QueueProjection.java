package io.countersign.query.action;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.query.projection.Micros;
import io.countersign.query.projection.Projection;
import io.countersign.query.projection.Recorded;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The actions that wait for a person, kept small however long the log grows: a row goes when its action can no longer come back to a person.
 */
final class QueueProjection implements Projection {

    static final String NAME = "queue";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Projection.Batch begin(JdbcClient jdbc, String table) {
        return new Batch(jdbc, table);
    }

    /** What a batch changes in one row; null leaves a column as it is. */
    private static final class Change {
        private final String id;
        private @Nullable ActionRequested request;
        private long requestedAt;
        private @Nullable ActionStatus status;
        private @Nullable Long deadline;
        private long lastIndex;

        Change(String id) {
            this.id = id;
        }

        ActionRequested request() {
            return Objects.requireNonNull(request);
        }

        @Nullable String wire() {
            return status == null ? null : status.wire();
        }

        boolean isOver() {
            return status != null && status.isSettled() && status != ActionStatus.OUTCOME_UNKNOWN; // that one may be tried again
        }
    }

    private static final class Batch implements Projection.Batch {

        private final JdbcClient jdbc;
        private final String table;
        private final Map<String, Change> changes = new LinkedHashMap<>();

        Batch(JdbcClient jdbc, String table) {
            this.jdbc = jdbc;
            this.table = table;
        }

        @Override
        public void on(Recorded event) {
            if (event.payload() instanceof ActionEvent action) {
                on(action, event);
            }
        }

        private void on(ActionEvent event, Recorded recorded) {
            Change change = changes.computeIfAbsent(event.actionId(), Change::new);
            change.lastIndex = recorded.index();
            switch (event) {
                case ActionRequested e -> {
                    change.request = e;
                    change.requestedAt = recorded.micros();
                }
                case ActionApprovalGiven e -> { } // stands where it stood
                case ActionWitnessed e -> { }
                case ApprovalReused e -> { }
                case ReuseRevoked e -> { }
                case ActionBudgetReserved e -> { }
                case ContentArchived e -> { }
                case ContentErased e -> { }
                case ActionApprovalRequired e -> wait(change, e, e.expiresAt() == null ? e.autoApproveAt() : e.expiresAt());
                case ActionGoneStale e -> wait(change, e, e.expiresAt());
                case ActionAutoApproved e -> become(change, e);
                case ActionDelayed e -> become(change, e);
                case ActionBlocked e -> become(change, e);
                case ActionApproved e -> become(change, e);
                case ActionApprovedByTimeout e -> become(change, e);
                case ActionDenied e -> become(change, e);
                case ActionCancelled e -> become(change, e);
                case ActionExpired e -> become(change, e);
                case ActionHeld e -> become(change, e);
                case ActionReleased e -> become(change, e);
                case ActionCameDue e -> become(change, e);
                case ExecutionStarted e -> become(change, e);
                case ActionExecuted e -> become(change, e);
                case ActionFailed e -> become(change, e);
                case ActionTimedOut e -> become(change, e);
                case ActionOutcomeUnknown e -> become(change, e);
                case OutcomeResolved e -> become(change, e);
                case ActionHandedOut e -> become(change, e);
                case ActionClaimed e -> become(change, e);
                case ActionLeaseExpired e -> become(change, e);
                case GrantIssued e -> become(change, e);
                case GrantConsumed e -> become(change, e);
                case GrantExpired e -> become(change, e);
                case GrantRevoked e -> become(change, e);
                case RollbackRequested e -> become(change, e);
                case RollbackStarted e -> become(change, e);
                case ActionRolledBack e -> become(change, e);
                case RollbackFailed e -> become(change, e);
            }
        }

        private static void become(Change change, ActionEvent event) {
            change.status = event.statusAfter(null);
        }

        private static void wait(Change change, ActionEvent event, @Nullable Instant deadline) {
            become(change, event);
            change.deadline = deadline == null ? Long.MAX_VALUE : Micros.of(deadline);
        }

        @Override
        public void flush() {
            insert(where(change -> change.request != null && !change.isOver()).toList());
            update(where(change -> change.request == null && !change.isOver()).toList());
            delete(where(change -> change.request == null && change.isOver()).map(change -> change.id).toArray(String[]::new));
        }

        private Stream<Change> where(Predicate<Change> condition) {
            return changes.values().stream().filter(condition);
        }

        private void insert(List<Change> added) {
            if (added.isEmpty()) {
                return;
            }
            jdbc.sql("""
                    insert into %s (id, workspace, requester, action_type, entry, conversation_id, status, deadline, requested_at, last_index)
                    select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
                    on conflict do nothing""".formatted(table))
                    .param(texts(added, change -> change.id))
                    .param(texts(added, change -> change.request().workspace()))
                    .param(texts(added, change -> change.request().requesterId()))
                    .param(texts(added, change -> change.request().actionType()))
                    .param(texts(added, change -> ActionIndex.entry(change.request())))
                    .param(texts(added, change -> change.request().conversationId()))
                    .param(texts(added, Change::wire))
                    .param(added.stream().map(change -> change.deadline == null ? Long.MAX_VALUE : change.deadline).toArray(Long[]::new))
                    .param(added.stream().map(change -> change.requestedAt).toArray(Long[]::new))
                    .param(added.stream().map(change -> change.lastIndex).toArray(Long[]::new))
                    .update();
        }

        private void update(List<Change> changed) {
            if (changed.isEmpty()) {
                return;
            }
            jdbc.sql("""
                    update %s q set status = coalesce(n.status, q.status), deadline = coalesce(n.deadline, q.deadline),
                        last_index = n.last_index
                    from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[]) n (id, status, deadline, last_index)
                    where q.id = n.id and q.last_index < n.last_index""".formatted(table))
                    .param(texts(changed, change -> change.id))
                    .param(texts(changed, Change::wire))
                    .param(changed.stream().map(change -> change.deadline).toArray(Long[]::new))
                    .param(changed.stream().map(change -> change.lastIndex).toArray(Long[]::new))
                    .update();
        }

        private void delete(String[] ids) {
            if (ids.length > 0) {
                jdbc.sql("delete from %s where id = any(?)".formatted(table)).param(ids).update();
            }
        }

        private static @Nullable String[] texts(List<Change> changes, Function<Change, @Nullable String> column) {
            return changes.stream().map(column).toArray(String[]::new);
        }
    }
}

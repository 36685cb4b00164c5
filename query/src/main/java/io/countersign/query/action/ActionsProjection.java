package io.countersign.query.action;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.database.api.BulkInsert;
import io.countersign.query.projection.Projection;
import io.countersign.query.projection.Recorded;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What lists of actions are filtered and ordered by. The rows that people see are folded from the log. */
final class ActionsProjection implements Projection {

    static final String NAME = "actions";

    private final DataSource dataSource;

    ActionsProjection(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Projection.Batch begin(JdbcClient jdbc, String table) {
        return new Batch(dataSource, jdbc, table);
    }

    /** What a batch changes in one row; null leaves a column as it is. */
    private static final class Change {
        private final String id;
        private @Nullable ActionRequested request;
        private long requestedAt;
        private @Nullable String status;
        private @Nullable Boolean automatic;
        private @Nullable Boolean captured;
        private boolean erased;
        private boolean archived;
        private long lastIndex;

        Change(String id) {
            this.id = id;
        }

        ActionRequested request() {
            return Objects.requireNonNull(request);
        }
    }

    private static final class Batch implements Projection.Batch {

        private final DataSource dataSource;
        private final JdbcClient jdbc;
        private final String table;
        private final Map<String, Change> changes = new LinkedHashMap<>();

        Batch(DataSource dataSource, JdbcClient jdbc, String table) {
            this.dataSource = dataSource;
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
                case ContentArchived e -> change.archived = true;
                case ContentErased e -> change.erased = true;
                case ActionAutoApproved e -> become(change, e, true);
                case ActionDelayed e -> become(change, e, true);
                case ActionBlocked e -> become(change, e, "request".equals(e.phase()) ? Boolean.TRUE : null);
                case ActionGoneStale e -> become(change, e, false);
                case ActionExecuted e -> {
                    become(change, e, null);
                    change.captured = e.captured();
                }
                case ActionApprovalRequired e -> become(change, e, null);
                case ActionApproved e -> become(change, e, null);
                case ActionApprovedByTimeout e -> become(change, e, null);
                case ActionDenied e -> become(change, e, null);
                case ActionCancelled e -> become(change, e, null);
                case ActionExpired e -> become(change, e, null);
                case ActionHeld e -> become(change, e, null);
                case ActionReleased e -> become(change, e, null);
                case ActionCameDue e -> become(change, e, null);
                case ExecutionStarted e -> become(change, e, null);
                case ActionFailed e -> become(change, e, null);
                case ActionTimedOut e -> become(change, e, null);
                case ActionOutcomeUnknown e -> become(change, e, null);
                case OutcomeResolved e -> become(change, e, null);
                case ActionHandedOut e -> become(change, e, null);
                case ActionClaimed e -> become(change, e, null);
                case ActionLeaseExpired e -> become(change, e, null);
                case GrantIssued e -> become(change, e, null);
                case GrantConsumed e -> become(change, e, null);
                case GrantExpired e -> become(change, e, null);
                case GrantRevoked e -> become(change, e, null);
                case RollbackRequested e -> become(change, e, null);
                case RollbackStarted e -> become(change, e, null);
                case ActionRolledBack e -> become(change, e, null);
                case RollbackFailed e -> become(change, e, null);
            }
        }

        private static void become(Change change, ActionEvent event, @Nullable Boolean automatic) {
            change.status = event.statusAfter(null).wire();
            change.automatic = automatic == null ? change.automatic : automatic;
        }

        @Override
        public void flush() {
            insert(changes.values().stream().filter(change -> change.request != null).toList());
            update(changes.values().stream().filter(change -> change.request == null).toList());
        }

        private void insert(List<Change> added) {
            if (added.isEmpty()) {
                return;
            }
            BulkInsert rows = new BulkInsert();
            for (Change change : added) {
                ActionRequested request = change.request();
                rows.row(13).text(change.id).text(request.workspace()).text(request.requesterId()).text(request.actionType())
                        .text(ActionIndex.entry(request)).text(request.conversationId()).text(change.status)
                        .truth(Boolean.TRUE.equals(change.automatic)).truth(change.captured).truth(change.erased).truth(change.archived)
                        .number(change.requestedAt).number(change.lastIndex);
            }
            rows.into(dataSource, table + " (id, workspace, requester, action_type, entry, conversation_id, status, automatic, captured, erased,"
                    + " archived, requested_at, last_index)");
        }

        private void update(List<Change> changed) {
            if (changed.isEmpty()) {
                return;
            }
            jdbc.sql("""
                    update %s a set status = coalesce(n.status, a.status), automatic = coalesce(n.automatic, a.automatic),
                        captured = coalesce(n.captured, a.captured), erased = a.erased or n.erased,
                        archived = a.archived or n.archived, last_index = n.last_index
                    from unnest(?::text[], ?::text[], ?::boolean[], ?::boolean[], ?::boolean[], ?::boolean[], ?::bigint[])
                        n (id, status, automatic, captured, erased, archived, last_index)
                    where a.id = n.id and a.last_index < n.last_index""".formatted(table))
                    .param(texts(changed, change -> change.id))
                    .param(texts(changed, change -> change.status))
                    .param(changed.stream().map(change -> change.automatic).toArray(Boolean[]::new))
                    .param(changed.stream().map(change -> change.captured).toArray(Boolean[]::new))
                    .param(changed.stream().map(change -> change.erased).toArray(Boolean[]::new))
                    .param(changed.stream().map(change -> change.archived).toArray(Boolean[]::new))
                    .param(changed.stream().map(change -> change.lastIndex).toArray(Long[]::new))
                    .update();
        }

        private static @Nullable String[] texts(List<Change> changes, Function<Change, @Nullable String> column) {
            return changes.stream().map(column).toArray(String[]::new);
        }
    }
}

package io.countersign.query.backtest;

import io.countersign.command.action.api.ActionStatus;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What people decided about actions, from the view of all actions. */
final class HumanDecisions {

    private static final Set<ActionStatus> UNDECIDED =
            EnumSet.of(ActionStatus.PENDING, ActionStatus.STALE, ActionStatus.EXPIRED, ActionStatus.CANCELLED);
    private static final String LIVE = "slot = (select live_slot from query.projection where name = 'actions')";

    private final JdbcClient jdbc;

    HumanDecisions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** {@code approved} or {@code denied} by action id; what no person decided is absent. */
    Map<String, String> of(List<String> actionIds) {
        Map<String, String> decisions = new HashMap<>();
        if (!actionIds.isEmpty()) {
            jdbc.sql("select id, status from query.actions where " + LIVE + " and id = any(?) and not automatic and status is not null")
                    .param(actionIds.toArray(String[]::new))
                    .query(row -> {
                        ActionStatus status = ActionStatus.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
                        if (!UNDECIDED.contains(status)) {
                            decisions.put(row.getString(1), status == ActionStatus.DENIED ? "denied" : "approved");
                        }
                    });
        }
        return decisions;
    }

    /** How many actions were asked for since then. */
    long count(String workspace, Instant since) {
        long micros = Math.multiplyExact(since.getEpochSecond(), 1_000_000L) + since.getNano() / 1_000;
        return jdbc.sql("select count(*) from query.actions where " + LIVE + " and workspace = ? and requested_at >= ?").param(workspace)
                .param(micros).query(Long.class).single();
    }
}

package io.countersign.query.insight;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.Verdict;
import io.countersign.query.projection.Projection;
import io.countersign.query.projection.Recorded;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One row for each action: what is counted of it. */
final class InsightsProjection implements Projection {

    static final String NAME = "insights";

    private static final List<String> SEVERITIES = List.of("low", "medium", "high", "critical");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Projection.Batch begin(JdbcClient jdbc, String table) {
        return new Batch(jdbc, table);
    }

    /** What a batch knows of one action; null leaves a column as it is. */
    private static final class Change {
        private @Nullable ActionRequested request;
        private @Nullable Long requestedAt;
        private @Nullable Verdict verdict;
        private @Nullable Long askedAt;
        private @Nullable String decision;
        private @Nullable String decider;
        private @Nullable Long decidedAt;
        private @Nullable Long startedAt;
        private @Nullable Long endedAt;
        private @Nullable String status;
        private long lastIndex;

        void judged(Verdict found) {
            if (verdict == null) {
                verdict = found;
            }
        }

        void decided(String word, String by, long at) {
            decision = word;
            decider = by;
            decidedAt = at;
        }

        @Nullable String outcome() {
            return verdict == null ? null : verdict.outcome().name().toLowerCase(Locale.ROOT);
        }

        @Nullable String policy() {
            return verdict == null ? null : verdict.triggeredPolicy();
        }

        @Nullable String rule() {
            return verdict == null ? null : verdict.violations().stream()
                    .filter(finding -> finding.policy() != null && finding.policy().equals(verdict.triggeredPolicy()))
                    .map(Verdict.Finding::rule).findFirst().orElse(null);
        }

        /** The highest of what the policy that decided found itself. */
        @Nullable String severity() {
            return verdict == null || verdict.triggeredPolicy() == null ? null : highest(verdict).get(verdict.triggeredPolicy());
        }

        /** Each policy that found something, with the highest severity of that, as {@code severity:policy} by name. */
        @Nullable String found() {
            return verdict == null ? null : highest(verdict).entrySet().stream().map(one -> one.getValue() + ":" + one.getKey())
                    .collect(Collectors.joining("\n"));
        }

        private static Map<String, String> highest(Verdict verdict) {
            Map<String, String> highest = new TreeMap<>();
            Stream.concat(verdict.violations().stream(), verdict.warnings().stream())
                    .filter(finding -> finding.policy() != null && SEVERITIES.contains(finding.severity()))
                    .forEach(finding -> highest.merge(finding.policy(), finding.severity(),
                            (one, other) -> SEVERITIES.indexOf(one) >= SEVERITIES.indexOf(other) ? one : other));
            return highest;
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
            if (event.payload() instanceof ActionEvent action && changesWhatIsCounted(action)) {
                Change change = changes.computeIfAbsent(action.actionId(), id -> new Change());
                change.lastIndex = event.index();
                change.status = action.statusAfter(null).wire();
                take(change, action, event.micros());
            }
        }

        private static boolean changesWhatIsCounted(ActionEvent event) {
            return !(event instanceof ActionBudgetReserved || event instanceof ActionApprovalGiven || event instanceof ContentErased
                    || event instanceof ContentArchived);
        }

        private static void take(Change change, ActionEvent event, long at) {
            switch (event) {
                case ActionRequested e -> {
                    change.request = e;
                    change.requestedAt = at;
                }
                case ActionAutoApproved e -> change.judged(e.verdict());
                case ActionDelayed e -> change.judged(e.verdict());
                case ActionApprovalRequired e -> {
                    change.judged(e.verdict());
                    change.askedAt = at;
                }
                case ActionBlocked e -> change.judged(e.verdict());
                case ActionGoneStale e -> change.askedAt = at;
                case ActionApproved e -> change.decided("approved", e.approverId(), at);
                case ActionDenied e -> change.decided("denied", e.denierId(), at);
                case ActionCancelled e -> change.decided("cancelled", e.cancelledBy(), at);
                case ActionExpired e -> change.decided("expired", "system:expiry", at);
                case ActionApprovedByTimeout e -> change.decided("approved_by_timeout", "system:expiry", at);
                case ExecutionStarted e -> change.startedAt = at;
                case ActionExecuted e -> change.endedAt = at;
                case ActionFailed e -> change.endedAt = at;
                case ActionTimedOut e -> change.endedAt = at;
                default -> { } // only its status counts
            }
        }

        @Override
        public void flush() {
            write(changes.entrySet().stream().filter(entry -> entry.getValue().request != null).toList(), true);
            write(changes.entrySet().stream().filter(entry -> entry.getValue().request == null).toList(), false);
        }

        private void write(List<Map.Entry<String, Change>> rows, boolean asked) {
            if (rows.isEmpty()) {
                return;
            }
            String types = "?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[], ?::float8[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], "
                    + "?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::text[]";
            String columns = "outcome, policy, rule, severity, found, violations, risk, asked_at, decision, decider, decided_at, started_at, ended_at, "
                    + "status, last_index, id";
            String sql = asked ? """
                    insert into %s (%s, workspace, requester, action_type, requested_at)
                    select * from unnest(%s, ?::text[], ?::text[], ?::text[], ?::bigint[]) on conflict do nothing""".formatted(table, columns, types)
                    : """
                    update %s i set outcome = coalesce(i.outcome, n.outcome),
                        policy = case when i.outcome is null then n.policy else i.policy end,
                        rule = case when i.outcome is null then n.rule else i.rule end,
                        severity = case when i.outcome is null then n.severity else i.severity end,
                        found = coalesce(i.found, n.found), violations = coalesce(i.violations, n.violations),
                        risk = coalesce(i.risk, n.risk), asked_at = coalesce(n.asked_at, i.asked_at), decision = coalesce(n.decision, i.decision),
                        decider = coalesce(n.decider, i.decider), decided_at = coalesce(n.decided_at, i.decided_at),
                        started_at = coalesce(n.started_at, i.started_at), ended_at = coalesce(n.ended_at, i.ended_at),
                        status = coalesce(n.status, i.status), last_index = n.last_index
                    from unnest(%s) n (%s) where i.id = n.id and i.last_index < n.last_index""".formatted(table, types, columns);
            JdbcClient.StatementSpec statement = jdbc.sql(sql)
                    .param(texts(rows, Change::outcome)).param(texts(rows, Change::policy)).param(texts(rows, Change::rule))
                    .param(texts(rows, Change::severity)).param(texts(rows, Change::found))
                    .param(rows.stream().map(row -> row.getValue().verdict == null ? null : row.getValue().verdict.violations().size())
                            .toArray(Integer[]::new))
                    .param(rows.stream().map(row -> row.getValue().verdict == null ? null : row.getValue().verdict.riskScore()).toArray(Double[]::new))
                    .param(longs(rows, change -> change.askedAt)).param(texts(rows, change -> change.decision))
                    .param(texts(rows, change -> change.decider)).param(longs(rows, change -> change.decidedAt))
                    .param(longs(rows, change -> change.startedAt)).param(longs(rows, change -> change.endedAt))
                    .param(texts(rows, change -> change.status)).param(longs(rows, change -> change.lastIndex))
                    .param(rows.stream().map(Map.Entry::getKey).toArray(String[]::new));
            if (asked) {
                statement = statement.param(texts(rows, change -> request(change).workspace())).param(texts(rows, change -> request(change).requesterId()))
                        .param(texts(rows, change -> request(change).actionType())).param(longs(rows, change -> change.requestedAt));
            }
            statement.update();
        }

        private static ActionRequested request(Change change) {
            return java.util.Objects.requireNonNull(change.request);
        }

        private static @Nullable String[] texts(List<Map.Entry<String, Change>> rows, Function<Change, @Nullable String> column) {
            return rows.stream().map(row -> column.apply(row.getValue())).toArray(String[]::new);
        }

        private static @Nullable Long[] longs(List<Map.Entry<String, Change>> rows, Function<Change, @Nullable Long> column) {
            return rows.stream().map(row -> column.apply(row.getValue())).toArray(Long[]::new);
        }
    }
}

package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.ExecutionClass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code executors.work}. */
final class WorkList {

    private final JdbcClient jdbc;

    WorkList(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes changes of many actions at once; must run in a transaction. A crash may lose the commit, but then also the token's. */
    void apply(Collection<Work> changes) {
        List<Work> open = changes.stream().filter(work -> work.status() != null && !work.isOver()).toList();
        List<Work> over = changes.stream().filter(Work::isOver).toList();
        jdbc.sql("set local synchronous_commit = off").update();
        if (!open.isEmpty()) {
            upsert(open);
        }
        if (!over.isEmpty()) {
            jdbc.sql("delete from executors.work where action_id = any (?)").params((Object) strings(over, Work::actionId)).update();
        }
    }

    private void upsert(List<Work> open) {
        jdbc.sql("""
                        insert into executors.work (action_id, workspace, action_type, execution_class, status, started, attempt,
                            rollback_attempt, due_at, look_at)
                        select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::int[], ?::int[],
                            ?::timestamptz[], ?::timestamptz[])
                        on conflict (action_id) do update set
                            workspace = coalesce(excluded.workspace, work.workspace),
                            action_type = coalesce(excluded.action_type, work.action_type),
                            execution_class = coalesce(excluded.execution_class, work.execution_class),
                            status = excluded.status,
                            started = excluded.started,
                            attempt = greatest(excluded.attempt, work.attempt),
                            rollback_attempt = greatest(excluded.rollback_attempt, work.rollback_attempt),
                            due_at = excluded.due_at,
                            look_at = excluded.look_at,
                            looks = 0""")
                .params(strings(open, Work::actionId), strings(open, Work::workspace), strings(open, Work::actionType),
                        strings(open, work -> name(work.executionClass())), strings(open, work -> name(work.status())),
                        open.stream().map(Work::started).toArray(Boolean[]::new), open.stream().map(Work::attempt).toArray(Integer[]::new),
                        open.stream().map(Work::rollbackAttempt).toArray(Integer[]::new), times(open, Work::dueAt),
                        times(open, Work::lookAt))
                .update();
    }

    /**
     * Takes what is due to be looked at, longest waiting first, and puts off the next look at it, so that work which cannot go on now never
     * keeps the rest from its turn. Two nodes never take the same.
     */
    List<Work> take(Instant now, int limit) {
        return jdbc.sql("""
                        update executors.work work
                        set look_at = ?::timestamptz + least(60, power(2, least(work.looks, 10))) * interval '1 second', looks = work.looks + 1
                        from (select action_id from executors.work where look_at <= ? order by look_at limit ? for update skip locked) due
                        where work.action_id = due.action_id
                        returning work.*""").params(Timestamp.from(now), Timestamp.from(now), limit).query(WorkList::row).list();
    }

    /** Has all that is held looked at now, whatever was waited for before. */
    void lookAtHeld(Instant now) {
        jdbc.sql("update executors.work set look_at = ?, looks = 0 where status = 'HELD'").param(Timestamp.from(now)).update();
    }

    /** Actions whose time for a decision is up, longest first, looked at or not. */
    List<Work> overdueDecisions(Instant now, int limit) {
        return jdbc.sql("""
                        select * from executors.work where status in ('PENDING', 'STALE') and due_at <= ? order by due_at, action_id
                        limit ?""").params(Timestamp.from(now), limit).query(WorkList::row).list();
    }

    /** Forgets everything, before the events are read again from the first. */
    void clear() {
        jdbc.sql("truncate executors.work").update();
    }

    private static Work row(ResultSet row, int number) throws SQLException {
        String executionClass = row.getString("execution_class");
        return new Work(row.getString("action_id"), row.getString("workspace"), row.getString("action_type"),
                executionClass == null ? null : ExecutionClass.valueOf(executionClass), ActionStatus.valueOf(row.getString("status")),
                row.getBoolean("started"), row.getInt("attempt"), row.getInt("rollback_attempt"), instant(row, "due_at"),
                instant(row, "look_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    private static String[] strings(List<Work> rows, Function<Work, @Nullable String> field) {
        return rows.stream().map(field).toArray(String[]::new);
    }

    private static Timestamp[] times(List<Work> rows, Function<Work, @Nullable Instant> field) {
        return rows.stream().map(field).map(time -> time == null ? null : Timestamp.from(time)).toArray(Timestamp[]::new);
    }
}

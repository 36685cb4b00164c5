package io.countersign.query.audit;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Answers from the audit view. */
final class AuditQuestions implements AuditLog {

    private static final int MOST = 1_000;

    private final JdbcClient jdbc;
    private final Freshness freshness;

    AuditQuestions(JdbcClient jdbc, Freshness freshness) {
        this.jdbc = jdbc;
        this.freshness = freshness;
    }

    private record Found(List<AuditEntry> entries, long position) implements Freshness.Positioned {}

    @Override
    public Page find(Reader reader, Filter filter, @Nullable Long before, int limit) {
        if (reader.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "The audit log is for people.");
        }
        if (limit < 1 || limit > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The limit must be between 1 and " + MOST + ".");
        }
        List<AuditEntry> found = freshness.read(AuditProjection.NAME, () -> question(reader, filter, before, limit + 1)).entries();
        List<AuditEntry> items = found.size() > limit ? found.subList(0, limit) : found;
        return new Page(List.copyOf(items), found.size() > limit ? (Long) items.getLast().index() : null);
    }

    private Found question(Reader reader, Filter filter, @Nullable Long before, int rows) {
        StringBuilder conditions = new StringBuilder("a.workspace = ?");
        List<Object> arguments = new ArrayList<>(List.of(reader.workspace()));
        String event = filter.event();
        and(conditions, arguments, "a.actor = ?", filter.actor());
        and(conditions, arguments, event != null && event.indexOf('.') < 0 ? "a.family = ?" : "a.event = ?", event);
        and(conditions, arguments, "a.subject_id = ?", filter.subjectId());
        and(conditions, arguments, "a.action_type = ?", filter.actionType());
        and(conditions, arguments, "a.at >= ?", filter.from() == null ? null : (Long) Micros.of(filter.from()));
        and(conditions, arguments, "a.at < ?", filter.until() == null ? null : (Long) Micros.of(filter.until()));
        and(conditions, arguments, "a.id < ?", before);
        long[] position = {-1};
        List<AuditEntry> entries = new ArrayList<>();
        jdbc.sql("""
                with view as (
                    select p.live_slot as slot, s.position from query.projection p
                    join query.projection_slot s on s.name = p.name and s.slot = p.live_slot where p.name = 'audit')
                select view.position, page.* from view left join (
                    select * from query.audit a where a.slot = (select slot from view) and %s order by a.id desc limit %d) page on true
                order by page.id desc""".formatted(conditions, rows)).params(arguments).query(row -> {
            position[0] = row.getLong("position");
            if (row.getString("event_id") != null) {
                entries.add(new AuditEntry(row.getLong("id"), row.getString("event_id"), Micros.toInstant(row.getLong("at")),
                        row.getString("event"), row.getString("family"), row.getString("actor"), row.getString("workspace"),
                        row.getString("subject_id"), row.getString("action_type"), row.getString("status"), row.getString("origin"),
                        row.getString("request_id")));
            }
        });
        return new Found(entries, position[0]);
    }

    private static void and(StringBuilder conditions, List<Object> arguments, String condition, @Nullable Object argument) {
        if (argument != null) {
            conditions.append(" and ").append(condition);
            arguments.add(argument);
        }
    }
}

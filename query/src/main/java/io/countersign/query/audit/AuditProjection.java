package io.countersign.query.audit;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.database.api.BulkInsert;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.query.projection.Projection;
import io.countersign.query.projection.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One row for each event of the log, whatever its family. What an event leaves unsaid is taken from the event before it in its stream. */
final class AuditProjection implements Projection {

    static final String NAME = "audit";

    private final DataSource dataSource;

    AuditProjection(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean readsMetadata() {
        return true;
    }

    @Override
    public Projection.Batch begin(JdbcClient jdbc, String table) {
        return new Batch(dataSource, jdbc, table);
    }

    /** What later events of a stream inherit. */
    private record Subject(@Nullable String workspace, @Nullable String agent, @Nullable String actionType, @Nullable ActionStatus status,
            @Nullable String name) {

        static final Subject UNKNOWN = new Subject(null, null, null, null, null);

        Subject after(Recorded event) {
            return switch (event.payload()) {
                case ActionEvent.ActionRequested e -> new Subject(e.workspace(), e.requesterId(), e.actionType(), e.statusAfter(null),
                        Named.name(e));
                case ActionEvent e -> new Subject(workspace(event), agent, actionType, e.statusAfter(status), name);
                case PrincipalEvent.PersonAdded e -> new Subject(e.workspace(), null, null, null, null);
                case PrincipalEvent.AgentCreated e -> new Subject(e.workspace(), null, null, null, null);
                default -> new Subject(workspace(event), Named.agent(event.payload()), null, null, name(event.payload())); // each family has its row
            };
        }

        private @Nullable String name(Object event) {
            String named = Named.name(event);
            return named == null ? name : named;
        }

        private @Nullable String workspace(Recorded event) {
            String named = event.metadata("workspace");
            return named == null ? workspace : named;
        }
    }

    private record Row(Recorded event, Subject subject) {

        String family() {
            return event.name().substring(0, event.name().indexOf('.'));
        }

        @Nullable String target() {
            return Named.target(event.payload());
        }
    }

    private static final class Batch implements Projection.Batch {

        private final DataSource dataSource;
        private final JdbcClient jdbc;
        private final String table;
        private final List<Recorded> events = new ArrayList<>();

        Batch(DataSource dataSource, JdbcClient jdbc, String table) {
            this.dataSource = dataSource;
            this.jdbc = jdbc;
            this.table = table;
        }

        @Override
        public void on(Recorded event) {
            event.metadata().get(); // here, because what cannot be read is parked here
            events.add(event);
        }

        @Override
        public void flush() {
            if (events.isEmpty()) {
                return;
            }
            Map<String, Subject> subjects = new HashMap<>(earlier());
            List<Row> rows = events.stream().map(event -> new Row(event,
                    subjects.merge(event.subject(), Subject.UNKNOWN.after(event), (before, first) -> before.after(event)))).toList();
            insert(rows);
        }

        /** What the view knows of streams that began before this batch. */
        private Map<String, Subject> earlier() {
            String[] begun = events.stream().filter(event -> !(event.payload() instanceof ActionEvent.ActionRequested || event.payload() instanceof AccessEvent))
                    .map(Recorded::subject).distinct().toArray(String[]::new);
            if (begun.length == 0) {
                return Map.of();
            }
            Map<String, Subject> known = new HashMap<>();
            jdbc.sql("""
                    select s.id, last.workspace, last.agent, last.action_type, last.status, last.name from unnest(?::text[]) s (id)
                    cross join lateral (select * from %s a where a.subject_id = s.id and a.id < ? order by a.id desc limit 1) last"""
                    .formatted(table)).param(begun).param(events.getFirst().index())
                    .query(row -> {
                        known.put(row.getString(1), new Subject(row.getString(2), row.getString(3), row.getString(4), status(row.getString(5)),
                                row.getString(6)));
                    });
            return known;
        }

        private static @Nullable ActionStatus status(@Nullable String wire) {
            return wire == null ? null : ActionStatus.valueOf(wire.toUpperCase(Locale.ROOT));
        }

        private void insert(List<Row> rows) {
            BulkInsert added = new BulkInsert();
            for (Row row : rows) {
                Recorded event = row.event();
                Subject subject = row.subject();
                added.row(16).number(event.index()).text(event.eventId()).number(event.micros()).text(event.name()).text(row.family())
                        .text(event.metadata("actor")).text(subject.workspace() == null ? "" : subject.workspace()).text(event.subject())
                        .text(row.target()).text(subject.name()).text(subject.agent()).text(subject.actionType())
                        .text(subject.status() == null ? null : subject.status().wire()).text(event.metadata("origin"))
                        .text(event.metadata("request_id")).text(event.metadata("address"));
            }
            added.into(dataSource, table + " (id, event_id, at, event, family, actor, workspace, subject_id, target, name, agent, action_type, status,"
                    + " origin, request_id, address)");
        }
    }
}

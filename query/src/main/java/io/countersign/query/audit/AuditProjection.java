package io.countersign.query.audit;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.query.projection.Projection;
import io.countersign.query.projection.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One row for each event of the log, whatever its family. What an event leaves unsaid is taken from the event before it in its stream. */
final class AuditProjection implements Projection {

    static final String NAME = "audit";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Projection.Batch begin(JdbcClient jdbc, String table) {
        return new Batch(jdbc, table);
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

        private final JdbcClient jdbc;
        private final String table;
        private final List<Recorded> events = new ArrayList<>();

        Batch(JdbcClient jdbc, String table) {
            this.jdbc = jdbc;
            this.table = table;
        }

        @Override
        public void on(Recorded event) {
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
            jdbc.sql("""
                    insert into %s (id, event_id, at, event, family, actor, workspace, subject_id, target, name, agent, action_type, status,
                        origin, request_id, address)
                    select * from unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                    on conflict do nothing""".formatted(table))
                    .param(rows.stream().map(row -> row.event().index()).toArray(Long[]::new))
                    .param(texts(rows, row -> row.event().eventId()))
                    .param(rows.stream().map(row -> row.event().micros()).toArray(Long[]::new))
                    .param(texts(rows, row -> row.event().name()))
                    .param(texts(rows, Row::family))
                    .param(texts(rows, row -> row.event().metadata("actor")))
                    .param(texts(rows, row -> row.subject().workspace() == null ? "" : row.subject().workspace()))
                    .param(texts(rows, row -> row.event().subject()))
                    .param(texts(rows, Row::target))
                    .param(texts(rows, row -> row.subject().name()))
                    .param(texts(rows, row -> row.subject().agent()))
                    .param(texts(rows, row -> row.subject().actionType()))
                    .param(texts(rows, row -> row.subject().status() == null ? null : row.subject().status().wire()))
                    .param(texts(rows, row -> row.event().metadata("origin")))
                    .param(texts(rows, row -> row.event().metadata("request_id")))
                    .param(texts(rows, row -> row.event().metadata("address")))
                    .update();
        }

        private static @Nullable String[] texts(List<Row> rows, Function<Row, @Nullable String> column) {
            return rows.stream().map(column).toArray(String[]::new);
        }
    }
}

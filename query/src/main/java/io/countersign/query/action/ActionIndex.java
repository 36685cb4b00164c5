package io.countersign.query.action;

import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.Reader;
import io.countersign.query.projection.Freshness;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds ids in the views, each answer with the position of the view in the same snapshot.
 *
 * <p>A list over several statuses asks for each status by itself, which an index answers in order, and merges the few rows.
 */
final class ActionIndex {

    private static final int COUNTED = 10_001;
    private static final Collector<CharSequence, ?, String> EITHER = Collectors.joining(") union all (", "(", ")");
    private static final String VIEW = """
            with view as (
                select p.live_slot as slot, s.position from query.projection p
                join query.projection_slot s on s.name = p.name and s.slot = p.live_slot where p.name = '%s')
            """;

    private final JdbcClient jdbc;

    ActionIndex(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Ids in order, and where the view was. */
    record Found(List<Cursor> rows, long position) implements Freshness.Positioned {}

    /** Actions by status, and where the view was. */
    record Counts(Map<ActionStatus, Long> byStatus, long position) implements Freshness.Positioned {}

    /** What stands in the column of that name: a type of the same name is found by its own. */
    static @Nullable String entry(ActionRequested asked) {
        return asked.terms().entry().filter(entry -> !entry.equals(asked.actionType())).orElse(null);
    }

    /** The newest first, one more than the limit if there are more. */
    Found newest(Reader reader, ActionFilter filter) {
        List<Query> queries = conditions("a", reader, filter);
        String rows = queries.stream().map(query -> newest(filter, query)).collect(EITHER);
        return found(ActionsProjection.NAME, rows, "requested_at desc, id desc", filter.limit() + 1, arguments(queries));
    }

    private static String newest(ActionFilter filter, Query query) {
        if (filter.automatic() != null && !byStatus(filter, query)) {
            query.and("a.automatic = ?", filter.automatic());
        }
        if (filter.captured() != null) {
            query.and("a.captured = ?", filter.captured());
        }
        Cursor after = Cursor.decode(filter.cursor());
        if (after != null) {
            query.and("(a.requested_at, a.id) < (?, ?)", after.requestedAt(), after.id());
        }
        String rows = "select 0::bigint as deadline, a.requested_at, a.id from query.actions a where a.slot = (select slot from view) and "
                + query.conditions() + " %s order by a.requested_at desc, a.id desc limit " + (filter.limit() + 1);
        if (byStatus(filter, query)) {
            rows = """
                    select r.* from unnest(?::text[]) wanted (status) cross join unnest(?::boolean[]) how (automatic)
                    cross join lateral (%s) r""".formatted(rows.formatted("and a.status = wanted.status and a.automatic = how.automatic"));
            query.arguments().addFirst(filter.automatic() == null ? new Boolean[] {true, false} : new Boolean[] {filter.automatic()});
            query.arguments().addFirst(wire(filter.statuses().isEmpty() ? EnumSet.allOf(ActionStatus.class) : filter.statuses()));
        } else if (filter.statuses().isEmpty()) {
            rows = rows.formatted("and a.status is not null");
        } else {
            rows = rows.formatted("and a.status = any(?)");
            query.arguments().addLast(wire(filter.statuses()));
        }
        return rows;
    }

    /** Conversations are short and captures have an index of their own; nothing but the workspace needs no more than its order. */
    private static boolean byStatus(ActionFilter filter, Query query) {
        boolean narrowed = filter.conversationId() != null || filter.captured() != null;
        return !narrowed && (query.isNarrowed() || !filter.statuses().isEmpty() || filter.automatic() != null);
    }

    /** For each of these types the newest in one of these statuses. */
    Found newestOfEach(Reader reader, Collection<String> actionTypes, Collection<ActionStatus> statuses) {
        Query query = new Query("a", reader.workspace());
        query.and("a.action_type = wanted.action_type and a.status = state.status and a.automatic = how.automatic");
        String newest = "select a.requested_at, a.id from query.actions a where a.slot = (select slot from view) and " + query.conditions()
                + " order by a.requested_at desc, a.id desc limit 1";
        String rows = """
                select distinct on (wanted.action_type) 0::bigint as deadline, r.requested_at, r.id
                from unnest(?::text[]) wanted (action_type) cross join unnest(?::text[]) state (status) cross join (values (true), (false)) how (automatic)
                cross join lateral (%s) r order by wanted.action_type, r.requested_at desc, r.id desc""".formatted(newest);
        query.arguments().addFirst(wire(statuses));
        query.arguments().addFirst(actionTypes.toArray(String[]::new));
        return found(ActionsProjection.NAME, rows, "requested_at desc, id desc", Math.max(1, actionTypes.size()), query.arguments());
    }

    /** What waits for a person, the most urgent first. */
    Found mostUrgent(Reader reader, ActionFilter filter) {
        List<Query> queries = conditions("q", reader, filter);
        String rows = queries.stream().map(query -> mostUrgent(filter, query)).collect(EITHER);
        return found(QueueProjection.NAME, rows, "deadline, requested_at, id", filter.limit() + 1, arguments(queries));
    }

    private static String mostUrgent(ActionFilter filter, Query query) {
        query.and("q.status in ('pending', 'stale')");
        if (!filter.statuses().isEmpty()) {
            query.and("q.status = any(?)", (Object) wire(filter.statuses()));
        }
        Cursor after = Cursor.decode(filter.cursor());
        if (after != null) {
            query.and("(q.deadline, q.requested_at, q.id) > (?, ?, ?)", after.deadline(), after.requestedAt(), after.id());
        }
        return "select q.deadline, q.requested_at, q.id from query.queue q where q.slot = (select slot from view) and "
                + query.conditions() + " order by q.deadline, q.requested_at, q.id limit " + (filter.limit() + 1);
    }

    private static List<Object> arguments(List<Query> queries) {
        return queries.stream().flatMap(query -> query.arguments().stream()).toList();
    }

    private Found found(String view, String rows, String order, int limit, List<Object> arguments) {
        String sql = VIEW.formatted(view) + """
                select view.position, page.deadline, page.requested_at, page.id
                from view left join (select * from (%s) r order by %s limit %d) page on true order by %s"""
                .formatted(rows, order, limit, order);
        long[] position = {-1};
        List<Cursor> found = new ArrayList<>();
        jdbc.sql(sql).params(arguments).query(row -> {
            position[0] = row.getLong("position");
            String id = row.getString("id");
            if (id != null) {
                found.add(new Cursor(row.getLong("deadline"), row.getLong("requested_at"), id));
            }
        });
        return new Found(found, position[0]);
    }

    /** The order within a status is asked for only so that the index that has it is used, also for a status that hardly occurs. */
    Counts counts(Reader reader) {
        boolean own = reader.isAgent();
        String sql = VIEW.formatted(ActionsProjection.NAME) + """
                select view.position, wanted.status, counted.n from view cross join unnest(?::text[]) wanted (status)
                cross join lateral (select count(*) as n from (select 1 from query.actions a where a.slot = (select slot from view) and a.workspace = ?
                    and a.status = wanted.status %s order by a.automatic, a.requested_at, a.id limit %d) few) counted"""
                .formatted(own ? "and a.requester = ?" : "", COUNTED);
        JdbcClient.StatementSpec question = jdbc.sql(sql).param(wire(EnumSet.allOf(ActionStatus.class))).param(reader.workspace());
        long[] position = {-1};
        Map<ActionStatus, Long> counts = new EnumMap<>(ActionStatus.class);
        (own ? question.param(reader.principalId()) : question).query(row -> {
            position[0] = row.getLong(1);
            counts.put(ActionStatus.valueOf(row.getString(2).toUpperCase(Locale.ROOT)), row.getLong(3));
        });
        return new Counts(counts, position[0]);
    }

    /** A name is that of a type or of an entry; either is asked for by itself, which an index answers in order, and no action is found by both. */
    private static List<Query> conditions(String alias, Reader reader, ActionFilter filter) {
        return filter.action() == null ? List.of(conditions(alias, reader, filter, "action_type"))
                : List.of(conditions(alias, reader, filter, "action_type"), conditions(alias, reader, filter, "entry"));
    }

    private static Query conditions(String alias, Reader reader, ActionFilter filter, String named) {
        Query query = new Query(alias, reader.workspace());
        if (reader.isAgent()) {
            query.andEqual("requester", reader.principalId());
        }
        query.andEqual("requester", filter.requesterId());
        query.andEqual(named, filter.action());
        query.andEqual("conversation_id", filter.conversationId());
        return query;
    }

    private static String[] wire(Collection<ActionStatus> statuses) {
        return statuses.stream().map(ActionStatus::wire).sorted().toArray(String[]::new);
    }

    /** Conditions and their arguments, in step. */
    private static final class Query {

        private final String alias;
        private final List<String> conditions = new ArrayList<>();
        private final List<Object> arguments = new ArrayList<>();

        Query(String alias, String workspace) {
            this.alias = alias;
            and(alias + ".workspace = ?", workspace);
        }

        void andEqual(String column, @Nullable String value) {
            if (value != null) {
                and(alias + "." + column + " = ?", value);
            }
        }

        void and(String condition, Object... values) {
            conditions.add(condition);
            arguments.addAll(List.of(values));
        }

        boolean isNarrowed() {
            return conditions.stream().anyMatch(it -> it.contains(".requester") || it.contains(".action_type") || it.contains(".entry"));
        }

        String conditions() {
            return conditions.stream().collect(Collectors.joining(" and "));
        }

        List<Object> arguments() {
            return arguments;
        }
    }
}

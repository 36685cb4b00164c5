package io.countersign.query.action;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.query.action.api.Contents;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Knows from the view of actions what is still kept. */
final class KeptContents implements Contents {

    private static final String VIEW = """
            with view as (
                select p.live_slot as slot, s.position from query.projection p
                join query.projection_slot s on s.name = p.name and s.slot = p.live_slot where p.name = 'actions')
            """;
    private static final String[] ENDED = names(ActionStatus::isErasable);
    private static final String[] WAITING = names(ActionStatus::isCancellable);

    private final JdbcClient jdbc;
    private final Freshness freshness;

    KeptContents(JdbcClient jdbc, Freshness freshness) {
        this.jdbc = jdbc;
        this.freshness = freshness;
    }

    private record Counted(Tally tally, long position) implements Freshness.Positioned {}

    private record Found(List<Kept> rows, long position) implements Freshness.Positioned {}

    @Override
    public Tally tally(Scope scope) {
        return freshness.read(ActionsProjection.NAME, () -> {
            List<Object> arguments = new ArrayList<>(List.of(ENDED, ENDED, WAITING));
            String sql = VIEW + """
                    select view.position, counted.* from view left join lateral (
                        select count(*) filter (where not a.erased and a.status = any(?)) as ended,
                            count(*) filter (where not a.erased and not a.status = any(?)) as open,
                            count(*) filter (where not a.erased and a.status = any(?)) as waiting, count(*) filter (where a.erased) as erased
                        from query.actions a where a.slot = view.slot%s) counted on true""".formatted(conditions(scope, arguments));
            return jdbc.sql(sql).params(arguments).query((row, n) -> new Counted(
                    new Tally(row.getLong("ended"), row.getLong("open"), row.getLong("waiting"), row.getLong("erased")),
                    row.getLong("position"))).single();
        }).tally();
    }

    @Override
    public long archivable(Scope scope) {
        return freshness.read(ActionsProjection.NAME, () -> {
            List<Object> arguments = new ArrayList<>(List.of((Object) ENDED));
            String sql = VIEW + """
                    select view.position, counted.n from view left join lateral (select count(*) as n from query.actions a
                        where a.slot = view.slot and not a.erased and not a.archived and a.status = any(?)%s) counted on true"""
                    .formatted(conditions(scope, arguments));
            return jdbc.sql(sql).params(arguments).query((row, n) -> new Counted(new Tally(row.getLong("n"), 0, 0, 0), row.getLong("position")))
                    .single();
        }).tally().ended();
    }

    @Override
    public List<Kept> toArchive(Scope scope, @Nullable Kept after, int most) {
        return page(ENDED, scope, " and not a.archived", after, most);
    }

    @Override
    public List<Kept> ended(Scope scope, @Nullable Kept after, int most) {
        return page(ENDED, scope, "", after, most);
    }

    @Override
    public List<Kept> waiting(Scope scope, @Nullable Kept after, int most) {
        return page(WAITING, scope, "", after, most);
    }

    private List<Kept> page(String[] statuses, Scope scope, String which, @Nullable Kept after, int most) {
        return freshness.read(ActionsProjection.NAME, () -> {
            List<Object> arguments = new ArrayList<>(List.of((Object) statuses));
            String more = which + conditions(scope, arguments);
            if (after != null) {
                more += " and (a.requested_at, a.id) > (?, ?)";
                arguments.addAll(List.of(Micros.of(after.requestedAt()), after.actionId()));
            }
            String sql = VIEW + """
                    select view.position, page.id, page.workspace, page.requested_at from view left join lateral (
                        select a.id, a.workspace, a.requested_at from query.actions a
                        where a.slot = view.slot and not a.erased and a.status = any(?)%s
                        order by a.requested_at, a.id limit %d) page on true order by page.requested_at, page.id""".formatted(more, most);
            List<Kept> rows = new ArrayList<>();
            long[] position = {-1};
            jdbc.sql(sql).params(arguments).query(row -> {
                position[0] = row.getLong("position");
                if (row.getString("id") != null) {
                    rows.add(new Kept(row.getString("id"), row.getString("workspace"), Micros.toInstant(row.getLong("requested_at"))));
                }
            });
            return new Found(rows, position[0]);
        }).rows();
    }

    private static String conditions(Scope scope, List<Object> arguments) {
        StringBuilder conditions = new StringBuilder();
        and(conditions, arguments, " and a.workspace = ?", scope.workspace());
        and(conditions, arguments, " and a.requester = ?", scope.requesterId());
        and(conditions, arguments, " and a.requested_at < ?", scope.askedBefore() == null ? null : (Long) Micros.of(scope.askedBefore()));
        return conditions.toString();
    }

    private static void and(StringBuilder conditions, List<Object> arguments, String condition, @Nullable Object argument) {
        if (argument != null) {
            conditions.append(condition);
            arguments.add(argument);
        }
    }

    private static String[] names(Predicate<ActionStatus> which) {
        return Arrays.stream(ActionStatus.values()).filter(which).map(ActionStatus::wire).toArray(String[]::new);
    }
}

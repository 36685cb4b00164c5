package io.countersign.query.audit;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.History;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds, in the audit view, the last event of each action at a moment. */
final class HistoryQuestions implements History {

    private static final int MOST = 1_000;
    private static final String VIEW = """
            with view as (
                select p.live_slot as slot, s.position from query.projection p
                join query.projection_slot s on s.name = p.name and s.slot = p.live_slot where p.name = 'audit')
            """;

    private final JdbcClient jdbc;
    private final Freshness freshness;

    HistoryQuestions(JdbcClient jdbc, Freshness freshness) {
        this.jdbc = jdbc;
        this.freshness = freshness;
    }

    private record Counted(Map<String, Long> standing, long position) implements Freshness.Positioned {}

    private record Found(List<Difference> differences, long position) implements Freshness.Positioned {}

    @Override
    public Map<String, Long> standing(Reader reader, Instant at) {
        mustBePerson(reader);
        return freshness.read(AuditProjection.NAME, () -> {
            Map<String, Long> standing = new TreeMap<>();
            long[] position = {-1};
            jdbc.sql(VIEW + """
                    select view.position, counted.status, counted.n from view left join lateral (
                        select last.status, count(*) as n from (
                            select distinct on (a.subject_id) a.status from query.audit a
                            where a.slot = view.slot and a.workspace = ? and a.family = 'action' and a.at <= ? order by a.subject_id, a.id desc) last
                        group by 1) counted on true""").params(reader.workspace(), Micros.of(at)).query(row -> {
                position[0] = row.getLong("position");
                if (row.getString("status") != null) {
                    standing.put(row.getString("status"), row.getLong("n"));
                }
            });
            return new Counted(standing, position[0]);
        }).standing();
    }

    @Override
    public List<Difference> between(Reader reader, Instant from, Instant to, int most) {
        mustBePerson(reader);
        if (!from.isBefore(to) || most < 1 || most > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A comparison goes from an earlier to a later moment and names 1 to 1,000 actions.");
        }
        return freshness.read(AuditProjection.NAME, () -> {
            List<Difference> differences = new ArrayList<>();
            long[] position = {-1};
            jdbc.sql(VIEW + """
                    select view.position, moved.* from view left join lateral (
                        select touched.subject_id, touched.n, last.action_type, last.agent, before.status as before, last.status as after, touched.newest
                        from (select a.subject_id, count(*) as n, max(a.id) as newest from query.audit a
                            where a.slot = view.slot and a.workspace = ? and a.family = 'action' and a.at > ? and a.at <= ? group by 1) touched
                        join query.audit last on last.slot = view.slot and last.id = touched.newest
                        left join lateral (select b.status from query.audit b
                            where b.slot = view.slot and b.subject_id = touched.subject_id and b.at <= ? order by b.id desc limit 1) before on true
                        where before.status is distinct from last.status order by touched.newest desc limit ?) moved on true
                    order by moved.newest desc""")
                    .params(reader.workspace(), Micros.of(from), Micros.of(to), Micros.of(from), most).query(row -> {
                        position[0] = row.getLong("position");
                        if (row.getString("subject_id") != null) {
                            differences.add(new Difference(row.getString("subject_id"), row.getString("action_type"), row.getString("agent"),
                                    row.getString("before"), row.getString("after"), row.getLong("n")));
                        }
                    });
            return new Found(differences, position[0]);
        }).differences();
    }

    private static void mustBePerson(Reader reader) {
        if (reader.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "History is for people.");
        }
    }
}

package io.countersign.query.action;

import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds, in the audit view, which actions waited for a person at an earlier moment. */
final class WaitedThen {

    static final String VIEW = "audit";

    private static final int MOST = 10_000;

    private final JdbcClient jdbc;

    WaitedThen(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Ids, oldest request first, and where the view was. */
    record Found(List<String> ids, long position) implements Freshness.Positioned {}

    Found at(String workspace, Instant moment) {
        List<String> ids = new ArrayList<>();
        long[] position = {-1};
        jdbc.sql("""
                with view as (
                    select p.live_slot as slot, s.position from query.projection p
                    join query.projection_slot s on s.name = p.name and s.slot = p.live_slot where p.name = 'audit')
                select view.position, waiting.subject_id from view left join lateral (
                    select e.subject_id from query.audit e
                    where e.slot = view.slot and e.workspace = ? and e.family = 'action' and e.at <= ? and e.status in ('pending', 'stale')
                        and not exists (select 1 from query.audit n
                            where n.slot = view.slot and n.subject_id = e.subject_id and n.id > e.id and n.at <= ?)
                    order by e.id limit ?) waiting on true""")
                .param(workspace).param(Micros.of(moment)).param(Micros.of(moment)).param(MOST).query(row -> {
                    position[0] = row.getLong(1);
                    if (row.getString(2) != null) {
                        ids.add(row.getString(2));
                    }
                });
        return new Found(ids, position[0]);
    }
}

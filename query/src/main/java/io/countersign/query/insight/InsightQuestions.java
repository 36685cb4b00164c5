package io.countersign.query.insight;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Reader;
import io.countersign.query.insight.api.Insights;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts in the view of insights. Who opened what is looked up in the audit view. */
final class InsightQuestions implements Insights {

    private static final int MOST = 1_000;
    private static final int SHOWN = 50;
    private static final String LIVE = "i.slot = (select live_slot from query.projection where name = 'insights')";
    private static final String OF = "from query.insights i where " + LIVE + " and i.workspace = ? and i.requested_at >= ? and i.requested_at < ?";
    private static final String TOTALS = """
            count(*) as evaluations, count(*) filter (where i.outcome in ('allow', 'allow_with_warnings')) as allowed,
            count(*) filter (where i.outcome = 'require_approval') as asked, count(*) filter (where i.outcome = 'block') as blocked,
            count(*) filter (where i.status in ('pending', 'stale')) as pending,
            count(*) filter (where i.decision = 'approved') as approved, count(*) filter (where i.decision = 'denied') as denied,
            count(*) filter (where i.status in ('executed', 'consumed', 'rolling_back', 'rolled_back', 'rollback_failed')) as executed,
            count(*) filter (where i.status = 'outcome_unknown') as unknown
            """;
    private static final RowMapper<Totals> TO_TOTALS = (row, n) -> new Totals(row.getLong("evaluations"), row.getLong("allowed"),
            row.getLong("asked"), row.getLong("blocked"), row.getLong("pending"), row.getLong("approved"), row.getLong("denied"),
            row.getLong("executed"), row.getLong("unknown"));

    private final JdbcClient jdbc;
    private final Freshness freshness;

    InsightQuestions(JdbcClient jdbc, Freshness freshness) {
        this.jdbc = jdbc;
        this.freshness = freshness;
    }

    private record Counted(Report report, long position) implements Freshness.Positioned {}

    private record Found(List<Violation> rows, long number, long position) implements Freshness.Positioned {}

    @Override
    public Report report(Reader reader, Instant since, Instant until, Duration bucket) {
        mustBePerson(reader);
        long width = bucket.toNanos() / 1_000;
        if (width < 1 || !since.isBefore(until) || Duration.between(since, until).dividedBy(bucket) > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A report has 1 to 1,000 buckets.");
        }
        long from = Math.floorDiv(Micros.of(since), width) * width;
        Object[] span = {reader.workspace(), from, Micros.of(until)};
        return freshness.read(InsightsProjection.NAME, () -> {
            long position = position(); // read first: what is counted later is at least as new
            return new Counted(new Report(totals(span), series(span, width), decisions(span), policies(span), agents(span), rules(span),
                    statuses(span)), position);
        }).report();
    }

    private Totals totals(Object[] span) {
        return jdbc.sql("select " + TOTALS + OF).params(span).query(TO_TOTALS).single();
    }

    private List<Bucket> series(Object[] span, long width) {
        Map<Long, Totals> found = new HashMap<>();
        jdbc.sql("select i.requested_at / " + width + " as bucket, " + TOTALS + OF + " group by 1").params(span)
                .query((row, n) -> found.put(row.getLong("bucket"), TO_TOTALS.mapRow(row, n))).list();
        List<Bucket> series = new ArrayList<>();
        for (long number = (long) span[1] / width; number * width < (long) span[2]; number++) {
            series.add(new Bucket(Micros.toInstant(number * width), found.getOrDefault(number, Totals.NONE)));
        }
        return series;
    }

    private Decisions decisions(Object[] span) {
        return jdbc.sql("""
                with decided as (
                    select i.decision, (i.decided_at - i.asked_at) / 1e6 as took, (i.decided_at - coalesce(opened.at, i.asked_at)) / 1e6 as looked,
                        opened.at is not null as opened
                    from query.insights i left join lateral (
                        select min(a.at) as at from query.audit a
                        where a.slot = (select live_slot from query.projection where name = 'audit') and a.workspace = i.workspace
                            and a.target = i.id and a.event = 'access.content_read' and a.actor = i.decider and a.at <= i.decided_at) opened on true
                    where %s and i.workspace = ? and i.requested_at >= ? and i.requested_at < ? and i.decision in ('approved', 'denied')
                        and i.asked_at is not null)
                select count(*) as number, percentile_cont(0.5) within group (order by took) as median,
                    percentile_cont(0.95) within group (order by took) as p95, count(*) filter (where decision = 'approved') as approvals,
                    count(*) filter (where decision = 'approved' and looked < 3) as reflex,
                    count(*) filter (where decision = 'approved' and not opened) as unopened,
                    array[count(*) filter (where took < 3), count(*) filter (where took >= 3 and took < 30),
                        count(*) filter (where took >= 30 and took < 120), count(*) filter (where took >= 120 and took < 600),
                        count(*) filter (where took >= 600 and took < 3600), count(*) filter (where took >= 3600 and took < 14400),
                        count(*) filter (where took >= 14400)] as classes
                from decided""".formatted(LIVE)).params(span).query((row, n) -> new Decisions(row.getLong("number"),
                        row.getObject("median", Double.class), row.getObject("p95", Double.class), row.getLong("reflex"), row.getLong("unopened"),
                        row.getLong("approvals"), List.of((Long[]) row.getArray("classes").getArray()))).single();
    }

    private List<PolicyCount> policies(Object[] span) {
        Map<String, Map<String, Long>> found = new LinkedHashMap<>();
        jdbc.sql("""
                select split_part(one.found, ':', 1) as severity, substr(one.found, position(':' in one.found) + 1) as policy, count(*) as n
                from query.insights i cross join lateral unnest(string_to_array(i.found, chr(10))) one (found)
                where %s and i.workspace = ? and i.requested_at >= ? and i.requested_at < ? and i.found > '' group by 1, 2""".formatted(LIVE))
                .params(span).query(row -> {
                    found.computeIfAbsent(row.getString("policy"), policy -> new TreeMap<>()).put(row.getString("severity"), row.getLong("n"));
                });
        return found.entrySet().stream().map(entry -> new PolicyCount(entry.getKey(),
                        entry.getValue().values().stream().mapToLong(Long::longValue).sum(), entry.getValue()))
                .sorted(Comparator.comparingLong(PolicyCount::count).reversed().thenComparing(PolicyCount::policy)).limit(SHOWN).toList();
    }

    private List<AgentCount> agents(Object[] span) {
        return jdbc.sql("select i.requester, count(*) as n, count(*) filter (where i.violations > 0) as violations " + OF
                        + " group by 1 order by 3 desc, 2 desc limit " + SHOWN).params(span)
                .query((row, n) -> new AgentCount(row.getString("requester"), row.getLong("n"), row.getLong("violations"))).list();
    }

    private List<RuleCount> rules(Object[] span) {
        return jdbc.sql("""
                        select i.policy, coalesce(i.rule, i.action_type) as rule, count(*) as asked,
                            count(*) filter (where i.decision = 'approved') as approved, count(*) filter (where i.decision = 'denied') as denied\s"""
                        + OF + " and i.asked_at is not null group by 1, 2 order by 3 desc limit " + SHOWN).params(span)
                .query((row, n) -> new RuleCount(row.getString("policy"), row.getString("rule"), row.getLong("asked"), row.getLong("approved"),
                        row.getLong("denied"))).list();
    }

    private Map<String, Long> statuses(Object[] span) {
        Map<String, Long> statuses = new LinkedHashMap<>();
        jdbc.sql("select i.status, count(*) as n " + OF + " and i.status is not null group by 1 order by 2 desc").params(span).query(row -> {
            statuses.put(row.getString("status"), row.getLong("n"));
        });
        return statuses;
    }

    private long position() {
        return jdbc.sql("""
                select s.position from query.projection p join query.projection_slot s on s.name = p.name and s.slot = p.live_slot
                where p.name = 'insights'""").query(Long.class).single();
    }

    @Override
    public List<Violation> violations(Reader reader, String requesterId, @Nullable Instant since, @Nullable Instant until, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The limit must be between 1 and " + MOST + ".");
        }
        return against(reader, requesterId, since, until, limit).rows();
    }

    @Override
    public long countViolations(Reader reader, String requesterId, @Nullable Instant since, @Nullable Instant until) {
        return against(reader, requesterId, since, until, 1).number();
    }

    private Found against(Reader reader, String requesterId, @Nullable Instant since, @Nullable Instant until, int limit) {
        mustBePerson(reader);
        Object[] span = {reader.workspace(), since == null ? Long.MIN_VALUE : Micros.of(since), until == null ? Long.MAX_VALUE : Micros.of(until),
            requesterId};
        return freshness.read(InsightsProjection.NAME, () -> {
            long position = position();
            List<Violation> rows = jdbc.sql("select i.* " + OF + " and i.requester = ? and i.violations > 0 order by i.requested_at desc, i.id desc limit "
                    + limit).params(span).query((row, n) -> new Violation(row.getString("id"), row.getString("action_type"),
                            Micros.toInstant(row.getLong("requested_at")), row.getString("status"), row.getString("policy"), row.getString("severity"),
                            row.getDouble("risk"), row.getInt("violations"))).list();
            long number = jdbc.sql("select count(*) " + OF + " and i.requester = ? and i.violations > 0").params(span).query(Long.class).single();
            return new Found(rows, number, position);
        });
    }

    private static void mustBePerson(Reader reader) {
        if (reader.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Insights are for people.");
        }
    }
}

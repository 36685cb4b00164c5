package io.countersign.web.limits;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Component;

/**
 * What has been used up of limits, one row for each subject and window, the same for all nodes. A window begins with the first use after the
 * last window has ended; the database's clock says when. All methods throw {@code DataAccessException} when the database cannot be asked.
 */
@Component
public final class Allowances {

    private static final Duration CLEANING = Duration.ofMinutes(10);

    private static final String TAKE = """
            insert into web.allowance as held (subject, used, ends_at) values (:subject, 1, now() + :seconds * interval '1 second')
            on conflict (subject) do update set used = case when held.ends_at <= now() then 1 else held.used + 1 end,
                ends_at = case when held.ends_at <= now() then excluded.ends_at else held.ends_at end
            where held.used < :most or held.ends_at <= now()
            """;
    private static final String ADD = """
            insert into web.allowance as held (subject, used, ends_at)
            select subject, used, now() + :seconds * interval '1 second' from unnest(:subjects, :used) as fresh (subject, used) order by subject
            on conflict (subject) do update set used = case when held.ends_at <= now() then excluded.used else held.used + excluded.used end,
                ends_at = case when held.ends_at <= now() then excluded.ends_at else held.ends_at end
            returning subject, used, ceil(extract(epoch from ends_at - now()) * 1000) as millis
            """;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final AtomicReference<Instant> cleaned = new AtomicReference<>(Instant.EPOCH);

    /** On the service's own connections. */
    public Allowances(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * Where a subject stands.
     *
     * @param used by all nodes in this window
     * @param millisLeft until the window ends
     */
    public record Standing(String subject, int used, long millisLeft) {}

    /** Takes one use when one is left in the window; false when none is. */
    public boolean take(String subject, int most, Duration window) {
        clean();
        return jdbc.sql(TAKE).param("subject", subject).param("most", most).param("seconds", window.toSeconds()).update() == 1;
    }

    /** Adds uses that were granted already, and says where each subject stands then. */
    public Map<String, Standing> add(Map<String, Integer> uses, Duration window) {
        clean();
        Map<String, Integer> ordered = new TreeMap<>(uses);
        return jdbc.sql(ADD).param("seconds", window.toSeconds())
                .param("subjects", new SqlArrayValue("text", ordered.keySet().toArray()))
                .param("used", new SqlArrayValue("int4", ordered.values().toArray()))
                .query((row, number) -> new Standing(row.getString("subject"), row.getInt("used"), row.getLong("millis")))
                .list().stream().collect(Collectors.toMap(Standing::subject, Function.identity()));
    }

    /** Takes back one use; nothing happens when there is none. */
    public void giveBack(String subject) {
        jdbc.sql("update web.allowance set used = used - 1 where subject = :subject and used > 0").param("subject", subject).update();
    }

    /** Begins anew for this subject. */
    public void forget(String subject) {
        jdbc.sql("delete from web.allowance where subject = :subject").param("subject", subject).update();
    }

    private void clean() {
        Instant last = cleaned.get();
        Instant now = clock.instant();
        if (now.isAfter(last.plus(CLEANING)) && cleaned.compareAndSet(last, now)) {
            jdbc.sql("delete from web.allowance where ends_at < now()").update();
        }
    }
}

package io.countersign.query.audit;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.audit.api.SavedSearches;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of saved searches. */
final class KeptSearches implements SavedSearches {

    private static final int MOST = 50;
    private static final int LONGEST = 60;

    private final JdbcClient jdbc;

    KeptSearches(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Saved> of(String principalId) {
        return jdbc.sql("select name, address from query.saved_search where principal_id = ? order by lower(name), name").param(principalId)
                .query((row, n) -> new Saved(row.getString(1), row.getString(2))).list();
    }

    @Override
    public void keep(String principalId, Saved saved) {
        String name = saved.name().strip();
        if (name.isEmpty() || name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "Give it a name of 1 to 60 characters.");
        }
        int kept = jdbc.sql("""
                insert into query.saved_search (principal_id, name, address)
                select ?, ?, ? where (select count(*) from query.saved_search where principal_id = ? and name <> ?) < ?
                on conflict (principal_id, name) do update set address = excluded.address""")
                .params(principalId, name, saved.address(), principalId, name, MOST).update();
        if (kept == 0) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "You keep 50 searches already; drop one first.");
        }
    }

    @Override
    public void drop(String principalId, String name) {
        jdbc.sql("delete from query.saved_search where principal_id = ? and name = ?").params(principalId, name).update();
    }

    @Override
    public void dropAll(String principalId) {
        jdbc.sql("delete from query.saved_search where principal_id = ?").param(principalId).update();
    }
}

package io.countersign.executors.sql;

import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.executors.KeptForUndo;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is known of each change before it is committed: by which transaction, and the rows before and after, sealed under the action's key. */
final class ChangeJournal implements KeptForUndo {

    private static final String PLACE = "executors.row_change";

    private final JdbcClient jdbc;
    private final Keyring keyring;

    ChangeJournal(JdbcClient jdbc, Keyring keyring) {
        this.jdbc = jdbc;
        this.keyring = keyring;
    }

    /**
     * One change.
     *
     * @param transaction number of the transaction at the data source
     * @param before rows as they were, each as one text that the database reads again; empty for an insert
     * @param after rows as they are, in the same order; empty for a delete
     * @param undoable false for a table without a key
     */
    record Entry(String transaction, String datasource, String verb, String table, int rows, List<String> before, List<String> after,
            boolean undoable) {}

    /** Writes it down for good, in place of what an earlier attempt wrote. */
    void write(String actionId, Entry entry) {
        Sealed sealed = keyring.seal(actionId, PLACE, entry);
        jdbc.sql("""
                insert into executors.row_change (action_id, key_id, box) values (?, ?, ?)
                on conflict (action_id) do update set key_id = excluded.key_id, box = excluded.box""")
                .params(actionId, sealed.key(), sealed.box()).update();
    }

    /** The rows are sealed under a key that is gone already; that there were any goes with them. */
    @Override
    public void forget(String actionId) {
        jdbc.sql("delete from executors.row_change where action_id = ?").param(actionId).update();
    }

    /** Empty when nothing was written, or when it was erased since. */
    Optional<Entry> read(String actionId) {
        return jdbc.sql("select key_id, box from executors.row_change where action_id = ?").param(actionId)
                .query((row, number) -> new Sealed(row.getString(1), row.getString(2))).optional()
                .flatMap(sealed -> keyring.open(sealed, PLACE, Entry.class));
    }

    /** Takes away what was written before this moment, at most so many. Answers how many. */
    int forget(Instant before, int most) {
        return jdbc.sql("""
                delete from executors.row_change where action_id in
                    (select action_id from executors.row_change where at < ? order by at limit ?)""")
                .params(before.atOffset(ZoneOffset.UTC), most).update();
    }
}

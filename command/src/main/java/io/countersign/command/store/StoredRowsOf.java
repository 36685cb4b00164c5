package io.countersign.command.store;

import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.RawLogs;
import javax.sql.DataSource;

/** For programs that look at a database by themselves. */
public final class StoredRowsOf implements RawLogs {

    /** For the service loader. */
    public StoredRowsOf() {
        // nothing to keep
    }

    @Override
    public RawLog of(DataSource database) {
        return new StoredRows(database);
    }
}

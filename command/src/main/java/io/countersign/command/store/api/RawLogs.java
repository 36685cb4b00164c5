package io.countersign.command.store.api;

import javax.sql.DataSource;

/** Gives access to the log of a database without the service around it. Found by {@link java.util.ServiceLoader}. */
public interface RawLogs {

    /** The log as stored in this database. */
    RawLog of(DataSource database);
}

package io.countersign.command.sql.api;

/** Reads a statement as PostgreSQL would, and says so where it cannot be sure. Bounded in time and memory whatever the text. */
public interface StatementReader {

    /** Reads one statement that only reads. Pure: nothing is asked of a database. */
    Reading read(String sql);

    /** Reads one statement that changes the rows of one table, and returns none. Pure as well. */
    Reading readChange(String sql);
}

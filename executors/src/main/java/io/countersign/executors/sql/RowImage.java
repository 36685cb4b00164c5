package io.countersign.executors.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows of one table as texts, which the database made and can read again to the last bit, and the ways to find and restore them.
 *
 * @param name qualified and quoted
 * @param key quoted names of the columns of the primary key; empty without one
 * @param columns quoted names of the columns that a new row can be given
 * @param settable of those, the ones that can be set later, without the key
 */
record RowImage(Connection connection, String name, List<String> key, List<String> columns, List<String> settable) {

    private static final String TABLE = """
            select c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), c.relkind = 'p' or not exists (
                select 1 from pg_catalog.pg_inherits i where i.inhparent = c.oid)
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.oid = pg_catalog.to_regclass(?)::oid and c.relkind in ('r', 'p')""";
    private static final String KEY = """
            select pg_catalog.quote_ident(a.attname) from pg_catalog.pg_index i
            cross join lateral pg_catalog.unnest(i.indkey::smallint[]) with ordinality k (number, place)
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
            where i.indrelid = ? and i.indisprimary order by k.place""";
    private static final String COLUMNS = """
            select pg_catalog.quote_ident(attname) from pg_catalog.pg_attribute where attrelid = ? and attnum > 0 and not attisdropped
            and attgenerated = '' and attidentity <> ? order by attnum""";

    /** A table by its name as written; empty when there is no such table. One whose rows may have more columns than it has no key here. */
    static Optional<RowImage> of(Connection connection, String written) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.setString(1, written);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                long oid = row.getLong(1);
                List<String> key = row.getBoolean(3) ? names(connection, KEY, oid) : List.of();
                List<String> settable = new ArrayList<>(names(connection, COLUMNS, oid, "a"));
                settable.removeAll(key);
                return Optional.of(new RowImage(connection, row.getString(2), key, names(connection, COLUMNS, oid, "none"), settable));
            }
        }
    }

    private static List<String> names(Connection connection, String sql, long oid, String... more) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, oid);
            for (int i = 0; i < more.length; i++) {
                statement.setString(i + 2, more[i]);
            }
            return texts(statement.executeQuery());
        }
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    /** The rows of which a condition holds, by key; one more than the most at the most. */
    List<String> matching(String called, String condition, int most) throws SQLException {
        String order = key.stream().map(column -> called + "." + column).collect(Collectors.joining(", "));
        String where = condition.isEmpty() ? "" : " where (" + condition + ")";
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            return texts(statement.executeQuery("select (" + called + ".*)::text from " + name + " as " + called + where + " order by " + order
                    + " limit " + (most + 1)));
        }
    }

    /** The rows of which a condition holds, in an order of their own and whether they have a key or not; one more than the most at the most. */
    List<String> touched(String called, String condition, int most) throws SQLException {
        String where = condition.isEmpty() ? "" : " where (" + condition + ")";
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            return texts(statement.executeQuery("select (" + called + ".*)::text from " + name + " as " + called + where + " order by 1 limit "
                    + (most + 1)));
        }
    }

    /** What lies now under the keys of these rows, in their order; shorter where some are gone. */
    List<String> now(List<String> rows) throws SQLException {
        return now(rows, "");
    }

    /** Of those, the ones that this transaction wrote. */
    List<String> written(List<String> rows) throws SQLException {
        return now(rows, " where cur.xmin = pg_catalog.pg_current_xact_id()::xid");
    }

    private List<String> now(List<String> rows, String where) throws SQLException {
        return of(rows, "select (cur.*)::text from pg_catalog.unnest(?) with ordinality old (one, place) join " + name + " cur on " + same() + where
                + " order by old.place");
    }

    int delete(List<String> rows) throws SQLException {
        return update(rows, "delete from " + name + " cur using pg_catalog.unnest(?) old (one) where " + same());
    }

    int insert(List<String> rows) throws SQLException {
        return update(rows, "insert into " + name + " (" + String.join(", ", columns) + ") overriding system value select "
                + columns.stream().map(this::old).collect(Collectors.joining(", ")) + " from pg_catalog.unnest(?) old (one)");
    }

    /** Sets the rows under the same keys to these. */
    int update(List<String> rows) throws SQLException {
        if (settable.isEmpty()) {
            return rows.size();
        }
        String set = settable.stream().map(column -> column + " = " + old(column)).collect(Collectors.joining(", "));
        return update(rows, "update " + name + " cur set " + set + " from pg_catalog.unnest(?) old (one) where " + same());
    }

    private String same() {
        return key.stream().map(column -> "cur." + column + " = " + old(column)).collect(Collectors.joining(" and "));
    }

    private String old(String column) {
        return "(old.one::" + name + ")." + column;
    }

    private int update(List<String> rows, String sql) throws SQLException {
        try (PreparedStatement statement = prepared(rows, sql)) {
            return statement.executeUpdate();
        }
    }

    private List<String> of(List<String> rows, String sql) throws SQLException {
        try (PreparedStatement statement = prepared(rows, sql)) {
            return texts(statement.executeQuery());
        }
    }

    private PreparedStatement prepared(List<String> rows, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        Array array = connection.createArrayOf("text", rows.toArray());
        statement.setArray(1, array);
        return statement;
    }

    static List<String> texts(ResultSet rows) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}

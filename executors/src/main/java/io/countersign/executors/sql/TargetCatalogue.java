package io.countersign.executors.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Questions to the catalogue of a data source. All names are qualified, so that nothing in it can stand in the way. */
final class TargetCatalogue {

    /** Changes with every change of what user-made objects are; not with their contents. */
    private static final String EPOCH = """
            select pg_catalog.md5(pg_catalog.string_agg(part, ',')) from (
                select pg_catalog.count(*) || ':' || pg_catalog.coalesce(pg_catalog.sum(pg_catalog.hashtextextended(oid::text || xmin::text, 0)), 0)
                    as part from pg_catalog.pg_class where oid >= 16384
            """.replace("pg_catalog.coalesce", "coalesce") + part("pg_proc", "oid", "oid") + part("pg_type", "oid", "oid")
            + part("pg_rewrite", "oid", "oid") + part("pg_operator", "oid", "oid") + part("pg_cast", "oid", "oid")
            + part("pg_policy", "oid", "oid") + part("pg_namespace", "oid", "oid") + part("pg_inherits", "inhrelid", "inhrelid")
            + part("pg_attribute", "attrelid", "attrelid") + part("pg_extension", "oid", "oid") + ") parts";

    private static final String RELATIONS = """
            select c.oid, n.nspname, c.relname, c.relkind::text from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and\s""";

    /** What a view, or the row security of a table, reads: a column of another relation, or (0) something of it. */
    private static final String READ_BY = """
            select r.ev_class as reader, d.refobjid as relation, d.refobjsubid::int as attribute from pg_catalog.pg_rewrite r
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
                and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.ev_class
            where r.ev_class = any(?) and r.ev_type = '1'
            union
            select p.polrelid, d.refobjid, d.refobjsubid::int from pg_catalog.pg_policy p
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
                and d.refclassid = 'pg_catalog.pg_class'::regclass
            where p.polrelid = any(?)""";

    private static final String BODIES = """
            select r.ev_class as reader, r.ev_action::text ~ ':varattno 0 ' as whole,
                array(select distinct f[1]::oid from pg_catalog.regexp_matches(r.ev_action::text,
                    ':(?:funcid|aggfnoid|winfnoid) ([0-9]+)', 'g') f) as functions,
                array(select distinct f[1]::oid from pg_catalog.regexp_matches(r.ev_action::text, ':opfuncid ([0-9]+)', 'g') f) as operators
            from pg_catalog.pg_rewrite r where r.ev_class = any(?) and r.ev_type = '1'""";

    /** What happens by itself when rows of a table change. */
    private static final String CONSEQUENCES = """
            select 'the trigger ' || tgname from pg_catalog.pg_trigger where tgrelid = any(?) and not tgisinternal
            union select 'the rule ' || rulename from pg_catalog.pg_rewrite where ev_class = any(?) and ev_type <> '1'
            union select 'changes of ' || n.nspname || '.' || c.relname from pg_catalog.pg_constraint f
                join pg_catalog.pg_class c on c.oid = f.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where f.confrelid = any(?) and f.contype = 'f' and (f.confdeltype in ('c', 'n', 'd') or f.confupdtype in ('c', 'n', 'd'))
            union select 'a call of ' || p.proname from pg_catalog.pg_depend d join pg_catalog.pg_proc p on p.oid = d.refobjid
                where d.refclassid = 'pg_catalog.pg_proc'::regclass and p.oid >= 16384 and (
                    d.classid = 'pg_catalog.pg_attrdef'::regclass
                        and d.objid in (select oid from pg_catalog.pg_attrdef where adrelid = any(?))
                    or d.classid = 'pg_catalog.pg_constraint'::regclass
                        and d.objid in (select oid from pg_catalog.pg_constraint where conrelid = any(?))
                    or d.classid = 'pg_catalog.pg_class'::regclass
                        and d.objid in (select indexrelid from pg_catalog.pg_index where indrelid = any(?)))""";

    private final Connection connection;

    TargetCatalogue(Connection connection) {
        this.connection = connection;
    }

    /** A table, view or the like. {@code kind} is the letter of {@code pg_class.relkind}. */
    record Relation(long oid, String schema, String name, String kind) {

        String text() {
            return schema + "." + name;
        }

        boolean isSystem() {
            return schema.equals("pg_catalog") || schema.equals("information_schema") || schema.startsWith("pg_toast");
        }
    }

    /** That {@code reader} reads a column of a relation; attribute 0 when it cannot be said which. */
    record Read(long reader, long relation, int attribute) {}

    /** What stands in a view: a whole row somewhere, the functions it calls, and those behind its operators. */
    record Body(long reader, boolean whole, List<Long> functions, List<Long> operators) {}

    /** A function by its place. {@code extension} is empty for one of no extension. */
    record Known(long oid, String schema, String name, String extension, boolean converts, int arguments) {

        boolean isTrusted() {
            return SafeRoutines.EXTENSIONS.contains(extension);
        }
    }

    String epoch() throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery(EPOCH)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    List<Relation> relationsCalled(Collection<String> names) throws SQLException {
        return all(RELATIONS + "c.relname = any(?)", TargetCatalogue::relation, texts(names));
    }

    Map<Long, Relation> relations(Collection<Long> oids) throws SQLException {
        Map<Long, Relation> found = new HashMap<>();
        all(RELATIONS + "c.oid = any(?)", TargetCatalogue::relation, oids(oids)).forEach(one -> found.put(one.oid(), one));
        return found;
    }

    /** By relation, the names of its columns by number. */
    Map<Long, Map<Integer, String>> columns(Collection<Long> relations) throws SQLException {
        Map<Long, Map<Integer, String>> columns = new LinkedHashMap<>();
        all("select attrelid, attnum::int, attname from pg_catalog.pg_attribute where attrelid = any(?) and attnum > 0 and not attisdropped",
                row -> columns.computeIfAbsent(row.getLong(1), oid -> new TreeMap<>()).put(row.getInt(2), row.getString(3)), oids(relations));
        return columns;
    }

    List<Read> readBy(Collection<Long> readers) throws SQLException {
        return all(READ_BY, row -> new Read(row.getLong(1), row.getLong(2), row.getInt(3)), oids(readers), oids(readers));
    }

    List<Body> bodies(Collection<Long> views) throws SQLException {
        return all(BODIES, row -> new Body(row.getLong(1), row.getBoolean(2), numbers(row.getArray(3)), numbers(row.getArray(4))),
                oids(views));
    }

    private static List<Long> numbers(Array oids) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        for (Object oid : (Object[]) oids.getArray()) {
            numbers.add(((Number) oid).longValue());
        }
        return numbers;
    }

    /** Triggers, rules, cascades, and functions in defaults, checks and indexes; in words. */
    List<String> consequences(Collection<Long> tables) throws SQLException {
        Array oids = oids(tables);
        return all(CONSEQUENCES, row -> row.getString(1), oids, oids, oids, oids, oids, oids);
    }

    /** Parent (first) and child (second) of every pair in which one of these is. */
    List<long[]> families(Collection<Long> members) throws SQLException {
        return all("select inhparent, inhrelid from pg_catalog.pg_inherits where inhparent = any(?) or inhrelid = any(?)",
                row -> new long[] {row.getLong(1), row.getLong(2)}, oids(members), oids(members));
    }

    private static final String FUNCTIONS = """
            select p.oid, n.nspname, p.proname, coalesce(e.extname, ''), exists (select 1 from pg_catalog.pg_cast c where c.castfunc = p.oid),
                p.pronargs::int - p.pronargdefaults::int
            from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
            left join pg_catalog.pg_extension e on e.oid = d.refobjid where\s""";

    List<Known> functionsCalled(Collection<String> names) throws SQLException {
        return all(FUNCTIONS + "p.proname = any(?)", TargetCatalogue::known, texts(names));
    }

    Map<Long, Known> functions(Collection<Long> oids) throws SQLException {
        Map<Long, Known> found = new HashMap<>();
        all(FUNCTIONS + "p.oid = any(?)", TargetCatalogue::known, oids(oids)).forEach(one -> found.put(one.oid(), one));
        return found;
    }

    /** Operators of these names that do not belong to the server itself, nor to an extension that computes only. */
    List<String> foreignOperators(Collection<String> names) throws SQLException {
        return all("""
                select distinct o.oprname from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
                left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e'
                left join pg_catalog.pg_extension e on e.oid = d.refobjid
                where o.oprname = any(?) and n.nspname <> 'pg_catalog' and not coalesce(e.extname = any(?), false)""",
                row -> row.getString(1), texts(names), texts(SafeRoutines.EXTENSIONS));
    }

    /** True when a value of one of these relations' columns may be converted by a function that somebody wrote. */
    boolean hasForeignCasts(Collection<Long> relations) throws SQLException {
        return !all("""
                select 1 from pg_catalog.pg_cast c join pg_catalog.pg_proc p on p.oid = c.castfunc
                join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
                left join pg_catalog.pg_extension e on e.oid = d.refobjid
                where n.nspname <> 'pg_catalog' and not coalesce(e.extname = any(?), false) and exists (
                    select 1 from pg_catalog.pg_attribute a where a.attrelid = any(?) and a.attnum > 0
                        and a.atttypid in (c.castsource, c.casttarget))
                limit 1""", row -> 1, texts(SafeRoutines.EXTENSIONS), oids(relations)).isEmpty();
    }

    /** The letter of {@code pg_type.typtype}. */
    Optional<String> kindOfType(String schema, String name) throws SQLException {
        return all("""
                select t.typtype::text from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                where n.nspname = any(?) and t.typname = any(?)""", row -> row.getString(1), texts(List.of(schema)), texts(List.of(name)))
                .stream().findFirst();
    }

    private static String part(String table, String id, String from) {
        return " union all select pg_catalog.count(*) || ':' || coalesce(pg_catalog.sum(pg_catalog.hashtextextended(" + id
                + "::text || xmin::text, 0)), 0) from pg_catalog." + table + " where " + from + " >= 16384";
    }

    private static Relation relation(ResultSet row) throws SQLException {
        return new Relation(row.getLong(1), row.getString(2), row.getString(3), row.getString(4));
    }

    private static Known known(ResultSet row) throws SQLException {
        return new Known(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getBoolean(5), row.getInt(6));
    }

    private Array texts(Collection<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    private Array oids(Collection<Long> values) throws SQLException {
        return connection.createArrayOf("oid", values.toArray());
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> all(String sql, Row<T> mapper, Array... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setArray(i + 1, parameters[i]);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(mapper.of(rows));
                }
            }
            return found;
        }
    }
}

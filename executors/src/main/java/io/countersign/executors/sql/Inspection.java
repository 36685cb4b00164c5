package io.countersign.executors.sql;

import io.countersign.command.sql.api.Reading.Change;
import io.countersign.command.sql.api.Reading.Column;
import io.countersign.command.sql.api.Reading.Query;
import io.countersign.command.sql.api.Reading.Routine;
import io.countersign.command.sql.api.Reading.Uses;
import io.countersign.executors.sql.TargetCatalogue.Body;
import io.countersign.executors.sql.TargetCatalogue.Known;
import io.countersign.executors.sql.TargetCatalogue.Read;
import io.countersign.executors.sql.TargetCatalogue.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at one query on one data source: its names are looked up in the catalogue, views are followed to what they read, and, if nothing
 * but harmless functions can run while it is planned, the planner is asked. Whatever the three do not agree on makes it uninspectable.
 */
final class Inspection {

    private static final Set<String> WRITTEN_AS_WORDS = Set.of("=", "<>", "<", ">", "<=", ">=", "~~", "~~*", "!~~", "!~~*", "~");
    private static final int DEEPEST = 50;

    private final Query query;
    private final Uses uses;
    private final Connection connection;
    private final TargetCatalogue catalogue;

    private final Map<Long, Relation> relations = new HashMap<>();
    private final Map<Long, Map<Integer, String>> columns = new HashMap<>();
    private final Map<Long, Set<String>> read = new HashMap<>();
    private final Set<Long> whole = new HashSet<>();
    private final List<long[]> relatives = new ArrayList<>();
    private final Set<String> functions = new TreeSet<>();
    private final List<String> doubts = new ArrayList<>();

    private Inspection(Query query, Connection connection) {
        this.query = query;
        this.uses = query.uses();
        this.connection = connection;
        this.catalogue = new TargetCatalogue(connection);
    }

    /** @param connection read-only; what is begun on it is for the caller to roll back */
    static SqlFacts of(Query query, Connection connection) throws SQLException {
        if (query.unclear() != null) {
            return SqlFacts.unknown(query.kinds(), query.unclear());
        }
        return new Inspection(query, connection).facts();
    }

    private SqlFacts facts() throws SQLException {
        List<Set<Long>> meant = meant();
        mentions(meant);
        follow();
        if (query.change() != null) {
            consequences(query.change(), meant);
        }
        functions();
        operatorsAndTypes();
        Planner.@Nullable Plan plan = doubts.isEmpty() ? plan() : null;
        Set<String> tables = relations.values().stream().map(Relation::text).collect(Collectors.toCollection(TreeSet::new));
        Set<String> touched = new TreeSet<>();
        read.forEach((oid, names) -> names.forEach(name -> touched.add(relations.get(oid).text() + "." + name)));
        if (plan != null) {
            touched.addAll(plan.columns());
        }
        return new SqlFacts(query.kinds(), tables, touched, functions, plan == null ? null : plan.rows(),
                doubts.isEmpty() ? null : String.join(" ", doubts));
    }

    /** For each relation of the text, all it can mean. */
    private List<Set<Long>> meant() throws SQLException {
        Set<String> names = new HashSet<>(uses.loose());
        uses.relations().forEach(relation -> names.add(relation.name()));
        List<Relation> candidates = catalogue.relationsCalled(names);
        List<Set<Long>> meant = new ArrayList<>();
        for (var relation : uses.relations()) {
            Set<Long> oids = new HashSet<>();
            for (Relation candidate : candidates) {
                boolean here = relation.schema() == null ? isOnPath(candidate.schema()) : candidate.schema().equals(relation.schema());
                if (here && candidate.name().equals(relation.name())) {
                    enter(candidate);
                    oids.add(candidate.oid());
                }
            }
            meant.add(oids);
        }
        for (Relation candidate : candidates) {
            if (uses.loose().contains(candidate.name()) && !candidate.isSystem()
                    && (isOnPath(candidate.schema()) || uses.loose().contains(candidate.schema()))
                    && !relations.containsKey(candidate.oid())) {
                enter(candidate);
                whole.add(candidate.oid());
            }
        }
        columns.putAll(catalogue.columns(relations.keySet()));
        return meant;
    }

    private static boolean isOnPath(String schema) {
        return schema.equals(Reach.SEARCH_PATH) || schema.equals("pg_catalog");
    }

    private void enter(Relation relation) {
        relations.put(relation.oid(), relation);
        if (relation.isSystem() && !SafeRoutines.CATALOGUE.contains(relation.text())) {
            doubts.add("It reads " + relation.text() + ", a part of the server's own catalogue.");
        }
        if (relation.kind().equals("f")) {
            doubts.add("It reads " + relation.text() + ", which stands on another server.");
        }
    }

    private void mentions(List<Set<Long>> meant) {
        uses.whole().forEach(index -> whole.addAll(meant.get(index)));
        for (Column column : uses.columns()) {
            Collection<Long> owners = column.relations() == null ? relations.keySet()
                    : column.relations().stream().flatMap(index -> meant.get(index).stream()).collect(Collectors.toSet());
            owners.forEach(owner -> touch(owner, column.name()));
        }
        whole.forEach(this::touchAll);
    }

    private void touch(long relation, String column) {
        if (columns.getOrDefault(relation, Map.of()).containsValue(column)) {
            read.computeIfAbsent(relation, oid -> new LinkedHashSet<>()).add(column);
        }
    }

    private void touchAll(long relation) {
        read.computeIfAbsent(relation, oid -> new LinkedHashSet<>()).addAll(columns.getOrDefault(relation, Map.of()).values());
    }

    /** Views to what they read, parents to children, children to the parents whose rules hold for them. */
    private void follow() throws SQLException {
        Set<Long> done = new HashSet<>();
        Set<Long> above = new HashSet<>();
        for (int depth = 0; depth < DEEPEST; depth++) {
            Set<Long> next = new HashSet<>(relations.keySet());
            next.removeAll(done);
            next.removeIf(oid -> relations.get(oid).isSystem());
            if (next.isEmpty()) {
                shareAmongRelatives();
                return;
            }
            done.addAll(next);
            views(next);
            for (long[] pair : catalogue.families(next)) {
                boolean down = next.contains(pair[0]) && !above.contains(pair[0]);
                boolean up = next.contains(pair[1]);
                if (down) {
                    reach(Set.of(pair[1]));
                    relatives.add(pair);
                }
                if (up) {
                    if (!relations.containsKey(pair[0])) {
                        above.add(pair[0]);
                    }
                    reach(Set.of(pair[0]));
                    relatives.add(new long[] {pair[1], pair[0]});
                }
            }
        }
        doubts.add("Its views are nested too deeply.");
    }

    private void shareAmongRelatives() {
        int before;
        do {
            before = read.values().stream().mapToInt(Set::size).sum();
            for (long[] pair : relatives) {
                Set.copyOf(read.getOrDefault(pair[0], Set.of())).forEach(column -> touch(pair[1], column));
            }
        } while (read.values().stream().mapToInt(Set::size).sum() > before);
    }

    private void views(Set<Long> readers) throws SQLException {
        List<Read> reads = catalogue.readBy(readers);
        reach(reads.stream().map(Read::relation).collect(Collectors.toSet()));
        Map<Long, Body> bodies = catalogue.bodies(readers).stream().collect(Collectors.toMap(Body::reader, body -> body, (a, b) -> a));
        Set<Long> named = reads.stream().filter(one -> one.attribute() > 0).map(Read::relation).collect(Collectors.toSet());
        for (Read one : reads) {
            Body body = bodies.get(one.reader());
            if (one.attribute() > 0) {
                String column = columns.getOrDefault(one.relation(), Map.of()).get(one.attribute());
                if (column != null) {
                    touch(one.relation(), column);
                }
            } else if (!named.contains(one.relation()) && body == null) {
                touchAll(one.relation());
            }
            if (body != null && body.whole()) {
                touchAll(one.relation());
            }
        }
        Set<Long> called = bodies.values().stream().flatMap(body -> body.functions().stream()).collect(Collectors.toSet());
        Set<Long> behind = bodies.values().stream().flatMap(body -> body.operators().stream()).collect(Collectors.toSet());
        Set<Long> both = new HashSet<>(called);
        both.addAll(behind);
        for (Known function : catalogue.functions(both).values()) {
            boolean harmless = function.schema().equals("pg_catalog") && (!called.contains(function.oid()) || function.converts()
                    || SafeRoutines.FUNCTIONS.contains(function.name()));
            if (!harmless && !function.isTrusted()) {
                functions.add(function.schema() + "." + function.name());
                doubts.add("A view calls the function " + function.schema() + "." + function.name() + ".");
            }
        }
    }

    private void reach(Set<Long> oids) throws SQLException {
        Set<Long> unknown = new HashSet<>(oids);
        unknown.removeAll(relations.keySet());
        if (!unknown.isEmpty()) {
            catalogue.relations(unknown).values().forEach(this::enter);
            columns.putAll(catalogue.columns(unknown));
        }
    }

    /** A row that comes or goes is all of its columns; and what else happens by itself is not understood. */
    private void consequences(Change change, List<Set<Long>> meant) throws SQLException {
        Set<Long> targets = new HashSet<>();
        for (int i = 0; i < meant.size(); i++) {
            var relation = uses.relations().get(i);
            if (relation.name().equals(change.table()) && Objects.equals(relation.schema(), change.schema())) {
                targets.addAll(meant.get(i));
            }
        }
        if (targets.isEmpty()) {
            relations.values().stream().filter(relation -> relation.name().equals(change.table())).forEach(relation -> targets.add(relation.oid()));
        }
        for (int size = -1; size < targets.size();) {
            size = targets.size();
            relatives.stream().filter(pair -> targets.contains(pair[0])).forEach(pair -> targets.add(pair[1]));
        }
        for (long target : targets) {
            if (!change.verb().equals("update")) {
                touchAll(target);
            }
            if (!relations.get(target).kind().matches("[rp]")) {
                doubts.add("It changes " + relations.get(target).text() + ", which is not a table.");
            }
        }
        catalogue.consequences(targets).forEach(also -> doubts.add("By itself it also brings about " + also + "."));
    }

    private void functions() throws SQLException {
        Set<String> names = new HashSet<>(uses.dotted());
        uses.functions().forEach(function -> names.add(function.name()));
        Map<String, List<Known>> known = catalogue.functionsCalled(names).stream().collect(Collectors.groupingBy(Known::name));
        for (Routine function : uses.functions()) {
            boolean ours = function.schema() == null || function.schema().equals("pg_catalog");
            List<Known> foreign = known.getOrDefault(function.name(), List.of()).stream()
                    .filter(one -> !one.schema().equals("pg_catalog") && !one.isTrusted()).toList();
            functions.add((ours ? "pg_catalog" : function.schema()) + "." + function.name());
            if (!ours || !SafeRoutines.FUNCTIONS.contains(function.name())) {
                doubts.add("The function " + function.name() + " is not one of those known to compute only.");
            } else if (function.schema() == null && foreign.stream().anyMatch(one -> isOnPath(one.schema()))) {
                doubts.add("There is another function " + function.name() + " in " + foreign.getFirst().schema() + ".");
            }
        }
        Set<String> plain = columns.values().stream().flatMap(names2 -> names2.values().stream()).collect(Collectors.toSet());
        uses.dotted().stream().filter(name -> !plain.contains(name)).forEach(name -> known.getOrDefault(name, List.of()).stream()
                .filter(one -> !one.schema().equals("pg_catalog") && !one.isTrusted() && one.arguments() <= 1).findFirst()
                .ifPresent(one -> {
                    doubts.add("The name " + name + " may call the function " + one.schema() + "." + name + ".");
                    List.copyOf(relations.keySet()).forEach(this::touchAll); // it would be given a whole row
                }));
    }

    private void operatorsAndTypes() throws SQLException {
        Set<String> signs = new HashSet<>(uses.operators());
        signs.addAll(WRITTEN_AS_WORDS);
        catalogue.foreignOperators(signs).forEach(sign -> doubts.add("There is an operator " + sign + " that is not the server's own."));
        for (Routine type : uses.types()) {
            boolean ours = type.schema() == null || type.schema().equals("pg_catalog");
            if (ours && SafeRoutines.TYPES.contains(type.name())) {
                continue;
            }
            String schema = type.schema() == null ? Reach.SEARCH_PATH : type.schema();
            if (!catalogue.kindOfType(schema, type.name()).equals(java.util.Optional.of("e"))) {
                doubts.add("The type " + type.name() + " is not one of those known.");
            }
        }
        if (catalogue.hasForeignCasts(relations.keySet())) {
            doubts.add("A value may be converted by a function that is not the server's own.");
        }
    }

    private Planner.@Nullable Plan plan() {
        try {
            Planner.Plan plan = Planner.plan(connection, query.text());
            if (!plan.changes().equals(query.change() == null ? Set.of() : Set.of(query.change().verb()))) {
                doubts.add("The planner says that it changes something" + (query.change() == null ? "." : " else."));
            }
            Set<String> known = relations.values().stream().map(Relation::text).collect(Collectors.toSet());
            boolean catalogueOnly = relations.values().stream().anyMatch(Relation::isSystem);
            plan.relations().stream().filter(name -> !known.contains(name) && !(catalogueOnly && name.startsWith("pg_catalog.")))
                    .forEach(name -> doubts.add("The planner also reads " + name + "."));
            return plan;
        } catch (SQLException e) {
            doubts.add("The planner refuses it: " + io.countersign.executors.Masking.of(List.of()).excerpt(Reach.message(e), 200) + ".");
            return null;
        }
    }
}

package io.countersign.executors.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the planner of a data source what it would do. It is never asked to do it. */
final class Planner {

    private static final int MOST_LINES = 100;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern QUALIFIED = Pattern.compile(
            "(\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)\\.(\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)");
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'");

    private Planner() {}

    /**
     * A plan.
     *
     * @param relations as {@code schema.table}
     * @param columns as {@code schema.table.column}; those the plan names outside of what a scan merely passes on
     * @param changes what it would change, in small letters
     * @param rows the most rows that any step is expected to handle
     */
    record Plan(Set<String> relations, Set<String> columns, Set<String> changes, long rows) {}

    static Plan plan(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery("explain (verbose, format json) " + text)) {
                row.next();
                return read(JSON.readTree(row.getString(1)).path(0).path("Plan"));
            }
        }
    }

    /** The plan in the planner's own words, at most 100 lines. */
    static List<String> steps(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(MOST_LINES);
            List<String> steps = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("explain " + text)) {
                while (rows.next()) {
                    steps.add(rows.getString(1));
                }
            }
            return List.copyOf(steps);
        }
    }

    private static Plan read(JsonNode root) {
        Map<String, Set<String>> aliases = new HashMap<>();
        Plan plan = new Plan(new LinkedHashSet<>(), new LinkedHashSet<>(), new HashSet<>(), rows(root));
        relations(root, plan, aliases);
        columns(root, true, plan, aliases);
        return plan;
    }

    private static long rows(JsonNode node) {
        long most = node.path("Plan Rows").asLong(0);
        for (JsonNode child : node.path("Plans")) {
            most = Math.max(most, rows(child));
        }
        return most;
    }

    private static void relations(JsonNode node, Plan plan, Map<String, Set<String>> aliases) {
        String name = node.path("Relation Name").asString("");
        if (!name.isEmpty()) {
            String relation = node.path("Schema").asString("") + "." + name;
            plan.relations().add(relation);
            aliases.computeIfAbsent(node.path("Alias").asString(name), key -> new HashSet<>()).add(relation);
        }
        String change = node.path("Operation").asString("");
        if (!change.isEmpty()) {
            plan.changes().add(change.toLowerCase(java.util.Locale.ROOT));
        }
        for (JsonNode child : node.path("Plans")) {
            relations(child, plan, aliases);
        }
    }

    /** A scan below the top may pass on whole rows for its own convenience, so only its conditions count. */
    private static void columns(JsonNode node, boolean top, Plan plan, Map<String, Set<String>> aliases) {
        node.properties().forEach(property -> {
            String key = property.getKey();
            if (key.equals("Output") ? top : key.contains("Filter") || key.contains("Cond") || key.contains("Key")) {
                texts(property.getValue(), plan, aliases);
            }
        });
        for (JsonNode child : node.path("Plans")) {
            columns(child, false, plan, aliases);
        }
    }

    private static void texts(JsonNode value, Plan plan, Map<String, Set<String>> aliases) {
        if (value.isArray()) {
            value.forEach(one -> texts(one, plan, aliases));
            return;
        }
        Matcher names = QUALIFIED.matcher(LITERAL.matcher(value.asString("")).replaceAll("''"));
        while (names.find()) {
            String column = plain(names.group(2));
            aliases.getOrDefault(plain(names.group(1)), Set.of()).forEach(relation -> plan.columns().add(relation + "." + column));
        }
    }

    private static String plain(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }
}

package io.countersign.executors.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Writes queries on the tables of {@link SqlTarget} by chance, the same ones for the same seed. It likes names that mean one thing here and
 * another there: aliases called like tables and columns, queries called like tables, renamed columns. Not every query is a valid one.
 */
final class QueryGenerator {

    private record Table(String name, List<String> columns) {}

    private static final List<Table> TABLES = List.of(new Table("users", List.of("id", "name", "phone", "email", "ssn", "created_at")),
            new Table("orders", List.of("id", "user_id", "total", "at", "status", "note")),
            new Table("items", List.of("id", "order_id", "product_id", "quantity", "price")),
            new Table("products", List.of("id", "name", "category", "cost")), new Table("hr.staff", List.of("id", "name", "salary", "manager_id")),
            new Table("contacts", List.of("id", "name", "phone")), new Table("contacts_of_contacts", List.of("name")),
            new Table("rows_of_users", List.of("person", "id")), new Table("filtered", List.of("id")), new Table("counted", List.of("n")),
            new Table("events", List.of("id", "at", "kind", "payload")), new Table("events_2026", List.of("id", "at", "kind")),
            new Table("\"T\"", List.of("id", "\"Secret Column\"")), new Table("t", List.of("id", "a", "b")),
            new Table("derived", List.of("id", "kept", "more")), new Table("base", List.of("id", "kept")),
            new Table("secret", List.of("id", "pw")), new Table("data", List.of("id", "value")));

    /** Alias names that are also tables, columns or nothing. */
    private static final List<String> ALIASES = List.of("x", "y", "u", "users", "orders", "t", "id", "name", "ssn", "\"T\"", "s", "secret");

    private final Random chance;

    QueryGenerator(long seed) {
        this.chance = new Random(seed);
    }

    List<String> queries(int count) {
        return IntStream.range(0, count).mapToObj(i -> query(3)).toList();
    }

    private String query(int depth) {
        if (depth <= 0) {
            return simple();
        }
        return switch (chance.nextInt(14)) {
            case 0 -> "with " + pick(ALIASES) + " as (" + query(depth - 1) + ") " + query(depth - 1);
            case 1 -> {
                String name = pick(ALIASES);
                yield "with " + name + " as (" + query(depth - 1) + ") select " + pick(List.of("*", name, name + ".*", "1", "count(*)"))
                        + " from " + name;
            }
            case 2 -> "select count(*) from (" + query(depth - 1) + ") " + pick(ALIASES);
            case 3 -> {
                String alias = pick(ALIASES);
                yield "select " + pick(List.of(alias + ".*", "*", alias, "row_to_json(" + alias + ")", alias + "::text", "(" + alias + ").id"))
                        + " from (" + query(depth - 1) + ") as " + alias + " limit 5";
            }
            case 4 -> one(depth) + pick(List.of(" union all ", " union ", " except ", " intersect ")) + one(depth);
            case 5 -> "table " + pick(TABLES).name();
            case 6 -> "(" + query(depth - 1) + ")";
            case 7 -> "select (" + one(depth) + " limit 1), exists (" + query(depth - 1) + ") as there";
            default -> select(depth);
        };
    }

    private String simple() {
        Table table = pick(TABLES);
        return "select " + pick(table.columns()) + " from " + table.name();
    }

    private String one(int depth) {
        Table table = pick(TABLES);
        return "select " + pick(table.columns()) + "::text from " + table.name() + condition(table, table.name().contains(".") ? "" : table.name(), depth);
    }

    private String select(int depth) {
        Table left = pick(TABLES);
        String a = pick(ALIASES);
        if (chance.nextInt(3) > 0) {
            boolean renamed = chance.nextInt(6) == 0;
            String as = chance.nextInt(4) == 0 ? "" : (chance.nextBoolean() ? " as " : " ") + a + (renamed ? "(" + renames(left) + ")" : "");
            String called = as.isEmpty() ? plain(left) : a;
            if (renamed && !as.isEmpty()) {
                return "select " + pick(List.of("p0", called + ".p0", "*", called)) + " from " + left.name() + as;
            }
            return "select " + pick(List.of("", "", "", "distinct ")) + items(left, called) + " from " + left.name() + as
                    + condition(left, called, depth) + order();
        }
        Table right = pick(TABLES);
        String b = pick(ALIASES);
        String list = switch (chance.nextInt(9)) {
            case 0 -> "*";
            case 1 -> a + ".*";
            case 2 -> b;
            case 3 -> "row_to_json(" + a + ")";
            case 4 -> "(" + b + ")." + pick(right.columns());
            case 5 -> pick(left.columns()) + ", " + pick(right.columns());
            case 6 -> "count(distinct " + a + "." + pick(left.columns()) + ")";
            default -> a + "." + pick(left.columns()) + " as one, max(" + b + "." + pick(right.columns()) + "::text) over (partition by " + a
                    + "." + pick(left.columns()) + ") as two";
        };
        String on = switch (chance.nextInt(7)) {
            case 0 -> " join " + right.name() + " " + b + " using (id)";
            case 1 -> " left join " + right.name() + " " + b + " on " + a + "." + pick(left.columns()) + "::text = " + b + "."
                    + pick(right.columns()) + "::text";
            case 2 -> " cross join " + right.name() + " " + b;
            case 3 -> ", " + right.name() + " " + b;
            case 4 -> ", lateral (select " + pick(right.columns()) + ", " + a + "." + pick(left.columns()) + " as outside from " + right.name()
                    + ") " + b;
            case 5 -> " join (" + query(depth - 1) + ") " + b + " on true";
            default -> " natural join " + right.name() + " " + b;
        };
        String from = left.name() + " " + a + on;
        if (chance.nextInt(5) == 0 && !on.startsWith(",")) {
            String j = pick(ALIASES);
            return "select " + pick(List.of("*", j, j + ".*", j + "." + pick(left.columns()), "count(" + j + ")")) + " from (" + from + ") as " + j;
        }
        return "select " + list + " from " + from + " limit " + chance.nextInt(9);
    }

    private String renames(Table table) {
        return String.join(", ", IntStream.rangeClosed(0, chance.nextInt(table.columns().size())).mapToObj(i -> "p" + i).toList());
    }

    private String items(Table table, String alias) {
        String dot = chance.nextInt(3) == 0 || alias.contains(".") ? "" : alias + ".";
        return switch (chance.nextInt(13)) {
            case 0 -> "*";
            case 1 -> alias.contains(".") ? "1 as one" : alias;
            case 2 -> "lower(" + dot + pick(table.columns()) + "::text) as low";
            case 3 -> "case when " + dot + pick(table.columns()) + " is null then 0 else 1 end as flag";
            case 4 -> "(select count(*) from " + pick(TABLES).name() + ") as n, " + dot + pick(table.columns());
            case 5 -> "count(*) filter (where " + dot + pick(table.columns()) + " is not null)";
            case 6 -> "string_agg(" + dot + pick(table.columns()) + "::text, ',' order by " + dot + pick(table.columns()) + ")";
            case 7 -> "array(select " + dot + pick(table.columns()) + "::text)";
            case 8 -> "row(" + dot + pick(table.columns()) + ", 1)";
            case 9 -> dot + pick(table.columns()) + " as " + pick(ALIASES);
            default -> {
                List<String> columns = new ArrayList<>();
                for (int i = 0; i <= chance.nextInt(3); i++) {
                    columns.add(dot + pick(table.columns()) + " as c" + i);
                }
                yield String.join(", ", columns);
            }
        };
    }

    private String condition(Table table, String alias, int depth) {
        String column = (alias.isEmpty() || alias.contains(".") || chance.nextInt(3) == 0 ? "" : alias + ".") + pick(table.columns());
        return switch (chance.nextInt(8)) {
            case 0 -> " where " + column + " is not null";
            case 1 -> " where " + column + "::text like 'a%'";
            case 2 -> {
                Table other = pick(TABLES);
                yield " where " + column + "::text in (select " + pick(other.columns()) + "::text from " + other.name() + ")";
            }
            case 3 -> depth <= 0 ? "" : " where exists (" + query(depth - 1) + ")";
            case 4 -> {
                Table other = pick(TABLES);
                yield " where exists (select 1 from " + other.name() + " " + pick(ALIASES) + " where " + column + " is null)";
            }
            case 5 -> " group by " + column;
            default -> "";
        };
    }

    /** The name by which a table goes without an alias. */
    private static String plain(Table table) {
        return table.name().substring(table.name().indexOf('.') + 1);
    }

    private String order() {
        return chance.nextInt(3) == 0 ? " order by 1 limit 10" : "";
    }

    private <T> T pick(List<T> from) {
        return from.get(chance.nextInt(from.size()));
    }
}

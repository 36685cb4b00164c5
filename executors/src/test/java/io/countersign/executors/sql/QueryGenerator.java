package io.countersign.executors.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Writes queries on the tables of {@link SqlTarget} by chance, the same ones for the same seed. */
final class QueryGenerator {

    private record Table(String name, List<String> columns) {}

    private static final List<Table> TABLES = List.of(new Table("users", List.of("id", "name", "phone", "email", "ssn")),
            new Table("orders", List.of("id", "user_id", "total", "at")), new Table("items", List.of("id", "order_id", "quantity", "price")),
            new Table("products", List.of("id", "name", "category", "cost")), new Table("hr.staff", List.of("id", "name", "salary")),
            new Table("contacts", List.of("id", "name", "phone")), new Table("events", List.of("id", "at", "kind")),
            new Table("\"T\"", List.of("id", "\"Secret Column\"")), new Table("derived", List.of("id", "kept", "more")));

    private final Random chance;

    QueryGenerator(long seed) {
        this.chance = new Random(seed);
    }

    List<String> queries(int count) {
        return IntStream.range(0, count).mapToObj(i -> query(2)).toList();
    }

    private String query(int depth) {
        return switch (depth == 0 ? 9 : chance.nextInt(12)) {
            case 0 -> "with c as (" + query(depth - 1) + ") select * from c";
            case 1 -> "select count(*) from (" + query(depth - 1) + ") s";
            case 2 -> "select s.* from (" + query(depth - 1) + ") as s limit 5";
            case 3 -> one(depth) + " union all " + one(depth);
            case 4 -> "table " + pick(TABLES).name();
            default -> select(depth);
        };
    }

    private String one(int depth) {
        Table table = pick(TABLES);
        return "select " + pick(table.columns()) + "::text from " + table.name() + condition(table, "", depth);
    }

    private String select(int depth) {
        Table left = pick(TABLES);
        boolean join = chance.nextInt(3) == 0;
        if (!join) {
            String alias = chance.nextBoolean() ? "x" : "";
            String as = alias.isEmpty() ? "" : chance.nextBoolean() ? " as x" : " x";
            return "select " + items(left, alias) + " from " + left.name() + as + condition(left, alias, depth) + order();
        }
        Table right = pick(TABLES);
        String list = switch (chance.nextInt(5)) {
            case 0 -> "*";
            case 1 -> "a.*";
            case 2 -> "b";
            case 3 -> "row_to_json(a)";
            default -> "a." + pick(left.columns()) + " as one, max(b." + pick(right.columns()) + "::text) over () as two";
        };
        String on = switch (chance.nextInt(4)) {
            case 0 -> " join " + right.name() + " b using (id)";
            case 1 -> " left join " + right.name() + " b on a.id = b.id and b." + pick(right.columns()) + " is not null";
            case 2 -> " cross join " + right.name() + " b";
            default -> " natural join " + right.name() + " b";
        };
        return "select " + list + " from " + left.name() + " a" + on + " limit " + chance.nextInt(9);
    }

    private String items(Table table, String alias) {
        String dot = alias.isEmpty() ? "" : alias + ".";
        return switch (chance.nextInt(8)) {
            case 0 -> "*";
            case 1 -> alias.isEmpty() ? "1 as one" : alias;
            case 2 -> "lower(" + dot + pick(table.columns()) + "::text) as low";
            case 3 -> "case when " + dot + pick(table.columns()) + " is null then 0 else 1 end as flag";
            case 4 -> "(select count(*) from " + pick(TABLES).name() + ") as n, " + dot + pick(table.columns());
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
        String column = (alias.isEmpty() ? "" : alias + ".") + pick(table.columns());
        return switch (chance.nextInt(6)) {
            case 0 -> " where " + column + " is not null";
            case 1 -> " where " + column + "::text like 'a%'";
            case 2 -> {
                Table other = pick(TABLES);
                yield " where " + column + "::text in (select " + pick(other.columns()) + "::text from " + other.name() + ")";
            }
            case 3 -> depth == 0 ? "" : " where exists (" + query(depth - 1) + ")";
            default -> "";
        };
    }

    private String order() {
        return chance.nextInt(3) == 0 ? " order by 1 limit 10" : "";
    }

    private <T> T pick(List<T> from) {
        return from.get(chance.nextInt(from.size()));
    }
}

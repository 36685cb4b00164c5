package io.countersign.query.audit;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.audit.api.AuditLog.Filter;
import io.countersign.query.projection.Micros;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A filter as conditions and arguments. A text is no pattern over rows: it is first turned into the few names and ids it can mean, and each of
 * those has an index.
 */
final class AuditSearch {

    private static final String SLOT = "(select live_slot from query.projection where name = 'audit')";

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();
    private final List<Meaning> meanings = new ArrayList<>();

    /** What a text may mean in one column, or which values of it are wanted. */
    private record Meaning(String column, String[] values) {}

    AuditSearch(JdbcClient jdbc, Principals principals, String workspace, Filter filter, @Nullable Long before) {
        and("a.workspace = ?", workspace);
        andEqual("a.actor", filter.actor());
        andEqual("a.subject_id", filter.subjectId());
        andEqual("a.agent", filter.agent());
        if (filter.actionType() != null) {
            and("a.action_type is not null");
            anywhere(jdbc, workspace, filter.actionType(), "action_type", "name");
        }
        if (filter.target() != null) {
            anywhere(jdbc, workspace, filter.target(), "subject_id", "target", "name");
        }
        if (filter.event() != null) {
            events(Arrays.stream(filter.event().split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList(),
                    filter.text() != null);
        }
        if (filter.from() != null) {
            and("a.at >= ?", Micros.of(filter.from()));
        }
        if (filter.until() != null) {
            and("a.at < ?", Micros.of(filter.until()));
        }
        if (before != null) {
            and("a.id < ?", before);
        }
        if (filter.text() != null) {
            meanings(jdbc, principals, workspace, filter.text().strip());
        }
    }

    /** Where a value stands is looked up first, so that mostly one equality is left, which the planner can weigh. */
    private void anywhere(JdbcClient jdbc, String workspace, String value, String... columns) {
        List<String> standing = Arrays.stream(columns).filter(column -> jdbc.sql(
                "select exists (select 1 from query.audit a where a.slot = %s and a.workspace = ? and a.%s between ? and ?)".formatted(SLOT, column))
                .params(workspace, value, value).query(Boolean.class).single()).toList();
        if (standing.isEmpty()) {
            and("false");
        } else {
            and(standing.stream().map(column -> "a." + column + " = ?").collect(Collectors.joining(" or ", "(", ")")),
                    standing.stream().map(column -> (Object) value).toArray());
        }
    }

    private void events(List<String> wanted, boolean isForText) {
        String[] families = wanted.stream().filter(name -> name.indexOf('.') < 0).toArray(String[]::new);
        String[] names = wanted.stream().filter(name -> name.indexOf('.') >= 0).toArray(String[]::new);
        if (isForText) {
            and("(a.family = any(?) or a.event = any(?))", families, names);
        } else { // each by its own index, newest first
            meanings.add(new Meaning("family", families));
            meanings.add(new Meaning("event", names));
        }
    }

    private void meanings(JdbcClient jdbc, Principals principals, String workspace, String text) {
        String part = text.toLowerCase(Locale.ROOT);
        String[] people = Stream.<Principal>concat(principals.people(workspace).stream(), principals.agents(workspace).stream())
                .filter(principal -> principal.id().equals(text) || principal.name().toLowerCase(Locale.ROOT).contains(part)
                        || principal instanceof Principal.Person person && person.email().toLowerCase(Locale.ROOT).contains(part))
                .map(Principal::id).toArray(String[]::new);
        meanings.add(new Meaning("event", containing(distinct(jdbc, "event", workspace), part)));
        meanings.add(new Meaning("action_type", containing(distinct(jdbc, "action_type", workspace), part)));
        meanings.add(new Meaning("name", containing(distinct(jdbc, "name", workspace), part)));
        meanings.add(new Meaning("actor", people));
        meanings.add(new Meaning("agent", people));
        meanings.add(new Meaning("target", Stream.concat(Stream.of(text), Arrays.stream(people)).toArray(String[]::new)));
        meanings.add(new Meaning("subject_id", Stream.concat(Stream.of(text), Arrays.stream(people)).toArray(String[]::new)));
        meanings.add(new Meaning("request_id", new String[] {text}));
    }

    private static String[] containing(List<String> all, String part) {
        return all.stream().filter(name -> name.toLowerCase(Locale.ROOT).contains(part)).toArray(String[]::new);
    }

    /** All values of an indexed column, found by as many jumps as there are. */
    static List<String> distinct(JdbcClient jdbc, String column, String workspace) {
        return jdbc.sql("""
                with recursive found (value) as (
                    (select a.%1$s from query.audit a where a.slot = %2$s and a.workspace = ? and a.%1$s is not null order by a.%1$s limit 1)
                    union all
                    select (select a.%1$s from query.audit a where a.slot = %2$s and a.workspace = ? and a.%1$s > found.value order by a.%1$s limit 1)
                    from found where found.value is not null)
                select value from found where value is not null""".formatted(column, SLOT)).params(workspace, workspace).query(String.class).list();
    }

    /**
     * Selects the newest rows that fit, ordered or not. One value is asked for as a range, and ordered by: only the column's own index gives that
     * order. Asked by equality, the planner walks the whole log backwards for a value that it takes for common and that is not there.
     */
    String newest(int most) {
        String fitting = String.join(" and ", conditions);
        if (meanings.isEmpty()) {
            return "select * from query.audit a where a.slot = (select slot from view) and %s order by a.id desc limit %d".formatted(fitting, most);
        }
        return "select * from (" + meanings.stream().map(meaning -> """
                select hit.* from unnest(?::text[]) wanted (value) cross join lateral (
                    select * from query.audit a where a.slot = (select slot from view) and a.%1$s between wanted.value and wanted.value and %2$s
                    order by a.%1$s desc, a.id desc limit %3$d) hit""".formatted(meaning.column(), fitting, most)).collect(Collectors.joining(" union "))
                + ") every order by id desc limit " + most;
    }

    /** Counts all rows that fit. */
    String counting() {
        String fitting = String.join(" and ", conditions);
        String meant = meanings.stream().map(meaning -> "a." + meaning.column() + " = any(?)").collect(Collectors.joining(" or "));
        return "select count(*) as n from query.audit a where a.slot = (select slot from view) and " + fitting
                + (meanings.isEmpty() ? "" : " and (" + meant + ")");
    }

    List<Object> argumentsOfNewest() {
        return meanings.isEmpty() ? arguments
                : meanings.stream().flatMap(meaning -> Stream.concat(Stream.of((Object) meaning.values()), arguments.stream())).toList();
    }

    List<Object> argumentsOfCounting() {
        return Stream.concat(arguments.stream(), meanings.stream().map(meaning -> (Object) meaning.values())).toList();
    }

    private void andEqual(String column, @Nullable String value) {
        if (value != null) {
            and(column + " = ?", value);
        }
    }

    private void and(String condition, Object... values) {
        conditions.add(condition);
        arguments.addAll(List.of(values));
    }
}

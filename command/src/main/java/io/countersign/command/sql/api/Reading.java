package io.countersign.command.sql.api;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a text turned out to be. */
public sealed interface Reading {

    /**
     * It can never be run as what it was read as.
     *
     * @param code stable word: {@code sql_unreadable}, {@code sql_not_one_statement}, {@code sql_not_a_query}, {@code sql_writes},
     *     {@code sql_not_a_change} or {@code sql_change_too_rich}
     * @param reason one sentence for the one who wrote it
     * @param kinds what it would do, in the words of {@link Query#kinds}; as far as that is known
     */
    record Refused(String code, String reason, Set<String> kinds) implements Reading {}

    /**
     * One statement: a query, or one change of the rows of one table.
     *
     * @param text the canonical text: without comments, each literal in its plain form. This text was read, is shown, and is what a database
     *     may be sent; no other
     * @param kinds what it does: {@code select}; for a change {@code insert}, {@code update} or {@code delete}
     * @param unclear why it was not understood; null when it was. One that was not has no uses to rely on
     * @param change which rows it changes; null for a query
     */
    record Query(String text, Set<String> kinds, @Nullable String unclear, Uses uses, @Nullable Change change) implements Reading {}

    /**
     * Which rows a statement changes.
     *
     * @param verb {@code insert}, {@code update} or {@code delete}
     * @param schema folded; null when it was not written
     * @param table folded
     * @param place the table as it is written in the text
     * @param called as it is written, how the rest of the text calls its rows
     * @param condition what stands behind {@code where}; empty for all rows, and for {@code insert}
     */
    record Change(String verb, @Nullable String schema, String table, String place, String called, String condition) {}

    /**
     * The names in a query and what they may stand for. Where that is not certain, all that is possible is said.
     *
     * @param loose words and names whose place the grammar did not explain, folded as PostgreSQL folds them
     * @param dotted names directly after a dot
     * @param relations what stands where a table can stand
     * @param columns what stands where a column can stand
     * @param whole indexes of relations of which every column is read
     * @param functions what is called
     * @param types what is cast to or written as a typed literal
     * @param operators all operators
     */
    record Uses(Set<String> loose, Set<String> dotted, List<Relation> relations, Set<Column> columns, Set<Integer> whole,
            Set<Routine> functions, Set<Routine> types, Set<String> operators) {

        /** Nothing is known. */
        public static final Uses NONE = new Uses(Set.of(), Set.of(), List.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
    }

    /**
     * A table, a view, or a name the query itself gave to a part of it.
     *
     * @param schema as written; null when it was not
     * @param maybeLocal true when the query defines this name itself; it may still be a table elsewhere in the same query
     */
    record Relation(@Nullable String schema, String name, boolean maybeLocal) {}

    /**
     * One mention of a column.
     *
     * @param relations indexes of the relations it can belong to; null when it can belong to any
     */
    record Column(String name, @Nullable Set<Integer> relations) {}

    /** A function or a type, with its schema as far as it was written. */
    record Routine(@Nullable String schema, String name) {}
}

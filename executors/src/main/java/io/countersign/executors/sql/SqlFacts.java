package io.countersign.executors.sql;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement touches: the union of what its text, the catalogue and the planner say.
 *
 * @param tables as {@code schema.table}, views and what they read included
 * @param columns as {@code schema.table.column}
 * @param functions as {@code schema.function}, or as written where it is not known
 * @param estimatedRows the most rows that any step of the plan is expected to handle; null when it could not be asked
 * @param uninspectable why this may not be everything; null when it is
 */
record SqlFacts(Set<String> kinds, Set<String> tables, Set<String> columns, Set<String> functions, @Nullable Long estimatedRows,
        @Nullable String uninspectable) {

    static SqlFacts unknown(Set<String> kinds, String why) {
        return new SqlFacts(kinds, Set.of(), Set.of(), Set.of(), null, why);
    }
}

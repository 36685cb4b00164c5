package io.countersign.executors.file;

import io.countersign.executors.workspace.Folder.Trace;
import org.jspecify.annotations.Nullable;

/**
 * One change as the journal holds it. In the end it is one rename: what was at {@code taken} goes away, or something appears at {@code put},
 * or both.
 *
 * @param operation such as {@code file_write}
 * @param taken path that is left, or null
 * @param put path at which something appears, or null
 * @param deepest of the folders that were made, the deepest; null otherwise
 * @param before what was at {@code put}, or else at {@code taken}
 * @param after what is at {@code put} once it has happened
 */
record Change(String operation, @Nullable String taken, @Nullable String put, @Nullable String deepest, Trace before, Trace after) {

    static Change taking(String operation, String path, Trace before) {
        return new Change(operation, path, null, null, before, Trace.ABSENT);
    }

    static Change putting(String operation, String path, Trace before, Trace after) {
        return new Change(operation, null, path, null, before, after);
    }
}

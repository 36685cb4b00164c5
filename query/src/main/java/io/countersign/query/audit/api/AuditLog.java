package io.countersign.query.audit.api;

import io.countersign.query.action.api.Reader;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit log, newest first. For people only. */
public interface AuditLog {

    /** A page; {@code before} is the index to go on from, null for the newest. {@code limit} 1 to 1,000. */
    Page find(Reader reader, Filter filter, @Nullable Long before, int limit);

    /** How many there are, exactly. */
    long count(Reader reader, Filter filter);

    /** The names of events that occur in the reader's workspace, in order. */
    List<String> events(Reader reader);

    /**
     * Null fields do not filter. {@code subjectId}, {@code actor}, {@code target}, {@code agent} and {@code actionType} match exactly.
     *
     * @param actionType an action type, or the entry of the catalogue that an action came through
     * @param event names or families, with commas between them
     * @param target id or name of what an event is about, as its aggregate or besides
     * @param agent who asked for the action it is about
     * @param text one word: part of a name of an event, an action type, a person, an agent or anything configured, or a whole id of anything
     */
    record Filter(@Nullable String actor, @Nullable String event, @Nullable String subjectId, @Nullable String actionType,
            @Nullable Instant from, @Nullable Instant until, @Nullable String target, @Nullable String agent, @Nullable String text) {

        /** Everything. */
        public static final Filter ALL = new Filter(null, null, null, null, null, null);

        /** Without the last three. */
        public Filter(@Nullable String actor, @Nullable String event, @Nullable String subjectId, @Nullable String actionType,
                @Nullable Instant from, @Nullable Instant until) {
            this(actor, event, subjectId, actionType, from, until, null, null, null);
        }
    }

    /** Rows and where to go on; null on the last page. */
    record Page(List<AuditEntry> items, @Nullable Long nextBefore) {}
}

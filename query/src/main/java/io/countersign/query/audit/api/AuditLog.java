package io.countersign.query.audit.api;

import io.countersign.query.action.api.Reader;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit log, newest first. For people only. */
public interface AuditLog {

    /** A page; {@code before} is the index to go on from, null for the newest. {@code limit} 1 to 1,000. */
    Page find(Reader reader, Filter filter, @Nullable Long before, int limit);

    /** Null fields do not filter. {@code subjectId} and {@code actor} match exactly; {@code event} matches a name or a family. */
    record Filter(@Nullable String actor, @Nullable String event, @Nullable String subjectId, @Nullable String actionType,
            @Nullable Instant from, @Nullable Instant until) {
        /** Everything. */
        public static final Filter ALL = new Filter(null, null, null, null, null, null);
    }

    /** Rows and where to go on; null on the last page. */
    record Page(List<AuditEntry> items, @Nullable Long nextBefore) {}
}

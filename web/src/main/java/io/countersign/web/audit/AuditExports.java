package io.countersign.web.audit;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditEntry.Change;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.audit.api.AuditLog.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes what fits a filter as CSV or JSON, page by page, the newest first. What is cut off is told by headers, before the first row. */
@Component
public class AuditExports {

    /** Most rows of one export. */
    public static final int MOST = 10_000;

    private static final int PAGE = 500;
    private static final List<String> COLUMNS = List.of("index", "at", "event", "actor", "actor_name", "subject", "target", "agent", "action_type",
            "status", "origin", "ip", "request_id", "event_id", "changes", "details");

    private final AuditLog log;
    private final Principals principals;
    private final JsonMapper json;

    AuditExports(AuditLog log, Principals principals, JsonMapper json) {
        this.log = log;
        this.principals = principals;
        this.json = json;
    }

    /**
     * Answers with a file.
     *
     * @param csv or else JSON
     */
    public void write(Reader reader, Filter filter, boolean csv, HttpServletResponse response) throws IOException {
        long all = log.count(reader, filter); // whatever cannot be exported fails here, before anything is sent
        response.setContentType(csv ? "text/csv;charset=UTF-8" : "application/json");
        response.setHeader("Content-Disposition", "attachment; filename=\"countersign-audit." + (csv ? "csv" : "json") + "\"");
        response.setHeader("X-Total-Count", Long.toString(all));
        if (all > MOST) {
            response.setHeader("X-Truncated", "true");
        }
        Writer out = new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8), 1 << 15);
        out.write(csv ? String.join(",", COLUMNS) + "\r\n" : "[");
        Long before = null;
        int written = 0;
        do {
            AuditLog.Page page = log.find(reader, filter, before, PAGE);
            for (AuditEntry entry : page.items()) {
                out.write(csv ? line(entry) : (written == 0 ? "\n" : ",\n") + json.writeValueAsString(row(entry)));
                written++;
            }
            before = page.nextBefore();
        } while (before != null && written < MOST);
        out.write(csv ? "" : "\n]\n");
        out.flush();
    }

    private Map<String, @Nullable Object> row(AuditEntry entry) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        List<@Nullable Object> values = values(entry);
        for (int i = 0; i < values.size(); i++) {
            row.put(COLUMNS.get(i), values.get(i));
        }
        row.put("changes", entry.changes().stream().map(AuditExports::told).toList());
        row.put("details", entry.details());
        return row;
    }

    private static Map<String, @Nullable String> told(Change change) {
        Map<String, @Nullable String> told = new LinkedHashMap<>();
        told.put("key", change.key());
        told.put("old", change.before());
        told.put("new", change.after());
        return told;
    }

    private String line(AuditEntry entry) {
        String changes = entry.changes().stream().map(change -> change.key() + ": " + Objects.requireNonNullElse(change.before(), "-") + " -> "
                + Objects.requireNonNullElse(change.after(), "-")).collect(Collectors.joining("; "));
        String details = entry.details().entrySet().stream().map(one -> one.getKey() + ": " + one.getValue()).collect(Collectors.joining("; "));
        return Stream.concat(values(entry).stream(), Stream.of(changes, details)).map(AuditExports::cell).collect(Collectors.joining(",")) + "\r\n";
    }

    private List<@Nullable Object> values(AuditEntry e) {
        return java.util.Arrays.asList(e.index(), e.at().toString(), e.event(), e.actor(), name(e.actor()), e.subjectId(), e.target(), e.agent(),
                e.actionType(), e.status(), e.origin(), e.address(), e.requestId(), e.eventId());
    }

    private @Nullable String name(@Nullable String id) {
        return id == null ? null : principals.byId(id).map(Principal::name).orElse(null);
    }

    /** A cell that no spreadsheet takes for a formula. */
    static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        String tame = !text.isEmpty() && "=+-@\t\r\n|%".indexOf(text.charAt(0)) >= 0 && !(value instanceof Number) ? "'" + text : text;
        return tame.matches("[^\",\\r\\n]*") ? tame : "\"" + tame.replace("\"", "\"\"") + "\"";
    }
}

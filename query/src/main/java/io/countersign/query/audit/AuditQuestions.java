package io.countersign.query.audit;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.access.api.AccessEvent.SignInFailed;
import io.countersign.command.access.api.AccessEvent.Tried;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditEntry.Change;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.Micros;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Answers from the audit view. What an event changed, and where its actor called from, is read from the log. */
final class AuditQuestions implements AuditLog {

    private static final int MOST = 1_000;
    private static final String ADDRESS = "address";
    private static final String FAILED = "access.sign_in_failed";
    private static final Set<String> WITHOUT_CHANGES = Set.of("action", "budget", "access", "compensation");
    private static final Set<String> WITH_CHANGES = Set.of("budget.set", "budget.lifted"); // of a family whose others only count
    private static final String VIEW = """
            with view as (
                select p.live_slot as slot, s.position from query.projection p
                join query.projection_slot s on s.name = p.name and s.slot = p.live_slot where p.name = 'audit')
            """;

    private final JdbcClient jdbc;
    private final Freshness freshness;
    private final EventReader log;
    private final Principals principals;
    private final Keyring keyring;

    AuditQuestions(JdbcClient jdbc, Freshness freshness, EventReader log, Principals principals, Keyring keyring) {
        this.jdbc = jdbc;
        this.freshness = freshness;
        this.log = log;
        this.principals = principals;
        this.keyring = keyring;
    }

    /** A row of the view; {@code box} seals the address. */
    private record Row(AuditEntry entry, @Nullable String box) {}

    private record Found(List<Row> rows, long position) implements Freshness.Positioned {}

    private record Counted(long number, long position) implements Freshness.Positioned {}

    @Override
    public Page find(Reader reader, Filter filter, @Nullable Long before, int limit) {
        mustBePerson(reader);
        if (limit < 1 || limit > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The limit must be between 1 and " + MOST + ".");
        }
        List<Row> found = freshness.read(AuditProjection.NAME, () -> question(reader, filter, before, limit + 1)).rows();
        List<AuditEntry> items = told(found.size() > limit ? found.subList(0, limit) : found);
        return new Page(items, found.size() > limit ? (Long) items.getLast().index() : null);
    }

    @Override
    public long count(Reader reader, Filter filter) {
        mustBePerson(reader);
        return freshness.read(AuditProjection.NAME, () -> {
            long position = position();
            AuditSearch search = new AuditSearch(jdbc, principals, reader.workspace(), filter, null);
            return jdbc.sql(VIEW + "select counted.n from view cross join lateral (" + search.counting() + ") counted")
                    .params(search.argumentsOfCounting()).query((row, n) -> new Counted(row.getLong("n"), position)).single();
        }).number();
    }

    @Override
    public List<String> events(Reader reader) {
        mustBePerson(reader);
        return AuditSearch.distinct(jdbc, "event", reader.workspace());
    }

    private static void mustBePerson(Reader reader) {
        if (reader.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "The audit log is for people.");
        }
    }

    private Found question(Reader reader, Filter filter, @Nullable Long before, int most) {
        long position = position();
        AuditSearch search = new AuditSearch(jdbc, principals, reader.workspace(), filter, before);
        List<Row> rows = jdbc.sql(VIEW + "select page.* from (" + search.newest(most) + ") page order by page.id desc")
                .params(search.argumentsOfNewest()).query((row, n) -> new Row(new AuditEntry(row.getLong("id"), row.getString("event_id"),
                        Micros.toInstant(row.getLong("at")), row.getString("event"), row.getString("family"), row.getString("actor"),
                        row.getString("workspace"), row.getString("subject_id"), row.getString("target"), row.getString("name"),
                        row.getString("agent"), row.getString("action_type"), row.getString("status"), row.getString("origin"),
                        row.getString("request_id"), null, List.of(), Map.of()), row.getString("address"))).list();
        return new Found(rows, position);
    }

    /** Read first: what a search looks up and finds later is at least as new. */
    private long position() {
        return jdbc.sql(VIEW + "select position from view").query(Long.class).single();
    }

    private List<AuditEntry> told(List<Row> rows) {
        Map<Long, AuditEntry> told = rows.stream().map(Row::entry).filter(entry -> Details.isTold(entry.event(), entry.family()))
                .collect(Collectors.toMap(AuditEntry::index, entry -> entry));
        List<String> subjects = Stream.concat(rows.stream().map(Row::entry).filter(AuditQuestions::changes), told.values().stream())
                .map(AuditEntry::subjectId).distinct().toList();
        Map<Long, List<Change>> changes = new HashMap<>();
        Map<Long, Stored> events = new HashMap<>();
        Map<String, String> addresses = new HashMap<>();
        log.read(subjects, Long.MAX_VALUE).forEach((subject, stream) -> {
            stream.stream().filter(event -> told.containsKey(event.index())).forEach(event -> events.put(event.index(), event));
            switch (stream.getFirst().payload()) {
                case SignInFailed e -> keyring.open(e.tried(), FAILED, Tried.class).map(Tried::address)
                        .ifPresent(address -> addresses.put(subject, address));
                case AccessEvent e -> { } // changed nothing
                case ActionEvent e -> { }
                default -> changes.putAll(Changes.of(stream));
            }
        });
        return rows.stream().map(row -> {
            AuditEntry e = row.entry();
            String address = row.box() == null ? addresses.get(e.subjectId()) : opened(e.actor(), row.box());
            return new AuditEntry(e.index(), e.eventId(), e.at(), e.event(), e.family(), e.actor(), e.workspace(), e.subjectId(), e.target(),
                    e.name(), e.agent(), e.actionType(), e.status(), e.origin(), e.requestId(), address,
                    changes.getOrDefault(e.index(), List.of()), Details.of(e.family(), e.name(), events.get(e.index()), keyring));
        }).toList();
    }

    private static boolean changes(AuditEntry entry) {
        return !WITHOUT_CHANGES.contains(entry.family()) || WITH_CHANGES.contains(entry.event());
    }

    /** Nothing when its actor was erased, also where a key is still at hand. */
    private @Nullable String opened(@Nullable String actor, String box) {
        if (actor == null || principals.byId(actor).filter(known -> !known.erased()).isEmpty()) {
            return null;
        }
        return keyring.open(new Sealed(actor, box), ADDRESS, String.class).orElse(null);
    }
}

package io.countersign.command.store;

import io.countersign.command.store.api.AppendPause;
import io.countersign.command.store.api.Beginnings;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventFeed;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the log directly: several streams in one question, and the head. */
final class StoredEvents implements EventReader, Head, AppendPause, ConfigurationLog, Beginnings, EventFeed {

    private static final String EPOCH = StoredEvents.class.getName() + ".epoch";
    private static final String CONFIGURATION = StoredEntry.COLUMNS + """
            where type not in ('Action', 'BudgetWindow', 'Access', 'Watch') and type = ? and global_index > ? order by global_index""";
    private static final String STREAMS = StoredEntry.COLUMNS + """
            where aggregate_identifier = any(?) and global_index <= ?
            order by aggregate_identifier, sequence_number""";

    private static final String BEGINNINGS = StoredEntry.COLUMNS + """
            where global_index > ? and global_index <= ? and type = ? and sequence_number < 2 order by global_index\s""";
    private static final String LAST = StoredEntry.COLUMNS + """
            where aggregate_identifier = ? order by sequence_number desc limit 1""";

    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final Serializer serializer;
    private final EventUpcaster upcasters;
    private final DataKeys keys;

    StoredEvents(DataSource dataSource, Serializer serializer, EventUpcaster upcasters, DataKeys keys) {
        this.jdbc = JdbcClient.create(dataSource);
        this.dataSource = dataSource;
        this.serializer = serializer;
        this.upcasters = upcasters;
        this.keys = keys;
    }

    @Override
    public long index() {
        return jdbc.sql("select coalesce(max(global_index), -1) from command.domain_event_entry").query(Long.class).single();
    }

    @Override
    public Map<String, List<Stored>> read(Collection<String> aggregateIds, long upTo) {
        if (aggregateIds.isEmpty()) {
            return Map.of();
        }
        Map<String, List<Stored>> streams = new LinkedHashMap<>();
        jdbc.sql(STREAMS)
                .param(aggregateIds.toArray(String[]::new))
                .param(upTo)
                .query(this::stored)
                .list()
                .forEach(events -> events.forEach(
                        event -> streams.computeIfAbsent(event.aggregateId(), id -> new ArrayList<>()).add(event)));
        keys.preload(streams.keySet()); // whoever reads a stream is about to open what is sealed in it
        return streams;
    }

    @Override
    public Optional<Stored> last(String aggregateId) {
        return jdbc.sql(LAST).param(aggregateId).query(this::stored).list().stream().flatMap(List::stream).findFirst();
    }

    @Override
    public long epoch() {
        Long known = epochOfThisCommand(); // one command is decided on one configuration; the writer refuses it when that has changed
        if (known != null) {
            return known;
        }
        long now = jdbc.sql("select position from command.epoch where name = 'configuration'").query(Long.class).optional().orElse(-1L);
        if (CurrentUnitOfWork.isStarted()) {
            CurrentUnitOfWork.get().root().getOrComputeResource(EPOCH, first -> now);
        }
        return now;
    }

    /** What {@link #epoch} answered first during the current command; null when it was not asked. */
    static @Nullable Long epochOfThisCommand() {
        return CurrentUnitOfWork.isStarted() ? CurrentUnitOfWork.get().root().getResource(EPOCH) : null;
    }

    @Override
    public List<Stored> after(String aggregateType, long index) {
        List<Stored> events = jdbc.sql(CONFIGURATION).param(aggregateType).param(index).query(this::stored).list().stream()
                .flatMap(List::stream).toList();
        keys.preload(events.stream().map(Stored::aggregateId).distinct().toList());
        return events;
    }

    @Override
    public Bite beginnings(String aggregateType, long after, long upTo, int most) {
        return beginnings("limit ?", aggregateType, after, upTo, most);
    }

    @Override
    public Bite newestBeginnings(String aggregateType, long after, long upTo, int most) {
        return beginnings("desc limit ?", aggregateType, after, upTo, most);
    }

    private Bite beginnings(String these, String aggregateType, long after, long upTo, int most) {
        return bite(after, jdbc.sql(BEGINNINGS + these).param(after).param(upTo).param(aggregateType).param(most));
    }

    @Override
    public Bite bite(long after, int most) {
        return bite(after, jdbc.sql(StoredEntry.COLUMNS + "where global_index > ? order by global_index limit ?").param(after).param(most));
    }

    private Bite bite(long after, JdbcClient.StatementSpec question) {
        List<StoredEntry> entries = question.query((row, n) -> StoredEntry.of(row)).list().stream()
                .sorted(Comparator.comparingLong(StoredEntry::index)).toList();
        List<TrackedEventMessage<?>> events =
                EventUtils.upcastAndDeserializeTrackedEvents(entries.stream(), serializer, upcasters).toList();
        long last = entries.isEmpty() ? after : entries.getLast().index();
        return new Bite(events, last, entries.size());
    }

    @Override
    public long firstAt(Instant since) {
        long from = 0;
        long until = index() + 1;
        while (from < until) {
            long middle = (from + until) >>> 1;
            boolean before = jdbc.sql("select time_stamp from command.domain_event_entry where global_index = ?").param(middle)
                    .query(String.class).optional().map(Instant::parse).filter(at -> at.isBefore(since)).isPresent();
            if (before) {
                from = middle + 1;
            } else {
                until = middle;
            }
        }
        return from;
    }

    private List<Stored> stored(ResultSet row, int number) throws SQLException {
        StoredEntry entry = StoredEntry.of(row);
        return EventStreamUtils.asStream(EventStreamUtils.upcastAndDeserializeDomainEvents(Stream.of(entry), serializer, upcasters))
                .<Stored>map(message -> new Stored(entry.index(), entry.eventId(), entry.aggregateId(), entry.sequence(), entry.name(),
                        entry.revision(), message.getTimestamp(), message.getPayload(), texts(message.getMetaData()), entry.payload(),
                        entry.metadata()))
                .toList();
    }

    /** The newest event of one aggregate, as it is stored. */
    static Optional<DomainEventData<?>> lastEntry(DataSource dataSource, String aggregateId) {
        return JdbcClient.create(dataSource).sql(LAST).param(aggregateId).<DomainEventData<?>>query((row, number) -> StoredEntry.of(row)).optional();
    }

    private static Map<String, String> texts(Map<String, ?> metadata) {
        Map<String, String> texts = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (value != null) {
                texts.put(key, value.toString());
            }
        });
        return texts;
    }

    @Override
    public <T> T whilePaused(Supplier<T> task) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                // A node that stops in the middle of its pause must not hold up the others for long.
                statement.execute("set local idle_in_transaction_session_timeout = '5s'; set local lock_timeout = '6s'");
                statement.execute("select pg_advisory_xact_lock(" + AppendWriter.LOCK + ")");
                return task.get();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("Appends could not be paused", e);
        }
    }
}

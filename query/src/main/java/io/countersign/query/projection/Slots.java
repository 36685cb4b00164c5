package io.countersign.query.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The record of which slot of each view is live and how far each slot is. */
final class Slots {

    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final int INDEXES_AT_ONCE = 2;

    private final DataSource dataSource;
    private final JdbcClient jdbc;

    Slots(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** What is recorded of one view. */
    record View(Slot live, long position, long idlePosition, long parked, @Nullable String phase, @Nullable Instant startedAt,
            @Nullable Instant finishedAt, @Nullable Boolean identical, @Nullable String message) {

        boolean isRebuilding() {
            return "building".equals(phase) || "indexing".equals(phase) || "comparing".equals(phase);
        }
    }

    List<View> all() {
        return views("true", "");
    }

    Optional<View> find(String view) {
        return views("p.name = ?", view).stream().findFirst();
    }

    private List<View> views(String condition, String argument) {
        JdbcClient.StatementSpec query = jdbc.sql("""
                select p.*, l.position as live_position, i.position as idle_position,
                    (select count(*) from query.parked_event e where e.name = p.name and e.slot = p.live_slot) as parked
                from query.projection p
                join query.projection_slot l on l.name = p.name and l.slot = p.live_slot
                join query.projection_slot i on i.name = p.name and i.slot <> p.live_slot
                where %s order by p.name""".formatted(condition));
        return (argument.isEmpty() ? query : query.param(argument)).query((row, n) -> new View(
                new Slot(row.getString("name"), row.getString("live_slot")), row.getLong("live_position"), row.getLong("idle_position"),
                row.getLong("parked"), row.getString("rebuild_phase"), instant(row.getObject("rebuild_started_at", OffsetDateTime.class)),
                instant(row.getObject("rebuild_finished_at", OffsetDateTime.class)),
                row.getObject("rebuild_identical", Boolean.class), row.getString("rebuild_message"))).list();
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    Slot live(String view) {
        return new Slot(view,
                jdbc.sql("select live_slot from query.projection where name = ?").param(view).query(String.class).single());
    }

    /** Where the live slot is. */
    long livePosition(String view) {
        return jdbc.sql("""
                select s.position from query.projection p join query.projection_slot s on s.name = p.name and s.slot = p.live_slot
                where p.name = ?""").param(view).query(Long.class).single();
    }

    long position(Slot slot) {
        return jdbc.sql("select position from query.projection_slot where name = ? and slot = ?").params(slot.view(), slot.letter())
                .query(Long.class).single();
    }

    /** Keeps everybody else from writing to the slot until the current transaction ends. */
    long lock(Slot slot) {
        return jdbc.sql("select position from query.projection_slot where name = ? and slot = ? for update")
                .params(slot.view(), slot.letter()).query(Long.class).single();
    }

    void move(Slot slot, long position) {
        jdbc.sql("update query.projection_slot set position = ? where name = ? and slot = ?")
                .params(position, slot.view(), slot.letter()).update();
    }

    /** Leaves nothing in a slot that is not live, and takes those indexes from it that {@link #complete} makes. */
    void empty(Slot slot) {
        move(slot, -1);
        jdbc.sql("delete from query.parked_event where name = ? and slot = ?").params(slot.view(), slot.letter()).update();
        jdbc.sql("truncate " + slot.table()).update();
        jdbc.sql("select 1 from query.drop_view_indexes(?)").param(slot.partition()).query(Integer.class).single();
    }

    /** Makes what a slot lacks to be read: its indexes, and what the planner knows of it. Takes seconds for each million rows. */
    void complete(Slot slot) {
        List<String> missing = jdbc.sql("""
                select name from query.view_index where slot_table = ? and to_regclass('query.' || name) is null order by name""")
                .param(slot.partition()).query(String.class).list();
        try (ExecutorService makers = Executors.newFixedThreadPool(INDEXES_AT_ONCE, Thread.ofVirtual().name("rebuild-index-", 0).factory())) {
            CompletableFuture.allOf(missing.stream().map(index -> CompletableFuture.runAsync(() -> call("query.make_view_index", index), makers))
                    .toArray(CompletableFuture[]::new)).join();
        }
        call("query.measure_view", slot.partition());
    }

    /** Calls one of the functions of V48, which may take longer than a connection that is alive is otherwise given. */
    private void call(String function, String argument) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("select " + function + "(?)")) {
            patient(connection);
            statement.setString(1, argument);
            statement.execute();
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The slot could not be completed", e);
        }
    }

    /** Gives the answers on a connection an hour, until it is back in its pool. */
    static void patient(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    }

    void rebuildStarts(String view, Instant at) {
        jdbc.sql("""
                update query.projection set rebuild_phase = 'building', rebuild_started_at = ?, rebuild_finished_at = null,
                    rebuild_identical = null, rebuild_message = null where name = ?""").params(utc(at), view).update();
    }

    void rebuildReaches(String view, String phase) {
        jdbc.sql("update query.projection set rebuild_phase = ? where name = ?").params(phase, view).update();
    }

    void rebuildEnds(String view, String phase, @Nullable Boolean identical, String message, Instant at) {
        jdbc.sql("""
                update query.projection set rebuild_phase = ?, rebuild_identical = ?, rebuild_message = ?, rebuild_finished_at = ?
                where name = ?""").params(phase, identical, message, utc(at), view).update();
    }

    void makeLive(Slot slot) {
        jdbc.sql("update query.projection set live_slot = ? where name = ?").params(slot.letter(), slot.view()).update();
    }
}

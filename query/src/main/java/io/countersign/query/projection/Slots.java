package io.countersign.query.projection;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The record of which slot of each view is live and how far each slot is. */
final class Slots {

    private final JdbcClient jdbc;

    Slots(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What is recorded of one view. */
    record View(Slot live, long position, long idlePosition, long parked, @Nullable String phase, @Nullable Instant startedAt,
            @Nullable Instant finishedAt, @Nullable Boolean identical, @Nullable String message) {

        boolean isRebuilding() {
            return "building".equals(phase) || "comparing".equals(phase);
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

    /** Leaves nothing in the slot. */
    void empty(Slot slot) {
        move(slot, -1);
        jdbc.sql("delete from query.parked_event where name = ? and slot = ?").params(slot.view(), slot.letter()).update();
        jdbc.sql("truncate " + slot.table()).update();
    }

    void rebuildStarts(String view, Instant at) {
        jdbc.sql("""
                update query.projection set rebuild_phase = 'building', rebuild_started_at = ?, rebuild_finished_at = null,
                    rebuild_identical = null, rebuild_message = null where name = ?""").params(utc(at), view).update();
    }

    void rebuildCompares(String view) {
        jdbc.sql("update query.projection set rebuild_phase = 'comparing' where name = ?").param(view).update();
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

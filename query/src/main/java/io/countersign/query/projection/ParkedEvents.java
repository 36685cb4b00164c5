package io.countersign.query.projection;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Events that a projection failed on, set aside with all later ones of their stream. Only their places are kept: the log has the events, and
 * what is sealed or erased there stays so.
 */
final class ParkedEvents {

    private final JdbcClient jdbc;
    private final Clock clock;

    ParkedEvents(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** An event by place and stream. */
    record Place(long index, String subject) {}

    Set<String> subjects(Slot slot) {
        return new HashSet<>(jdbc.sql("select distinct subject from query.parked_event where name = ? and slot = ?")
                .params(slot.view(), slot.letter()).query(String.class).list());
    }

    List<Place> places(Slot slot) {
        return jdbc.sql("select position, subject from query.parked_event where name = ? and slot = ? order by position")
                .params(slot.view(), slot.letter()).query((row, n) -> new Place(row.getLong(1), row.getString(2))).list();
    }

    void park(Slot slot, Place place, String event, String cause) {
        jdbc.sql("""
                insert into query.parked_event (name, slot, position, subject, event, cause, parked_at) values (?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing""")
                .params(slot.view(), slot.letter(), place.index(), place.subject(), event, cause, clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    void remove(Slot slot, Place place) {
        jdbc.sql("delete from query.parked_event where name = ? and slot = ? and position = ?")
                .params(slot.view(), slot.letter(), place.index()).update();
    }
}

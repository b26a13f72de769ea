package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Events that schedules wait for, each stored once before it is acted on. Takes part in the caller's transaction. Thread-safe. */
final class EventTable {

    private final JdbcClient jdbc;
    private final boolean embedded;

    EventTable(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
        this.embedded = metadata.embedded();
    }

    /**
     * @param key tells this event from every other of the schedule
     * @param details for people
     */
    record Event(String schedule, String key, LocalDateTime logicalDate, String details, Instant seenAt) {}

    /** Stores an event, unless it is stored. */
    void store(Event event) {
        String sql = embedded
                ? "merge into nightshift_event e using (select cast(? as varchar(63)) as schedule, cast(? as varchar(700)) as event_key,"
                        + " cast(? as timestamp(0)) as logical_date, cast(? as varchar(2000)) as details,"
                        + " cast(? as timestamp(3) with time zone) as seen_at) n"
                        + " on e.schedule = n.schedule and e.event_key = n.event_key when not matched then"
                        + " insert (schedule, event_key, logical_date, details, seen_at)"
                        + " values (n.schedule, n.event_key, n.logical_date, n.details, n.seen_at)"
                : "insert into nightshift_event (schedule, event_key, logical_date, details, seen_at) values (?, ?, ?, ?, ?)"
                        + " on conflict (schedule, event_key) do nothing";
        jdbc.sql(sql)
                .params(
                        event.schedule(),
                        event.key(),
                        Timestamp.valueOf(event.logicalDate()),
                        event.details(),
                        Timestamp.from(event.seenAt()))
                .update();
    }

    /** Keys of a schedule's events that begin so; the beginning has letters, digits and spaces only. */
    Set<String> keys(String schedule, String beginning) {
        return jdbc.sql("select event_key from nightshift_event where schedule = ? and event_key like ?")
                .params(schedule, beginning + "%")
                .query(String.class)
                .set();
    }

    /** Of a schedule's events whose keys begin so, the one whose key is the last in the order of text. */
    Optional<Event> last(String schedule, String beginning) {
        return jdbc.sql("select schedule, event_key, logical_date, details, seen_at from nightshift_event"
                        + " where schedule = ? and event_key like ? order by event_key desc limit 1")
                .params(schedule, beginning + "%")
                .query(EventTable::map)
                .optional();
    }

    /** Lets go of a schedule's events, acted on or not. */
    void forget(String schedule) {
        jdbc.sql("delete from nightshift_event where schedule = ?")
                .param(schedule)
                .update();
    }

    /** Whether an event of this key is stored, acted on or not. */
    boolean has(String schedule, String key) {
        return jdbc.sql("select count(*) from nightshift_event where schedule = ? and event_key = ?")
                        .params(schedule, key)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** Events that are still to be acted on, oldest first. */
    List<Event> open(String schedule, int most) {
        return jdbc.sql("select schedule, event_key, logical_date, details, seen_at from nightshift_event"
                        + " where schedule = ? and fire_time is null order by seen_at, logical_date, event_key limit ?")
                .params(schedule, most)
                .query(EventTable::map)
                .list();
    }

    /** The schedules that have such events. */
    List<String> schedulesWithOpen() {
        return jdbc.sql(
                        "select distinct s.name from nightshift_schedule s join nightshift_event e on e.schedule = s.name"
                                + " where e.fire_time is null and s.removed_at is null order by s.name")
                .query(String.class)
                .list();
    }

    private static Event map(ResultSet row, int number) throws SQLException {
        return new Event(
                row.getString("schedule"),
                row.getString("event_key"),
                row.getTimestamp("logical_date").toLocalDateTime(),
                row.getString("details"),
                row.getTimestamp("seen_at").toInstant());
    }

    /** Notes the fire that an event came to. */
    void acted(Event event, Instant fireTime) {
        jdbc.sql("update nightshift_event set fire_time = ? where schedule = ? and event_key = ?")
                .params(Timestamp.from(fireTime), event.schedule(), event.key())
                .update();
    }
}

package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What Quartz's own rows say of triggers. Thread-safe. */
final class StuckTriggers {

    private final JdbcClient jdbc;

    StuckTriggers(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
    }

    /** When each schedule's trigger fires; those that are in trouble, or in hand, are not among them. */
    Map<String, Instant> armed() {
        Map<String, Instant> armed = new HashMap<>();
        jdbc.sql("select trigger_name, next_fire_time from " + QuartzClock.PREFIX
                        + "triggers where sched_name = ? and trigger_group = ? and trigger_state in ('WAITING', 'ACQUIRED')"
                        + " and next_fire_time > 0")
                .params(QuartzClock.NAME, QuartzClock.GROUP)
                .query((row, number) -> armed.put(row.getString(1), Instant.ofEpochMilli(row.getLong(2))))
                .list();
        return armed;
    }

    /** The state of a schedule's trigger, in words. */
    String state(String schedule) {
        String state = jdbc.sql("select trigger_state from " + QuartzClock.PREFIX
                        + "triggers where sched_name = ? and trigger_name = ? and trigger_group = ?")
                .params(QuartzClock.NAME, schedule, QuartzClock.GROUP)
                .query(String.class)
                .optional()
                .orElse(null);
        if (state == null) {
            return "it had no trigger";
        }
        int fired = jdbc.sql("select count(*) from " + QuartzClock.PREFIX
                        + "fired_triggers where sched_name = ? and trigger_name = ? and trigger_group = ?")
                .params(QuartzClock.NAME, schedule, QuartzClock.GROUP)
                .query(Integer.class)
                .single();
        return "its trigger was " + state + (fired == 0 ? " and nobody had it in hand" : "");
    }
}

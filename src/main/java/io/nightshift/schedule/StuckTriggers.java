package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What Quartz's own rows say of a trigger that did not fire. Thread-safe. */
final class StuckTriggers {

    private final JdbcClient jdbc;

    StuckTriggers(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
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

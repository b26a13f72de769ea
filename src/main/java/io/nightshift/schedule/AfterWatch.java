package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds logical dates for which all jobs that a schedule waits for have succeeded since it was applied. It asks for the state of
 * things, and not for news, so that nothing is lost while nobody looks. Thread-safe.
 */
final class AfterWatch {

    private final JdbcClient jdbc;

    AfterWatch(LedgerDatabase metadata) {
        this.jdbc = metadata.jdbc();
    }

    /** Logical dates that have no event of the schedule yet, oldest first. */
    List<LocalDateTime> found(KnownSchedule schedule, Trigger.After after) {
        return jdbc.sql("""
                        select r.logical_date from nightshift_run r
                        where r.job in (:jobs) and r.state = 'COMPLETED'
                        group by r.logical_date
                        having count(distinct r.job) = :all and max(r.ended_at) >= :since
                            and not exists (select 1 from nightshift_event e where e.schedule = :schedule
                                and e.logical_date = r.logical_date)
                        order by r.logical_date""")
                .param("jobs", after.jobs())
                .param("all", (int) after.jobs().stream().distinct().count())
                .param("since", Timestamp.from(schedule.appliedAt()))
                .param("schedule", schedule.name())
                .query((row, number) -> row.getTimestamp(1).toLocalDateTime())
                .list();
    }
}

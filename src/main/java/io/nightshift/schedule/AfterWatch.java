package io.nightshift.schedule;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.ledger.RunId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds logical dates for which all jobs that a schedule waits for have succeeded since it waits for them, and stores an event for each.
 * A success is news until it was heard: its record is marked once every schedule that waits for its job has looked at its date. A
 * schedule that was just applied looks at all dates first, since it was given these jobs to wait for. What is asked for is the state of
 * things, so that it does no harm to hear of a success twice, in two processes or after one died. Thread-safe.
 */
final class AfterWatch {

    private static final Logger LOG = LoggerFactory.getLogger(AfterWatch.class);

    private static final int MOST_NEWS = 1000;

    private final JdbcClient jdbc;
    private final HandOver.Tables tables;
    private final Definitions definitions;
    private final TransactionTemplate transactions;
    private final Clock clock;

    AfterWatch(LedgerDatabase metadata, HandOver.Tables tables, Definitions definitions, Clock clock) {
        this.jdbc = metadata.jdbc();
        this.transactions = metadata.transactions();
        this.tables = tables;
        this.definitions = definitions;
        this.clock = clock;
    }

    /** A run that is complete. */
    record Success(RunId run, long event, String job, LocalDateTime logicalDate) {}

    /**
     * Successes that were not heard, oldest first, at most a thousand. To be asked for before the schedules are read: a schedule that is
     * applied later finds them by its own first look.
     */
    List<Success> news() {
        return jdbc.sql("""
                        select e.run_id, e.sequence, r.job, r.logical_date from nightshift_run_event e
                        join nightshift_run r on r.run_id = e.run_id
                        where e.to_state = 'COMPLETED' and not e.heard order by e.sequence limit ?""")
                .param(MOST_NEWS)
                .query((row, number) -> new Success(
                        new RunId(row.getObject("run_id", UUID.class)),
                        row.getLong("sequence"),
                        row.getString("job"),
                        row.getTimestamp("logical_date").toLocalDateTime()))
                .list();
    }

    /** Stores what the news come to for the schedules. One that cannot be looked at now begins with a first look again. */
    void hear(List<Success> news, List<KnownSchedule> schedules) {
        for (KnownSchedule known : schedules) {
            try {
                if (definitions.of(known).trigger() instanceof Trigger.After after) {
                    hear(news, known, after);
                }
            } catch (RuntimeException e) {
                if (!Troubles.text(e).equals(known.trouble())) {
                    LOG.warn("schedule={} cannot hear of the jobs it waits for: {}", known.name(), e.getMessage());
                }
                if (known.lookedAt() != null) {
                    tables.schedules().lookAgain(known.name());
                }
            }
        }
        // One by one: nobody waits for two of them at once.
        news.forEach(
                success -> jdbc.sql("update nightshift_run_event set heard = true where run_id = ? and sequence = ?")
                        .params(success.run().value(), success.event())
                        .update());
    }

    private void hear(List<Success> news, KnownSchedule known, Trigger.After after) {
        boolean first = known.lookedAt() == null;
        Set<LocalDateTime> dates = news.stream()
                .filter(success -> after.jobs().contains(success.job()))
                .map(Success::logicalDate)
                .collect(Collectors.toSet());
        if (!first && dates.isEmpty()) {
            return;
        }
        transactions.executeWithoutResult(status -> tables.schedules()
                .lock(known.name())
                // Where it was applied again, its first look is still to come.
                .filter(now -> now.removedAt() == null && now.appliedAt().equals(known.appliedAt()))
                .ifPresent(now -> {
                    found(known, after, first ? null : dates).forEach(date -> store(known, after, date));
                    if (first) {
                        tables.schedules().looked(known.name(), clock.instant());
                    }
                }));
    }

    private void store(KnownSchedule known, Trigger.After after, LocalDateTime date) {
        Instant now = clock.instant();
        String details = String.join(", ", after.jobs()) + " succeeded for " + date;
        tables.events().store(new EventTable.Event(known.name(), date.toString(), date, details, now));
    }

    /** Logical dates that have no event of the schedule yet, oldest first, of some dates or of all. */
    private List<LocalDateTime> found(KnownSchedule schedule, Trigger.After after, @Nullable Set<LocalDateTime> dates) {
        JdbcClient.StatementSpec statement = jdbc.sql(
                        """
                        select r.logical_date from nightshift_run r
                        where r.job in (:jobs) and r.state = 'COMPLETED' %s
                        group by r.logical_date
                        having count(distinct r.job) = :all and max(r.ended_at) >= :since
                            and not exists (select 1 from nightshift_event e where e.schedule = :schedule
                                and e.logical_date = r.logical_date)
                        order by r.logical_date""".formatted(dates == null ? "" : "and r.logical_date in (:dates)"))
                .param("jobs", after.jobs())
                .param("all", (int) after.jobs().stream().distinct().count())
                .param("since", Timestamp.from(schedule.waitingSince()))
                .param("schedule", schedule.name());
        return (dates == null
                        ? statement
                        : statement.param(
                                "dates", dates.stream().map(Timestamp::valueOf).toList()))
                .query((row, number) -> row.getTimestamp(1).toLocalDateTime())
                .list();
    }
}

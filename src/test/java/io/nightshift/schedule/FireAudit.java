package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.timing.CalendarFiles;
import io.nightshift.timing.PlannedFire;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Compares the log of fires and the runs with what the schedules' timing says, from outside the service. */
final class FireAudit {

    private static final long LOOK_NANOS = 100_000_000;

    private final JdbcClient jdbc;

    FireAudit(DataSource database) {
        this.jdbc = JdbcClient.create(database);
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    private record Applied(String name, String definition, Instant appliedAt) {}

    private record Logged(String schedule, Instant time, String outcome, UUID run) {}

    /** Waits until every schedule's plan is in the log up to a moment. */
    void awaitPlannedUntil(Instant moment, int seconds) {
        await(
                "schedules whose plan is not in the log up to " + moment,
                seconds,
                "select count(*) from nightshift_schedule where planned_until < '" + moment
                        + "' and removed_at is null and next_fire_at <= '" + moment + "'",
                0);
    }

    /** Waits until a query gives a number. */
    void await(String what, int seconds, String query, long expected) {
        await(what, seconds, query, expected, () -> {});
    }

    /** @param meanwhile fails where the wait is in vain */
    void await(String what, int seconds, String query, long expected, Runnable meanwhile) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long value = count(query);
        while (value != expected) {
            meanwhile.run();
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": " + value + " after " + seconds + " s, expected " + expected);
            }
            LockSupport.parkNanos(LOOK_NANOS);
            value = count(query);
        }
    }

    void awaitAtLeast(String what, int seconds, String query, long least) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        for (long value = count(query); value < least; value = count(query)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": " + value + " after " + seconds + " s, expected " + least);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** 0 as well while the tables are not made yet. */
    long count(String query) {
        try {
            return jdbc.sql(query).query(Long.class).single();
        } catch (org.springframework.jdbc.BadSqlGrammarException notYet) {
            return 0;
        }
    }

    /**
     * Every fire planned up to a moment is in the log once, nothing else is, and each that happened has one run.
     *
     * @return how many fires
     */
    int requireEachOnce(Instant until, String as) {
        List<Applied> schedules = jdbc.sql("select name, definition, applied_at from nightshift_schedule")
                .query((row, number) -> new Applied(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant()))
                .list();
        Map<String, List<Logged>> logged = jdbc
                .sql("select schedule, fire_time, outcome, run_id from nightshift_fire where fire_time <= ?"
                        + " order by fire_time")
                .param(Timestamp.from(until))
                .query((row, number) -> new Logged(
                        row.getString(1),
                        row.getTimestamp(2).toInstant(),
                        row.getString(3),
                        row.getObject(4, UUID.class)))
                .list()
                .stream()
                .collect(Collectors.groupingBy(Logged::schedule));
        int fires = 0;
        for (Applied schedule : schedules) {
            List<Instant> planned = planned(schedule, until);
            assertThat(logged.getOrDefault(schedule.name(), List.of()))
                    .as("%s, fires of %s", as, schedule.name())
                    .extracting(Logged::time)
                    .containsExactlyElementsOf(planned);
            fires += planned.size();
        }
        requireRuns(logged, as);
        requireCounts(as);
        return fires;
    }

    private static List<Instant> planned(Applied schedule, Instant until) {
        Trigger trigger = ScheduleFile.parse(schedule.name(), schedule.definition(), CalendarFiles.here())
                .definition()
                .trigger();
        return ((Trigger.Timed) trigger)
                .timing().between(schedule.appliedAt(), until, Integer.MAX_VALUE).stream()
                        .map(PlannedFire::time)
                        .toList();
    }

    private void requireCounts(String as) {
        for (FireOutcome outcome : FireOutcome.values()) {
            String counted = "(select count(*) from nightshift_fire f where f.schedule = s.name and f.outcome = '"
                    + outcome + "')";
            // One statement, while others go on firing.
            assertThat(count("select count(*) from nightshift_schedule s where s."
                            + outcome.name().toLowerCase(Locale.ROOT) + " <> " + counted))
                    .as("%s, schedules whose count of %s is not the log's", as, outcome)
                    .isZero();
        }
    }

    private void requireRuns(Map<String, List<Logged>> logged, String as) {
        List<UUID> ofFires = new ArrayList<>();
        for (List<Logged> fires : logged.values()) {
            for (Logged fire : fires) {
                boolean happened = Set.of("FIRED", "LATE").contains(fire.outcome());
                assertThat(fire.run() != null).as("%s, %s has a run", as, fire).isEqualTo(happened);
                if (happened) {
                    ofFires.add(fire.run());
                }
            }
        }
        Set<UUID> runs = new HashSet<>(jdbc.sql("select run_id from nightshift_run")
                .query((row, number) -> row.getObject(1, UUID.class))
                .list());
        assertThat(ofFires).as(as).doesNotHaveDuplicates();
        assertThat(runs).as("%s, each fire's run is there", as).containsAll(ofFires);
        assertThat(count("select count(*) from nightshift_run r where not exists"
                        + " (select 1 from nightshift_fire f where f.run_id = r.run_id)"))
                .as("%s, runs that no fire knows", as)
                .isZero();
    }

    Map<String, Long> outcomes() {
        return jdbc
                .sql("select outcome, count(*) from nightshift_fire group by outcome")
                .query((row, number) -> Map.entry(row.getString(1), row.getLong(2)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}

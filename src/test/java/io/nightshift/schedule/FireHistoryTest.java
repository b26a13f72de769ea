package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.database.LedgerDatabases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How long people wait for a page of a million fires, and for the list of schedules with them. Prints; asserts what is listed. */
@Tag("slow")
class FireHistoryTest {

    private static final int SCHEDULES = 100;
    private static final int FIRES = 10_000;
    private static final int PAGE = 100;

    @TempDir
    Path folder;

    @Test
    void inTheEmbeddedDatabase() throws Exception {
        measure(
                ServiceFolder.embedded(folder, ServiceFolder.NO_WORKERS),
                "dateadd(minute, -f.x, timestamp with time zone" + " '2026-01-01 00:00:00+00')",
                "system_range(0, " + (FIRES - 1) + ") f(x)",
                "random_uuid()");
    }

    @Test
    void onPostgres() throws Exception {
        measure(
                ServiceFolder.onPostgres(folder, ServiceFolder.NO_WORKERS),
                "timestamptz '2026-01-01 00:00:00+00' - f.x * interval '1 minute'",
                "generate_series(0, " + (FIRES - 1) + ") f(x)",
                "gen_random_uuid()");
    }

    private static void measure(ServiceFolder service, String time, String series, String uuid) throws Exception {
        service.schedules(SCHEDULES, "every: 30d");
        try (ServingNode node = new ServingNode(service, "home", Clock.systemUTC())) {
            node.keeper().reload("ann");
            JdbcClient jdbc = node.bean(LedgerDatabases.class).metadata().jdbc();
            String fill =
                    "insert into nightshift_fire (schedule, fire_time, logical_date, outcome, reason, run_id, recorded_at,"
                            + " finish_by, deadline_open) select s.name, " + time + ", timestamp '2026-01-01 00:00:00',"
                            + " case when mod(f.x, 1000) = 7 then 'MISSED' when mod(f.x, 10) = 3 then 'SKIPPED'"
                            + " else 'FIRED' end, '', " + uuid + ", current_timestamp, null, false"
                            + " from nightshift_schedule s, " + series + " where s.name = ?";
            for (String schedule : jdbc.sql("select name from nightshift_schedule")
                    .query(String.class)
                    .list()) {
                jdbc.sql(fill).param(schedule).update();
            }
            jdbc.sql("update nightshift_schedule set missed = ?, skipped = ?, fired = ?")
                    .params(FIRES / 1000, FIRES / 10, FIRES - FIRES / 1000 - FIRES / 10)
                    .update();
            jdbc.sql("analyze").update();
            FireLog log = node.bean(FireLog.class);
            Instant middle = Instant.parse("2025-12-28T12:00:00Z");
            FireFilter.Place deep = new FireFilter.Place(middle, "s-0050");
            String where = service.embeddedDatabase() ? "embedded" : "PostgreSQL";
            List<Fire> first = timed(where, "first page", () -> log.list(filter(null, null, null)));
            assertThat(first).hasSize(PAGE);
            List<Fire> behind = timed(where, "deep page", () -> log.list(filter(null, null, deep)));
            assertThat(behind.get(0).schedule()).isEqualTo("s-0049");
            assertThat(behind.get(0).fireTime()).isEqualTo(middle);
            assertThat(timed(where, "of a schedule", () -> log.list(filter("s-0007", null, null))))
                    .hasSize(PAGE);
            assertThat(timed(where, "of a schedule, deep", () -> log.list(filter("s-0007", null, deep))))
                    .hasSize(PAGE);
            assertThat(timed(where, "missed", () -> log.list(filter(null, FireOutcome.MISSED, null))))
                    .hasSize(PAGE);
            assertThat(timed(where, "missed, deep", () -> log.list(filter(null, FireOutcome.MISSED, deep))))
                    .hasSize(PAGE);
            assertThat(timed(where, "missed of a schedule", () -> log.list(filter("s-0007", FireOutcome.MISSED, null))))
                    .hasSize(FIRES / 1000);
            assertThat(timed(
                            where,
                            "merged, of which there is none",
                            () -> log.list(filter(null, FireOutcome.MERGED, null))))
                    .isEmpty();
            assertThat(timed(where, "of a run", () -> log.ofRun(first.get(0).run())))
                    .contains(first.get(0));
            List<ScheduleStatus> all =
                    timed(where, "schedules", () -> node.bean(Schedules.class).list());
            assertThat(all).hasSize(SCHEDULES);
            assertThat(all.get(7).outcomes()).containsEntry(FireOutcome.MISSED, FIRES / 1000L);
            assertThat(all.get(7).lastFire())
                    .isEqualTo(log.list(filter("s-0007", null, null)).get(0));
        }
    }

    private static FireFilter filter(String schedule, FireOutcome outcome, FireFilter.Place before) {
        return new FireFilter(schedule, outcome, null, null, before, PAGE);
    }

    private static <T> T timed(String where, String what, Supplier<T> question) {
        question.get();
        long begin = System.nanoTime();
        T answer = question.get();
        System.out.printf("%s, %s: %.1f ms%n", where, what, (System.nanoTime() - begin) / 1e6);
        return answer;
    }
}

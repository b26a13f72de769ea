package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two processes that serve, the one that works on a run ends: the other goes on with it, and its rows are whole. */
class ServeEndTest {

    private static final String RUNS = "select count(*) from nightshift_run where ";

    @TempDir
    Path folder;

    private final List<NightshiftProcess> nodes = new ArrayList<>();

    @AfterEach
    void killAll() throws Exception {
        for (NightshiftProcess node : nodes) {
            node.killAfter(0);
        }
    }

    @Test
    void aRunInHandWaitsForTheNextProcessWhenItsOwnIsToldToEnd() throws Exception {
        FireAudit audit = begin();
        NightshiftProcess owner = owner(audit);
        owner.signal("TERM");
        NightshiftProcess.Result ended = owner.await();
        assertThat(ended.exit()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("wait for the next process");
        requireWhole(audit);
        assertThat(audit.count("select count(*) from nightshift_alert where kind = 'RUN_RECOVERED'"))
                .isZero();
    }

    @Test
    void aRunOfAKilledProcessIsRecoveredByAnother() throws Exception {
        FireAudit audit = begin();
        owner(audit).killAfter(0);
        // A lease of 5 s, a look every 5 s.
        audit.await("runs taken by the other", 30, RUNS + "state = 'RUNNING' and attempt = 2", 1);
        requireWhole(audit);
        assertThat(audit.count("select count(*) from nightshift_alert where kind = 'RUN_RECOVERED'"))
                .isEqualTo(1);
    }

    private FireAudit begin() throws Exception {
        ServiceFolder service = ServiceFolder.onPostgres(folder, "");
        service.job("small", "compute: {threads: 1, batch_rows: 128, chunk_rows: 128}\n");
        service.schedule("other", "every: 30d");
        nodes.add(service.serve());
        nodes.add(service.serve());
        FireAudit audit = new FireAudit(service.database());
        audit.await("processes", 180, "select count(*) from nightshift_node", 2, this::requireAlive);
        Instant due = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
        service.schedule("s", "at: [" + due.toString().replace("Z", "") + "]\ntime_zone: UTC");
        try (ServingNode here = new ServingNode(service, "here", java.time.Clock.systemUTC())) {
            here.keeper().reload("ann");
        }
        audit.await("runs that are worked on", 30, RUNS + "state = 'RUNNING' and attempt = 1", 1);
        audit.awaitAtLeast("chunks", 30, "select count(*) from nightshift_chunk", 20);
        return audit;
    }

    private void requireAlive() {
        for (NightshiftProcess node : nodes) {
            assertThat(node.isAlive())
                    .as("still serves: %s", node.errorsSoFar())
                    .isTrue();
        }
    }

    private NightshiftProcess owner(FireAudit audit) {
        String owner = audit.jdbc()
                .sql("select owner from nightshift_run")
                .query(String.class)
                .single();
        return nodes.stream()
                .filter(node -> owner.contains("process " + node.pid() + ","))
                .findFirst()
                .orElseThrow();
    }

    private static void requireWhole(FireAudit audit) throws SQLException {
        long rows;
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet counted = duck.createStatement()
                        .executeQuery("select count(*) from read_parquet('sample-data/flights.parquet')")) {
            counted.next();
            rows = counted.getLong(1);
        }
        audit.await("complete runs", 90, RUNS + "state = 'COMPLETED'", 1);
        assertThat(audit.count("select rows_read from nightshift_run")).isEqualTo(rows);
        assertThat(audit.count("select count(distinct flight_id) from small")).isEqualTo(rows);
        assertThat(audit.count("select attempt from nightshift_run")).isEqualTo(2);
        // The end of a run is recorded a moment before its place in the queue is given up.
        audit.await("places in the queue", 30, "select count(*) from nightshift_queue", 0);
    }
}

package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Application;
import io.nightshift.PostgresServer;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobName;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The lease of a run in work, while something else on the server is slow. */
class LeaseKeeperTest {

    private static final int PAUSES = 5;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    Path folder;

    /** As after a pause of the machine or the process: which of its threads goes on first is chance. */
    @Test
    void aProcessThatWasSilentDoesNotTakeItsOwnRunAway() throws Exception {
        String url = PostgresServer.newDatabase();
        try (Databases databases = databases(url);
                ConfigurableApplicationContext context = start(databases)) {
            Ledgers ledgers = context.getBean(Ledgers.class);
            CrashRecovery recovery = context.getBean(CrashRecovery.class);
            RunRecord owned = running(ledgers, "owned");
            RunControl control = new RunControl();
            try (LeaseKeeper keeper = LeaseKeeper.start(ledgers, recovery, owned, control)) {
                for (int pause = 0; pause < PAUSES; pause++) {
                    expire(url, owned);
                    recovery.recover();
                }
                assertThat(ledgers.runs().get(owned.id()).token()).isEqualTo(owned.token());
                await(url, "select lease_until > now() from nightshift_run");
            }
            assertThat(control.failure()).isNull();
            // Without a keeper, the run's worker is gone.
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (ledgers.runs().get(owned.id()).state() != RunState.FAILED) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                expire(url, owned);
                recovery.recover();
            }
        }
    }

    private Databases databases(String url) throws IOException {
        Path file = Files.writeString(
                folder.resolve("databases.yaml"),
                "databases: {server: {url: '" + url + "', user: postgres}}\nmetadata: server\nlease: 2s\n");
        return new Databases(Configuration.load(file).databases(), Map.of());
    }

    private ConfigurableApplicationContext start(Databases databases) {
        return Application.start(Home.shared(folder.resolve("home")), databases, Clock.systemUTC());
    }

    private static void expire(String url, RunRecord run) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "")) {
            connection
                    .createStatement()
                    .execute(
                            "update nightshift_run set lease_until = current_timestamp - interval '1 second' where run_id = '"
                                    + run.id() + "'");
        }
    }

    @Test
    void aSlowRecoveryOfAnotherRunCostsNobodyALease() throws Exception {
        String url = PostgresServer.newDatabase();
        try (Databases databases = databases(url);
                ConfigurableApplicationContext context = start(databases);
                Connection blocker = DriverManager.getConnection(url, "postgres", "")) {
            Ledgers ledgers = context.getBean(Ledgers.class);
            RunRecord lost = running(ledgers, "lost");
            RunRecord owned = running(ledgers, "owned");
            expire(url, lost);
            blocker.setAutoCommit(false);
            blocker.createStatement()
                    .execute("select * from nightshift_fence where run_id = '" + lost.id() + "' for update");
            RunControl control = new RunControl();
            try (LeaseKeeper keeper =
                    LeaseKeeper.start(ledgers, context.getBean(CrashRecovery.class), owned, control)) {
                await(
                        url,
                        "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database()");
                await(
                        url,
                        "select lease_until > now() + interval '1 second' from nightshift_run where run_id = '"
                                + owned.id() + "'");
                // Twice the lease: renewals in between are the only reason why it is not out.
                long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
                while (System.nanoTime() < until) {
                    assertThat(holds(
                                    url,
                                    "select lease_until > now() from nightshift_run where run_id = '" + owned.id()
                                            + "'"))
                            .isTrue();
                }
                blocker.rollback();
                await(url, "select state = 'FAILED' from nightshift_run where run_id = '" + lost.id() + "'");
            }
            assertThat(control.failure()).isNull();
        }
    }

    private static RunRecord running(Ledgers ledgers, String key) {
        RunRecord run = ledgers.runs()
                .start(
                        ledgers.runs()
                                .create(
                                        new RunLedger.NewRun(
                                                new JobName(key),
                                                "tests",
                                                LocalDateTime.of(2026, 11, 23, 2, 30),
                                                key,
                                                Map.of(),
                                                Map.of(),
                                                "job: " + key),
                                        "ann"),
                        "ann@1");
        ledgers.chunks().raiseFence(run);
        return run;
    }

    private static boolean holds(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static void await(String url, String sql) throws SQLException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!holds(url, sql)) {
            assertThat(System.nanoTime()).as(sql).isLessThan(deadline);
        }
    }
}

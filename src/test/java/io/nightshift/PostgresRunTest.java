package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.CrashTrial.Outputs;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Runs with results, and the record of runs, on PostgreSQL: the same result as in the embedded database, bit for bit, through
 * kills, frozen owners, lost connections and races. Each command is a process of its own.
 */
class PostgresRunTest {

    /** Of runs whose owner is to be frozen after one of the last chunks, some are over by then. */
    private static final int MOST_OVER = 3;

    private static final String CHUNKS_OF_OWNER = "select count(*) from nightshift_chunk where attempt = 1";
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static String expected = "";
    /** Of the plan, which is the same whatever the database. */
    private static int chunks;

    /** Which databases have which role. */
    enum Roles {
        /** Metadata and results in one database. */
        ONE_SERVER,
        /** Metadata in the home, results on a server. */
        RESULTS_ONLY,
        /** Metadata and results in two databases. */
        TWO_SERVERS
    }

    @TempDir
    Path directory;

    private String results = "";
    private String metadata = "";

    @BeforeAll
    static void runEmbedded(@TempDir Path directory) throws Exception {
        CrashTrial embedded = new CrashTrial(directory, "embedded", Outputs.BOTH);
        embedded.runToEnd();
        expected = embedded.digest();
        chunks = embedded.ask("query", "select count(*) from nightshift_chunk")
                .outJson()
                .get("rows")
                .get(0)
                .get(0)
                .asInt();
    }

    @BeforeEach
    void newDatabases() {
        results = PostgresServer.newDatabase();
        metadata = PostgresServer.newDatabase();
    }

    private CrashTrial trial(Roles roles) throws Exception {
        String databases = "databases:\n  a: {url: '" + results + "', user: postgres}\n  b: {url: '" + metadata
                + "', user: postgres}\nlease: 2s\nresults: a\n";
        String role =
                switch (roles) {
                    case ONE_SERVER -> "metadata: a\n";
                    case RESULTS_ONLY -> "";
                    case TWO_SERVERS -> "metadata: b\n";
                };
        return new CrashTrial(directory, "trial-" + results.hashCode(), Outputs.BOTH, databases + role, results);
    }

    private long count(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(results, "postgres", "");
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Roles.class)
    void givesWhatTheEmbeddedDatabaseGives(Roles roles) throws Exception {
        CrashTrial trial = trial(roles);
        NightshiftProcess.Result run = trial.launch(List.of()).await();
        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(trial.digest()).isEqualTo(expected);

        NightshiftProcess.Result query = trial.command(List.of(), "query", "select count(*) as n from crash_current")
                .await();
        assertThat(query.json().get("rows").toString()).as(query.err()).isEqualTo("[[200000]]");
        NightshiftProcess.Result listed = trial.command(List.of(), "runs").await();
        assertThat(listed.json().get("runs").get(0).get("published").asBoolean())
                .isTrue();
    }

    @Test
    void aSecondRunAndTheWayBack() throws Exception {
        CrashTrial trial = trial(Roles.TWO_SERVERS);
        JsonNode first = trial.launch(List.of()).await().json();
        JsonNode second = trial.launch(List.of()).await().json();
        assertThat(count("select count(distinct run_id) from crash_current")).isEqualTo(1);
        assertThat(count("select count(*) from crash where run_id = '"
                        + first.get("run").asString() + "'"))
                .isEqualTo(200_000);
        NightshiftProcess.Result back =
                trial.command(List.of(), "publish", first.get("run").asString()).await();
        assertThat(back.exit()).as(back.err()).isZero();
        assertThat(count("select count(*) from crash_current where run_id = '"
                        + first.get("run").asString() + "'"))
                .isEqualTo(200_000);
        assertThat(second.get("state").asString()).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @EnumSource(
            value = Roles.class,
            names = {"ONE_SERVER", "TWO_SERVERS"})
    void killedRunsEndWithTheSameResult(Roles roles) throws Exception {
        killAndCompare(roles, 2);
    }

    @ParameterizedTest
    @EnumSource(Roles.class)
    @Tag("slow")
    void manyKilledRunsEndWithTheSameResult(Roles roles) throws Exception {
        killAndCompare(roles, 70);
    }

    private void killAndCompare(Roles roles, int kills) throws Exception {
        Seed seed = Seed.next();
        System.out.println("PostgresRunTest " + roles + " " + seed);
        RandomKills killed = RandomKills.measured(trial(roles), seed.random(), kills);
        while (killed.areLeft()) {
            newDatabases();
            CrashTrial trial = trial(roles);
            killed.during(trial);
            assertThat(trial.digest()).as(seed.toString()).isEqualTo(expected);
            trial.remove();
        }
        System.out.println("PostgresRunTest " + roles + ": " + killed);
    }

    @ParameterizedTest
    @EnumSource(Roles.class)
    void aProcessThatDiesBetweenPublishingAndItsRecordHasPublished(Roles roles) throws Exception {
        CrashTrial trial = trial(roles);
        assertThat(trial.launch(List.of("-Dnightshift.failpoint=results_published:1"))
                        .await()
                        .exit())
                .isEqualTo(137);
        JsonNode run = trial.settledRun();
        assertThat(run.get("state").asString()).isEqualTo("COMPLETED");
        assertThat(run.get("rows").get("read").asLong()).isEqualTo(200_000);
        assertThat(trial.digest()).isEqualTo(expected);
    }

    @Test
    void aFrozenOwnerIsReplacedAndCanCommitNothingWhenItWakes() throws Exception {
        freeze(1);
    }

    @Test
    @Tag("slow")
    void manyFrozenOwnersAreReplaced() throws Exception {
        freeze(100);
    }

    /** Freezes so many owners, each after so many chunks and at a moment that chance chooses. */
    private void freeze(int owners) throws Exception {
        Seed seed = Seed.next();
        System.out.println("PostgresRunTest, frozen owners, " + seed);
        Random random = seed.random();
        int early = 0;
        int over = 0;
        for (int frozen = 0; frozen < owners; ) {
            assertThat(over)
                    .as("runs that were over before their owner was frozen, %s", seed)
                    .isLessThanOrEqualTo(owners + MOST_OVER);
            newDatabases();
            CrashTrial trial = trial(Roles.ONE_SERVER);
            NightshiftProcess owner = trial.launch(List.of());
            try {
                awaitChunks(random.nextInt(1, chunks), owner);
                LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(50)));
                boolean wakesEarly = random.nextBoolean();
                if (owner.isAlive() && isReplaced(trial, owner, wakesEarly, seed + ", owner " + frozen)) {
                    frozen++;
                    early += wakesEarly ? 1 : 0;
                    System.out.println(frozen + " of " + owners + " owners replaced");
                } else {
                    over++;
                }
            } finally {
                // Frozen, it would outlive a test that fails.
                owner.killAfter(0);
            }
            trial.remove();
        }
        System.out.println("PostgresRunTest: " + owners + " owners frozen and replaced, " + early
                + " woken before the next attempt and the others after it; " + over + " runs were over before");
    }

    /** Returns false where the run was published before its owner was frozen. */
    private boolean isReplaced(CrashTrial trial, NightshiftProcess owner, boolean wakesEarly, String as)
            throws Exception {
        owner.signal("STOP");
        JsonNode run = trial.settledRun();
        if (run.get("state").asString().equals("COMPLETED")) {
            owner.signal("CONT");
            owner.await();
            assertThat(trial.digest()).as(as).isEqualTo(expected);
            return false;
        }
        assertThat(run.get("state").asString()).as(as).isEqualTo("FAILED");
        assertThat(run.get("failure").get("code").asString()).as(as).isEqualTo("OWNER_LOST");
        long committed = count(CHUNKS_OF_OWNER);
        if (wakesEarly) {
            owner.signal("CONT");
        }
        trial.runToEnd();
        String digest = trial.digest();
        assertThat(digest).as(as).isEqualTo(expected);
        if (!wakesEarly) {
            owner.signal("CONT");
        }
        NightshiftProcess.Result woken = owner.await();
        assertThat(woken.exit()).as("%s: %s%s", as, woken.out(), woken.err()).isNotZero();
        assertThat(woken.out() + woken.err()).as(as).contains("LEASE_LOST");
        assertThat(count(CHUNKS_OF_OWNER)).as("chunks of the old token, %s", as).isEqualTo(committed);
        assertThat(count("select count(*) from nightshift_chunk")).as(as).isEqualTo(chunks);
        assertThat(count("select count(*) from crash"))
                .as("rows of all tokens, %s", as)
                .isEqualTo(200_000);
        assertThat(trial.digest()).as(as).isEqualTo(digest);
        assertThat(trial.newestRun().get("state").asString()).as(as).isEqualTo("COMPLETED");
        return true;
    }

    @Test
    void anOwnerFrozenWhileItWritesRowsIsInNobodysWay() throws Exception {
        CrashTrial trial = trial(Roles.ONE_SERVER);
        NightshiftProcess owner = trial.launch(List.of());
        awaitChunks(1, owner);
        try (Connection connection = DriverManager.getConnection(results, "postgres", "")) {
            connection.setAutoCommit(false);
            // Held back here, the owner is in the middle of writing rows when it is let go and frozen.
            try (Statement statement = connection.createStatement();
                    ResultSet tables = connection
                            .createStatement()
                            .executeQuery(
                                    "select relname from pg_class where relkind = 'r' and relname ~ '^crash_.*[0-9a-f]{32}$'")) {
                while (tables.next()) {
                    statement.execute("lock table \"" + tables.getString(1) + "\" in exclusive mode");
                }
            }
            String waiting = "select count(*) from pg_stat_activity where query like 'copy %' and wait_event_type = ";
            await(waiting + "'Lock'");
            owner.signal("STOP");
            connection.commit();
            await(waiting + "'Client'");
        }
        trial.runToEnd();
        assertThat(trial.digest()).isEqualTo(expected);
        owner.signal("CONT");
        NightshiftProcess.Result woken = owner.await();
        assertThat(woken.exit()).as(woken.out() + woken.err()).isNotZero();
        assertThat(woken.out() + woken.err()).contains("LEASE_LOST");
        assertThat(trial.digest()).isEqualTo(expected);
    }

    private void await(String count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (count(count) == 0) {
            assertThat(System.nanoTime()).as(count).isLessThan(deadline);
        }
    }

    @Test
    void ofTwoLaunchesAtOnceOneRunsAndTheOtherNamesIt() throws Exception {
        CrashTrial trial = trial(Roles.ONE_SERVER);
        List<NightshiftProcess> both = List.of(trial.launch(List.of()), trial.launch(List.of()));
        NightshiftProcess.Result one = both.get(0).await();
        NightshiftProcess.Result other = both.get(1).await();
        NightshiftProcess.Result winner = one.exit() == 0 ? one : other;
        NightshiftProcess.Result loser = one.exit() == 0 ? other : one;
        assertThat(winner.exit()).as(one.err() + other.err()).isZero();
        assertThat(loser.err())
                .contains("ALREADY_RUNNING")
                .contains(winner.json().get("run").asString());
        assertThat(trial.digest()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Roles.class)
    void lostConnectionsAreOrdinary(Roles roles) throws Exception {
        CrashTrial trial = trial(roles);
        NightshiftProcess process = trial.launch(List.of());
        for (int chunks = 5; chunks <= 80; chunks += 15) {
            awaitChunks(chunks, process);
            for (String database : List.of(results, metadata)) {
                try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                        Statement statement = connection.createStatement()) {
                    statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where application_name = 'nightshift' and datname = current_database()");
                }
            }
        }
        NightshiftProcess.Result run = process.await();
        assertThat(run.exit()).as(run.out() + run.err()).isZero();
        assertThat(run.json().get("attempt").asInt()).isEqualTo(1);
        assertThat(trial.digest()).isEqualTo(expected);
    }

    /** Waits until the ledger has so many chunks, or the process has ended. */
    private void awaitChunks(int chunks, NightshiftProcess process) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        try (Connection connection = DriverManager.getConnection(results, "postgres", "");
                PreparedStatement ledger = connection.prepareStatement("select to_regclass('nightshift_chunk')");
                PreparedStatement count = connection.prepareStatement("select count(*) from nightshift_chunk")) {
            // The ledger's tables come with the process.
            while (process.isAlive() && (first(ledger) == null || (Long) first(count) < chunks)) {
                assertThat(System.nanoTime()).as("%d chunks", chunks).isLessThan(deadline);
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private static @Nullable Object first(PreparedStatement statement) throws Exception {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getObject(1);
        }
    }
}

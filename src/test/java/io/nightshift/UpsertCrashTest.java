package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run that is merged into the current values, killed at random moments: readers see all values of the run before or all of this one,
 * after each kill, and in the end what an uninterrupted run gives.
 */
class UpsertCrashTest {

    private static final int ROWS = 200_000;
    /** Every second kill falls into so much of the run, counted from its end, where it is merged. */
    private static final double END = 0.35;

    @TempDir
    Path directory;

    enum Store {
        H2,
        POSTGRES
    }

    /** A home, and where its results are. */
    private final class Place {

        private final CrashTrial trial;
        private final @Nullable String url;

        Place(Store store, String name) throws Exception {
            url = store == Store.H2 ? null : PostgresServer.newDatabase();
            trial = new CrashTrial(
                    directory,
                    name,
                    CrashTrial.Outputs.MERGED,
                    url == null
                            ? null
                            : "databases: {a: {url: '" + url + "', user: postgres}}\nmetadata: a\nlease: 2s\n",
                    url);
        }

        private Connection connect() throws SQLException {
            return url == null
                    ? DriverManager.getConnection(
                            "jdbc:h2:file:" + trial.home().toAbsolutePath().resolve("nightshift"), "nightshift", "")
                    : DriverManager.getConnection(url, "postgres", "");
        }

        /** The one run whose values readers see, all of them and no others. */
        String seen() throws SQLException {
            try (Connection connection = connect();
                    ResultSet rows = connection
                            .createStatement()
                            .executeQuery(
                                    "select run_id, count(*), count(distinct flight_id), count(distinct published_at)"
                                            + " from crash_current group by run_id")) {
                assertThat(rows.next()).isTrue();
                String run = rows.getString(1);
                assertThat(List.of(rows.getLong(2), rows.getLong(3), rows.getLong(4)))
                        .as("rows, keys and times of run %s", run)
                        .containsExactly((long) ROWS, (long) ROWS, 1L);
                assertThat(rows.next()).as("rows of another run than %s", run).isFalse();
                return run;
            }
        }

        /** A run without interruption. */
        String run() throws Exception {
            NightshiftProcess.Result result = trial.launch(List.of()).await();
            assertThat(result.exit()).as(result.out() + result.err()).isZero();
            return result.json().get("run").asString();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKilledMergeIsWholeOrNotThere(Store store) throws Exception {
        killAndCompare(store, 1, 3);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void manyKilledMergesAreWholeOrNotThere(Store store) throws Exception {
        killAndCompare(store, 25, 4);
    }

    private void killAndCompare(Store store, int trials, int kills) throws Exception {
        Seed seed = Seed.next();
        System.out.println("UpsertCrashTest " + store + " " + seed);
        Random random = seed.random();
        Place expected = new Place(store, "expected");
        expected.run();
        long begin = System.nanoTime();
        expected.run();
        double whole = (System.nanoTime() - begin) / 1e6;
        int beforeTheMerge = 0;
        for (int number = 0; number < trials; number++) {
            Place place = new Place(store, "trial-" + number);
            String first = place.run();
            for (int kill = 0; kill < kills; kill++) {
                double moment = kill % 2 == 0 ? 1 - END * random.nextDouble() : random.nextDouble();
                NightshiftProcess process = kill == 0 ? place.trial.launch(List.of()) : place.trial.start(List.of());
                if (process == null) {
                    break;
                }
                process.killAfter((long) (whole * moment));
                beforeTheMerge += place.seen().equals(first) ? 1 : 0;
            }
            place.trial.runToEnd();
            String second = place.trial.newestRun().get("run").asString();
            assertThat(place.seen()).as("%s, trial %d", seed, number).isEqualTo(second);
            assertThat(place.trial.digest()).as("%s, trial %d", seed, number).isEqualTo(expected.trial.digest());
        }
        System.out.println(
                "UpsertCrashTest " + store + ": " + beforeTheMerge + " kills before the merge was committed");
    }
}

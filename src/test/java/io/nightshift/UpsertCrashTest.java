package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.cli.CommandRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * A run that is merged into the current values, killed at random moments: readers see all values of the run before or all of this one,
 * after each kill, and in the end what an uninterrupted run gives.
 */
class UpsertCrashTest {

    private static final int ROWS = 200_000;
    /** Every second kill falls into so much of the run, counted from its end, where it is merged. */
    private static final double END = 0.35;

    private static final int KILLED = 137;
    private static final int MOST_TRIES = 5;

    @TempDir
    Path directory;

    enum Store {
        H2,
        POSTGRES
    }

    /** A home, and where its results are. */
    private final class Place {

        private final CrashTrial trial;

        Place(Store store, String name) throws Exception {
            String url = store == Store.H2 ? null : PostgresServer.newDatabase();
            trial = new CrashTrial(
                    directory,
                    name,
                    CrashTrial.Outputs.MERGED,
                    url == null
                            ? null
                            : "databases: {a: {url: '" + url + "', user: postgres}}\nmetadata: a\nlease: 2s\n",
                    url);
        }

        /** The one run whose values readers see, all of them and no others. */
        String seen() {
            CommandRun query = trial.ask(
                    "query",
                    "select cast(run_id as varchar), count(*), count(distinct flight_id), count(distinct published_at)"
                            + " from crash_current group by run_id");
            assertThat(query.exitCode()).as(query.err()).isZero();
            JsonNode runs = query.outJson().get("rows");
            assertThat(runs).as("runs whose values readers see: %s", runs).hasSize(1);
            String run = runs.get(0).get(0).asString();
            assertThat(runs.get(0).toString())
                    .as("run, rows, keys and times")
                    .isEqualTo("[\"" + run + "\"," + ROWS + "," + ROWS + ",1]");
            return run;
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
        killAndCompare(store, 1, 2);
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
        int before = 0;
        for (int number = 0; number < trials; number++) {
            Place place = new Place(store, "trial-" + number);
            String seen = place.run();
            int killed = 0;
            for (int i = 0; killed < kills; i++) {
                assertThat(i).as("runs that were over before their kill").isLessThan(MOST_TRIES * kills);
                NightshiftProcess begun = place.trial.start(List.of());
                NightshiftProcess process = begun == null ? place.trial.launch(List.of()) : begun;
                double moment = i % 2 == 0 ? 1 - END * random.nextDouble() : random.nextDouble();
                boolean alive = process.killAfter((long) (whole * moment)).exit() == KILLED;
                String now = place.seen();
                killed += alive ? 1 : 0;
                before += alive && now.equals(seen) ? 1 : 0;
                seen = now;
            }
            place.trial.runToEnd();
            String last = place.trial.newestRun().get("run").asString();
            assertThat(place.seen()).as("%s, trial %d", seed, number).isEqualTo(last);
            assertThat(place.trial.digest()).as("%s, trial %d", seed, number).isEqualTo(expected.trial.digest());
        }
        System.out.println("UpsertCrashTest " + store + ": " + trials * kills + " kills, " + before
                + " before the merge was committed");
    }
}

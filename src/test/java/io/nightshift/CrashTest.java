package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.failure.Failpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promise 3: a run that is killed anywhere and restarted gives the same result, bit for bit, as an uninterrupted one. Each
 * run is a process of its own that dies by SIGKILL or at a failpoint; results are compared by a digest over what an
 * independent reader sees in the table and in the files.
 */
class CrashTest {

    @TempDir
    Path directory;

    private final Seed seed = Seed.next();
    private final Random random = seed.random();

    @ParameterizedTest
    @EnumSource(value = CrashTrial.Outputs.class, mode = EnumSource.Mode.EXCLUDE, names = "MERGED")
    void killedRunsEndWithTheSameResult(CrashTrial.Outputs outputs) throws Exception {
        killAndCompare(outputs, 5);
    }

    @ParameterizedTest
    @EnumSource(value = CrashTrial.Outputs.class, mode = EnumSource.Mode.EXCLUDE, names = "MERGED")
    @Tag("slow")
    void manyKilledRunsEndWithTheSameResult(CrashTrial.Outputs outputs) throws Exception {
        killAndCompare(outputs, 200);
    }

    private void killAndCompare(CrashTrial.Outputs outputs, int kills) throws Exception {
        System.out.println("CrashTest " + outputs + " " + seed);
        CrashTrial expected = new CrashTrial(directory, "expected", outputs);
        RandomKills killed = RandomKills.measured(expected, random, kills);
        String digest = expected.digest();
        for (int number = 0; killed.areLeft(); number++) {
            CrashTrial trial = new CrashTrial(directory, "trial-" + number, outputs);
            killed.during(trial);
            assertThat(trial.digest()).as("%s, trial %d", seed, number).isEqualTo(digest);
            trial.remove();
        }
        System.out.println("CrashTest " + outputs + ": " + killed);
    }

    @ParameterizedTest
    @EnumSource(value = Failpoint.class, mode = EnumSource.Mode.MATCH_NONE, names = "(REDRIVE|PURGE)_.*")
    @Tag("slow")
    void haltingAtEveryNamedPointLosesNothing(Failpoint point) throws Exception {
        CrashTrial expected = new CrashTrial(directory, "expected", CrashTrial.Outputs.BOTH);
        expected.runToEnd();
        for (int passing = 1; passing <= 2; passing++) {
            CrashTrial trial = new CrashTrial(directory, point + "-" + passing, CrashTrial.Outputs.BOTH);
            String armed = point.name().toLowerCase(Locale.ROOT) + ":" + passing;
            int exit = trial.launch(List.of("-Dnightshift.failpoint=" + armed))
                    .await()
                    .exit();
            if (passing == 1) {
                assertThat(exit).as("%s was passed", armed).isEqualTo(137);
            }
            trial.runToEnd();
            assertThat(trial.digest()).as(armed).isEqualTo(expected.digest());
        }
    }
}

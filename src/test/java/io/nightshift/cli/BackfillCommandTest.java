package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.backfill.BackfillDate.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Backfills as people ask for them and look at them. */
final class BackfillCommandTest {

    private static final String PARAMETER = "parameters: {day: {type: date, default: '${logical_date}'}}\n";

    @TempDir
    Path folder;

    @Test
    void isQueuedShownStoppedAndResumed() {
        SmallJob job = SmallJob.in(folder).definition(PARAMETER);
        CommandRun asked = job.command(
                "backfill", job.file.toString(), "--from", "2001-01-01", "--to", "2001-01-05", "--parallel", "2");
        assertThat(asked.exitCode()).as(asked.err()).isZero();
        assertThat(asked.out())
                .contains(
                        "backfill 1 of job small",
                        "state    RUNNING",
                        "[.....]  5 waiting",
                        "every 1d, 2 at once, only missing");
        assertThat(asked.err()).contains("no process serves now", "needs this home for itself");
        JsonNode listed = job.command("--output", "json", "backfills").outJson().get("backfills");
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("counts").get("waiting").asInt()).isEqualTo(5);
        assertThat(job.command("backfills").out().lines().map(line -> line.replaceAll(" +", " ")))
                .first()
                .isEqualTo("BACKFILL JOB FROM TO STATE DATES DONE RUNNING WAITING FAILED SKIPPED BY");
        assertThat(job.command("backfill", "stop", "1").out())
                .contains("state    STOPPED: by ")
                .contains("         5 waiting")
                .doesNotContain("[");
        assertThat(job.command("backfill", "resume", "1").out()).contains("state    RUNNING: resumed by ");
        JsonNode shown =
                job.command("--output", "json", "backfill", "show", "1").outJson();
        assertThat(shown.get("by_date")).hasSize(5);
        assertThat(shown.get("by_date").get(4).get("logical_date").asString()).isEqualTo("2001-01-05T00:00:00");
    }

    @Test
    void aDayByTheHourIsAWholeDay() {
        SmallJob job = SmallJob.in(folder).definition(PARAMETER);
        JsonNode asked = job.command(
                        "--output",
                        "json",
                        "backfill",
                        job.file.toString(),
                        "--from",
                        "2001-01-01",
                        "--to",
                        "2001-01-01",
                        "--every",
                        "1h")
                .outJson();
        assertThat(asked.get("dates").asInt()).isEqualTo(24);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            backfill JOB --to 2001-01-05                                          | USAGE | say what to run and when
            backfill                                                              | USAGE | say what to run and when
            backfill JOB --from yesterday --to 2001-01-05                         | USAGE | --from 'yesterday' is neither a date
            backfill JOB --from 2001-01-05 --to 2001-01-04                        | USAGE | ends before it begins
            backfill JOB --from 0001-01-01 --to 9999-12-31 --every 1m             | USAGE | more than 100000 dates
            backfill JOB --from 2001-01-01 --to 2001-01-05 --only some            | USAGE | --only
            backfill JOB --from 2001-01-01 --to 2001-01-05 --parallel 0           | USAGE | from 1 to 1000 runs at once
            backfill JOB --from 2001-01-01 --to 2001-01-05 --wait                 | USAGE | would wait for ever
            backfill JOB --from 2001-01-01 --to 2001-01-05 -p dya=1               | PARAMETER_INVALID | has no parameter 'dya'
            backfill flight-dealy --from 2001-01-01 --to 2001-01-05               | JOB_UNKNOWN | did you mean 'flight-delay'
            backfill show 7                                                       | BACKFILL_UNKNOWN | there is no backfill 7
            backfill stop seven                                                   | USAGE | seven
            """)
    void refusesWhatCannotBe(String command, String code, String message) {
        SmallJob job = SmallJob.in(folder).definition(PARAMETER);
        CommandRun refused = job.command(Stream.concat(
                        Stream.of("--output", "json"),
                        Stream.of(command.strip()
                                .replace("JOB", job.file.toString())
                                .split(" ")))
                .toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errJson().get("code").asString()).as(refused.err()).isEqualTo(code);
        assertThat(refused.errJson().get("message").asString()).contains(message);
        assertThat(job.command("--output", "json", "backfills").outJson().get("backfills"))
                .isEmpty();
    }

    @Test
    void theBarShowsWhatNeedsAttention() {
        assertThat(BackfillReport.bar(List.of(State.values()))).isEqualTo(".:>#x!-");
        List<State> many = new ArrayList<>(Collections.nCopies(600, State.DONE));
        many.set(15, State.FAILED);
        many.set(599, State.WAITING);
        assertThat(BackfillReport.bar(many)).isEqualTo("#x" + "#".repeat(57) + ".");
    }
}

package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Whatever becomes of a redrive: rows read are those predicted, rejected and filtered, by the run, its chunks, its tables and its aggregates. */
class RedriveBalanceTest {

    private static final int ROWS = 1000;
    private static final int FILTERED = 100;

    @TempDir
    Path folder;

    enum Store {
        H2,
        POSTGRES
    }

    private SmallJob job(Store store) throws Exception {
        SmallJob job = limited(SmallJob.in(folder), 700).definition("""
                rejects: {max_rows: 1000, max_share: 100%}
                aggregates: [{name: all, measures: {n: {count: "*"}, top: {max: score}}}]
                compute: {threads: 2, batch_rows: 64, chunk_rows: 128}
                """);
        Files.writeString(
                job.file,
                Files.readString(job.file)
                        .replaceAll(
                                "(?m)parquet: \\{path: '(.*)'}",
                                "parquet: {path: '$1', where: [{column: id, from: " + FILTERED + "}]}"));
        return store == Store.H2 ? job : job.onServer(PostgresServer.newDatabase());
    }

    /** A model that gives no more than this. */
    private static SmallJob limited(SmallJob job, int most) {
        return job.signature(SmallJob.SIGNATURE.replace("column: score}", "column: score, range: [0, " + most + "]}"));
    }

    private static JsonNode redrive(SmallJob job, String run) {
        CommandRun redrive = job.command("--output", "json", "redrive", run);
        assertThat(redrive.exitCode()).as(redrive.out() + redrive.err()).isZero();
        return redrive.outJson();
    }

    private static void requireBalance(SmallJob job, String run, int rejected) {
        String read = Integer.toString(ROWS);
        String predicted = Integer.toString(ROWS - FILTERED - rejected);
        JsonNode rows =
                job.command("--output", "json", "runs", "show", run).outJson().get("rows");
        assertThat(rows.toString())
                .isEqualTo("{\"read\":" + read + ",\"predicted\":" + predicted + ",\"rejected\":" + rejected
                        + ",\"filtered\":" + FILTERED + "}");
        assertThat(job.rows("select sum(rows_read), sum(rows_predicted), sum(rows_rejected), sum(rows_filtered)"
                        + " from nightshift_chunk"))
                .containsExactly(List.of(read, predicted, Integer.toString(rejected), Integer.toString(FILTERED)));
        assertThat(job.rows("select count(*) from nightshift_chunk where rows_predicted < 0 or rows_rejected < 0 or"
                        + " rows_filtered < 0 or rows_read <> rows_predicted + rows_rejected + rows_filtered"))
                .as("chunks that do not balance")
                .containsExactly(List.of("0"));
        assertThat(job.rows("select count(*), count(distinct id) from small_current"))
                .containsExactly(List.of(predicted, predicted));
        assertThat(job.rows("select count(*), count(distinct id) from small_rejects_current"))
                .containsExactly(List.of(Integer.toString(rejected), Integer.toString(rejected)));
        assertThat(job.rows("select count(*) from small_current p join small_rejects_current r on r.id = p.id"))
                .as("rows that are both")
                .containsExactly(List.of("0"));
        assertThat(job.rows("select n from small_all_current")).containsExactly(List.of(predicted));
    }

    @ParameterizedTest
    @EnumSource
    void theSameRowsMayBeRedrivenAgainAndAgain(Store store) throws Exception {
        SmallJob job = job(store);
        String run = job.completes().get("run").asString();
        requireBalance(job, run, 299);
        limited(job, 900);
        redrive(job, run);
        requireBalance(job, run, 99);
        JsonNode again = redrive(job, run);
        assertThat(again.get("attempt").asInt()).isEqualTo(3);
        assertThat(again.get("metrics").get("rows_recovered").asDouble()).isZero();
        requireBalance(job, run, 99);
        limited(job, 0);
        redrive(job, run);
        requireBalance(job, run, 99);
        job.signature(SmallJob.SIGNATURE);
        redrive(job, run);
        requireBalance(job, run, 0);
        assertThat(redrive(job, run).get("attempt").asInt())
                .as("nothing is left to redrive")
                .isEqualTo(5);
        requireBalance(job, run, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "H2, redrive_batch_written:2",
        "H2, redrive_committing:1",
        "H2, redrive_committed:1",
        "POSTGRES, redrive_batch_written:2",
        "POSTGRES, redrive_committing:1",
        "POSTGRES, redrive_committed:1"
    })
    void aKilledRedriveLeavesABalance(Store store, String failpoint) throws Exception {
        SmallJob job = job(store);
        String run = job.completes().get("run").asString();
        limited(job, 900);
        List<String> command = new ArrayList<>();
        Path configuration = folder.resolve("databases.yaml");
        if (Files.exists(configuration)) {
            command.addAll(List.of("--config", configuration.toString()));
        }
        command.addAll(List.of("redrive", run));
        NightshiftProcess.Result killed = NightshiftProcess.start(
                        job.home, List.of("-Dnightshift.failpoint=" + failpoint), command.toArray(String[]::new))
                .await();
        assertThat(killed.exit()).as(killed.out() + killed.err()).isEqualTo(137);
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!job.rows("select state from nightshift_run").equals(List.of(List.of("COMPLETED")))) {
            assertThat(System.nanoTime()).as("the run is its dead owner's").isLessThan(deadline);
        }
        boolean done = failpoint.startsWith("redrive_committed");
        requireBalance(job, run, done ? 99 : 299);
        redrive(job, run);
        requireBalance(job, run, 99);
        job.signature(SmallJob.SIGNATURE);
        redrive(job, run);
        requireBalance(job, run, 0);
    }
}

package io.nightshift.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Application;
import io.nightshift.MetadataPlace;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertSettings;
import io.nightshift.backfill.BackfillDate.State;
import io.nightshift.backfill.BackfillRequest.Selection;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFiles;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunSearch;
import io.nightshift.ledger.RunState;
import io.nightshift.onnx.OnnxBytes;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.QueueLimits;
import io.nightshift.queue.QueueWorkers;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What backfills do, on every database that may keep them. Runs are real, over one row for each day. */
abstract class BackfillContract {

    private static final LocalDateTime FIRST = LocalDateTime.of(2001, 3, 1, 0, 0);
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private Databases databases;
    private Home home;
    private ConfigurableApplicationContext context;
    private boolean working;

    abstract MetadataPlace place();

    @BeforeEach
    void open() throws Exception {
        databases =
                new Databases(Configuration.load(place().configuration(folder)).databases(), Map.of());
        home = place().home(folder);
        Clock clock = Clock.systemUTC();
        context = Application.start(
                home,
                databases,
                new AlertChannels(AlertSettings.DEFAULT, Map.of(), clock),
                new QueueLimits(1, Integer.MAX_VALUE, 4, Map.of(), 1000, 1000, Duration.ofSeconds(10)),
                clock);
        Files.createDirectories(folder.resolve("model"));
        Files.write(
                folder.resolve("model/model.onnx"),
                OnnxBytes.model(OnnxBytes.graph()
                                .node("Identity", "", "features", "score")
                                .input("features", OnnxBytes.FLOAT, 0, 1)
                                .output("score", OnnxBytes.FLOAT, 0, 1))
                        .toByteArray());
        model("");
        job("");
        input(1, 9);
    }

    @AfterEach
    void close() throws Exception {
        if (working) {
            context.getBean(QueueWorkers.class).close();
            context.getBean(NodeKeeper.class).close();
        }
        context.close();
        databases.close();
        home.close();
    }

    @Test
    void makesOneRunForEachDateAFewAtATime() {
        long id = create(9, 2, Selection.MISSING);
        keeper().look();
        keeper().look();
        assertThat(backfills().get(id).backfill().counts()).isEqualTo(Map.of(State.QUEUED, 4, State.WAITING, 5));
        work();
        Backfill done = end(id);
        assertThat(done.state()).isEqualTo(BackfillState.COMPLETED);
        assertThat(done.counts()).isEqualTo(Map.of(State.DONE, 9));
        List<RunRecord> runs = runs();
        assertThat(runs).hasSize(9).allSatisfy(run -> {
            assertThat(run.tags()).containsEntry("backfill", "" + id);
            assertThat(run.parameters())
                    .containsEntry("day", run.logicalDate().toLocalDate().toString());
        });
        assertThat(runs.stream().map(RunRecord::logicalDate).distinct()).hasSize(9);
        assertThat(backfills().list(new Backfills.Filter(null, null, null, 10))).containsExactly(done);
    }

    @Test
    void submitsEachDateOnceHoweverManyProcessesLook() throws Exception {
        long id = create(200, 1000, Selection.ALL);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            BackfillKeeper other = new BackfillKeeper(
                    context.getBean(BackfillTable.class),
                    context.getBean(BackfillRuns.class),
                    context.getBean(NodeKeeper.class),
                    context.getBean(io.nightshift.database.LedgerDatabases.class)
                            .metadata()
                            .transactions(),
                    Clock.systemUTC());
            Thread thread = new Thread(other::look);
            thread.setUncaughtExceptionHandler((where, thrown) -> failures.add(thrown));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(backfills().get(id).backfill().counts()).isEqualTo(Map.of(State.QUEUED, 200));
        assertThat(runs()).hasSize(200);
        assertThat(runs().stream().map(RunRecord::logicalDate).distinct()).hasSize(200);
    }

    @Test
    void aLiveRunComesBeforeAllThatWaits() throws Exception {
        long id = create(6, 3, Selection.MISSING);
        keeper().look();
        RunRecord live = context.getBean(RunQueue.class)
                .submit(
                        Submission.byHand(
                                JobFile.load(job("description: live\n")).resolve(JobFile.Launch.on(FIRST.plusDays(8))),
                                FIRST.plusDays(8),
                                Map.of(),
                                "ann",
                                0),
                        "ann");
        work();
        end(id);
        RunRecord ended = search().named(live.id().toString());
        assertThat(ended.state()).isEqualTo(RunState.COMPLETED);
        assertThat(runs().stream().filter(run -> run.tags().containsKey("backfill")))
                .hasSize(6)
                .allSatisfy(run -> assertThat(run.startedAt()).isAfter(ended.startedAt()));
    }

    @Test
    void skipsWhatIsDoneWithTheSameDefinitionAndModel() throws Exception {
        work();
        end(create(3, 2, Selection.MISSING));
        Backfill again = end(create(4, 2, Selection.MISSING));
        assertThat(again.counts()).isEqualTo(Map.of(State.SKIPPED, 3, State.DONE, 1));
        assertThat(backfills().get(again.id()).dates().get(0).reason())
                .contains("is complete with the same definition and model");
        assertThat(end(create(2, 2, Selection.ALL)).counts())
                .as("all of them, whatever there is")
                .isEqualTo(Map.of(State.DONE, 2));
        model("# another text of the model\n");
        assertThat(end(create(2, 2, Selection.MISSING)).counts())
                .as("another model")
                .isEqualTo(Map.of(State.DONE, 2));
        job("description: another definition\n");
        assertThat(end(create(2, 2, Selection.MISSING)).counts())
                .as("another definition")
                .isEqualTo(Map.of(State.DONE, 2));
        assertThat(end(create(2, 2, Selection.MISSING)).counts()).isEqualTo(Map.of(State.SKIPPED, 2));
    }

    @Test
    void goesOnWithFailedDatesOnly() throws Exception {
        Files.delete(folder.resolve("in/2001-03-02.parquet"));
        work();
        Backfill failed = end(create(3, 2, Selection.MISSING));
        assertThat(failed.state()).isEqualTo(BackfillState.FAILED);
        assertThat(failed.reason()).isEqualTo("1 of 3 dates are not done");
        assertThat(failed.counts()).isEqualTo(Map.of(State.DONE, 2, State.FAILED, 1));
        assertThat(backfills().get(failed.id()).dates().get(1).reason()).startsWith("INPUT_MISSING: ");
        input(2, 2);

        Backfill mended = end(create(4, 2, Selection.FAILED));
        assertThat(mended.counts()).isEqualTo(Map.of(State.DONE, 1, State.SKIPPED, 3));
        BackfillProgress progress = backfills().get(mended.id());
        assertThat(progress.dates().get(0).reason()).contains("is COMPLETED");
        assertThat(progress.dates().get(3).reason()).contains("it has no run");
        RunRecord run = search().named(String.valueOf(progress.dates().get(1).run()));
        assertThat(run.attempt()).as("another attempt of the run").isEqualTo(2);
        assertThat(progress.dates().get(1).run())
                .isEqualTo(backfills().get(failed.id()).dates().get(1).run());
        assertThat(backfills().get(failed.id()).backfill().counts()).isEqualTo(Map.of(State.DONE, 3));
    }

    @Test
    void stopsAndResumes() {
        long id = create(5, 1, Selection.MISSING);
        keeper().look();
        Backfill stopped = backfills().stop(id, "ann");
        assertThat(stopped.state()).isEqualTo(BackfillState.STOPPED);
        assertThat(stopped.counts()).isEqualTo(Map.of(State.STOPPED, 2, State.WAITING, 3));
        keeper().look();
        assertThat(backfills().get(id).backfill()).isEqualTo(stopped);
        refused(FailureCode.STATE_CONFLICT, "is STOPPED; only a running one", () -> backfills()
                .stop(id, "ann"));
        assertThat(backfills().resume(id, "ann").counts()).isEqualTo(Map.of(State.WAITING, 5));
        work();
        assertThat(end(id).counts()).isEqualTo(Map.of(State.DONE, 5));
        assertThat(runs()).hasSize(5);
        assertThat(runs().stream().filter(run -> run.attempt() == 2)).hasSize(2);
        refused(FailureCode.STATE_CONFLICT, "is COMPLETED; only a stopped", () -> backfills()
                .resume(id, "ann"));
    }

    @Test
    void resumesWhatFailed() throws Exception {
        Files.delete(folder.resolve("in/2001-03-02.parquet"));
        work();
        long id = create(3, 2, Selection.MISSING);
        assertThat(end(id).state()).isEqualTo(BackfillState.FAILED);
        input(2, 2);
        backfills().resume(id, "ann");
        assertThat(end(id).counts()).isEqualTo(Map.of(State.DONE, 3));
        assertThat(runs()).as("no second run").hasSize(3);
    }

    @Test
    void adoptsARunOfTheSameDefinitionThatIsActive() {
        long first = create(2, 1, Selection.MISSING);
        keeper().look();
        long second = create(2, 1, Selection.MISSING);
        keeper().look();
        assertThat(backfills().get(second).dates())
                .extracting(BackfillDate::run)
                .isEqualTo(backfills().get(first).dates().stream()
                        .map(BackfillDate::run)
                        .toList());
        work();
        end(first);
        assertThat(end(second).state()).isEqualTo(BackfillState.COMPLETED);
        assertThat(runs()).hasSize(2);
    }

    @Test
    void keepsTheDefinitionThatItWasAskedForWith() throws Exception {
        long id = create(2, 2, Selection.MISSING);
        Files.delete(folder.resolve("daily.yaml"));
        work();
        assertThat(end(id).counts()).isEqualTo(Map.of(State.DONE, 2));
    }

    @Test
    void refusesWhatCannotBeDone() {
        String job = file();
        refused(FailureCode.USAGE, "ends before it begins", () -> create(job, FIRST, FIRST.minusDays(1), "1d", 1));
        refused(
                FailureCode.USAGE,
                "more than 100000 dates",
                () -> create(job, FIRST, FIRST.plusSeconds(10_000_000), "1s", 1));
        refused(FailureCode.USAGE, "'0d' is no step", () -> create(job, FIRST, FIRST, "0d", 1));
        refused(FailureCode.USAGE, "'P-1D' is no step", () -> create(job, FIRST, FIRST, "P-1D", 1));
        refused(FailureCode.USAGE, "'PT0.5S' is no step", () -> create(job, FIRST, FIRST, "PT0.5S", 1));
        refused(FailureCode.USAGE, "'soon' is no step", () -> create(job, FIRST, FIRST, "soon", 1));
        refused(FailureCode.USAGE, "from 1 to 1000 runs at once, not 0", () -> create(job, FIRST, FIRST, "1d", 0));
        refused(FailureCode.JOB_UNKNOWN, "there is no job 'nihgtly'", () -> create("nihgtly", FIRST, FIRST, "1d", 1));
        refused(
                FailureCode.PARAMETER_INVALID,
                "has no parameter 'dya'",
                () -> create(request(job, null, Map.of("dya", "2001-01-01"))));
        refused(
                FailureCode.PARAMETER_INVALID,
                "parameter 'day'",
                () -> create(request(job, null, Map.of("day", "yesterday"))));
        refused(FailureCode.MODEL_UNKNOWN, "unknown model", () -> create(request(job, "no/such/model", Map.of())));
        refused(FailureCode.BACKFILL_UNKNOWN, "there is no backfill 77", () -> backfills()
                .get(77));
        refused(FailureCode.BACKFILL_UNKNOWN, "there is no backfill 77", () -> backfills()
                .stop(77, "ann"));
        refused(FailureCode.BACKFILL_UNKNOWN, "there is no backfill 77", () -> backfills()
                .resume(77, "ann"));
        assertThat(backfills().list(new Backfills.Filter(null, null, null, 10))).isEmpty();
    }

    @Test
    void aModelThatGoesAwayRefusesTheDatesAndIsMendedByResuming() throws Exception {
        long id = create(2, 2, Selection.MISSING);
        Path definition = folder.resolve("model/model.yaml");
        Files.move(definition, folder.resolve("kept.yaml"));
        keeper().look();
        Backfill failed = backfills().get(id).backfill();
        assertThat(failed.state()).isEqualTo(BackfillState.FAILED);
        assertThat(backfills().get(id).dates().get(0).reason()).startsWith("MODEL_UNKNOWN: ");
        Files.move(folder.resolve("kept.yaml"), definition);
        backfills().resume(id, "ann");
        work();
        assertThat(end(id).counts()).isEqualTo(Map.of(State.DONE, 2));
    }

    @Test
    void fillsParametersInFromTheLogicalDate() {
        work();
        long id = create(new BackfillRequest(
                        file(),
                        FIRST.plusDays(1),
                        FIRST.plusDays(2).plusHours(23),
                        "P1D",
                        1,
                        Selection.MISSING,
                        null,
                        Map.of("day", "${logical_date - 1d}")))
                .id();
        end(id);
        assertThat(runs())
                .extracting(run ->
                        run.logicalDate().toLocalDate() + " " + run.parameters().get("day"))
                .containsExactlyInAnyOrder("2001-03-02 2001-03-01", "2001-03-03 2001-03-02");
    }

    private void refused(FailureCode code, String message, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private long create(int days, int parallel, Selection selection) {
        return create(new BackfillRequest(
                        file(), FIRST, FIRST.plusDays(days - 1), "1d", parallel, selection, null, Map.of()))
                .id();
    }

    private void create(String job, LocalDateTime from, LocalDateTime to, String every, int parallel) {
        create(new BackfillRequest(job, from, to, every, parallel, Selection.MISSING, null, Map.of()));
    }

    private Backfill create(BackfillRequest request) {
        return backfills().create(JobFiles.find(JobFiles.FOLDER, request.job()), request, "ann");
    }

    private static BackfillRequest request(String job, @Nullable String model, Map<String, String> parameters) {
        return new BackfillRequest(job, FIRST, FIRST, "1d", 1, Selection.MISSING, model, parameters);
    }

    private void work() {
        working = true;
        context.getBean(NodeKeeper.class).start("none");
        context.getBean(QueueWorkers.class).start();
    }

    /** Works on the backfills until this one is at its end. */
    private Backfill end(long id) {
        long until = System.nanoTime() + DEADLINE_NANOS;
        while (true) {
            keeper().look();
            Backfill now = backfills().get(id).backfill();
            if (now.state() != BackfillState.RUNNING) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s", now).isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private String file() {
        return folder.resolve("daily.yaml").toString();
    }

    private Path job(String more) throws Exception {
        return Files.writeString(folder.resolve("daily.yaml"), """
                job: daily
                parameters: {day: {type: date, default: "${logical_date}"}}
                source: {parquet: {path: '%s/in/${day}.parquet'}}
                key: [id]
                model: '%s/model'
                output: {table: daily}
                """.formatted(folder, folder) + more);
    }

    private void model(String more) throws Exception {
        Files.writeString(folder.resolve("model/model.yaml"), """
                name: echo
                file: model.onnx
                inputs: [{tensor: features, features: [{column: x}]}]
                outputs: [{tensor: score, column: score}]
                """ + more);
    }

    private void input(int from, int to) throws Exception {
        Files.createDirectories(folder.resolve("in"));
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            for (int day = from; day <= to; day++) {
                Path file = folder.resolve("in/2001-03-0" + day + ".parquet");
                duck.createStatement()
                        .execute(
                                "copy (select " + day + " as id, 1.5::double as x) to '" + file + "' (format parquet)");
            }
        }
    }

    private List<RunRecord> runs() {
        return search().list(new RunSearch.Filter("daily", null, null, null, null, null, 1000));
    }

    private Backfills backfills() {
        return context.getBean(Backfills.class);
    }

    private BackfillKeeper keeper() {
        return context.getBean(BackfillKeeper.class);
    }

    private RunSearch search() {
        return context.getBean(RunSearch.class);
    }
}

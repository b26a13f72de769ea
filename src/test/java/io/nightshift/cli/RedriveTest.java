package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.run.RecordedJob;
import io.nightshift.run.RunControl;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was rejected is scored again into the same run, and the run is then as a new one would have been. */
class RedriveTest {

    private static final String LIMITED =
            SmallJob.SIGNATURE.replace("column: score}", "column: score, range: [0, 700]}");
    private static final String SETTINGS = """
            rejects: {max_rows: 1000, max_share: 100%}
            aggregates:
              - name: by_g
                group_by: [g]
                measures: {n: {count: "*"}, mean_score: {mean: score}, p90: {quantile: score, at: 0.9}}
            compute: {threads: 2, batch_rows: 64, chunk_rows: 128}
            """;

    @TempDir
    Path folder;

    enum Outputs {
        TABLE("output: {keep: [g], table: small}"),
        FILES("output: {keep: [g], parquet: 'OUT'}"),
        BOTH("output: {keep: [g], table: small, parquet: 'OUT'}");

        private final String yaml;

        Outputs(String yaml) {
            this.yaml = yaml;
        }
    }

    private SmallJob job(String name, Outputs outputs) throws Exception {
        SmallJob job = SmallJob.in(Files.createDirectories(folder.resolve(name)));
        return job.definition(
                outputs.yaml.replace("OUT", job.folder.resolve("out").toString()) + "\n" + SETTINGS);
    }

    private static String id(JsonNode run) {
        return run.get("run").asString();
    }

    private static JsonNode redriven(SmallJob job, JsonNode run, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--output", "json", "redrive", id(run)));
        arguments.addAll(List.of(more));
        CommandRun redrive = job.command(arguments.toArray(String[]::new));
        assertThat(redrive.exitCode()).as(redrive.out() + redrive.err()).isZero();
        return redrive.outJson();
    }

    private static CommandRun refused(SmallJob job, JsonNode run, String code) {
        CommandRun redrive = job.command("--output", "json", "redrive", id(run));
        assertThat(redrive.exitCode()).as(redrive.out() + redrive.err()).isNotZero();
        assertThat(redrive.errJson().get("code").asString()).as(redrive.err()).isEqualTo(code);
        return redrive;
    }

    private static void rows(JsonNode run, long read, long predicted, long rejected) {
        assertThat(run.get("rows").toString())
                .contains("\"read\":" + read, "\"predicted\":" + predicted, "\"rejected\":" + rejected);
    }

    /** All that readers see, of tables by SQL and of files by DuckDB, in one text. */
    private static String seen(SmallJob job, Outputs outputs) throws Exception {
        StringBuilder all = new StringBuilder();
        if (outputs != Outputs.FILES) {
            all.append(job.rows("select id, g, score from small_current order by id"));
            all.append(job.rows("select id, partition_number, row_number, reason, column_value from"
                    + " small_rejects_current order by id, row_number"));
            all.append(job.rows("select g, n, mean_score, p90 from small_by_g_current order by g"));
        }
        if (outputs != Outputs.TABLE) {
            all.append(files(job, "/predictions/", "id, g, score"));
            all.append(files(job, "/rejects/", "id, row_number, reason, column_value"));
            all.append(files(job, "/aggregates/", "g, n, mean_score, p90"));
        }
        return all.toString();
    }

    private static List<String> files(SmallJob job, String kind, String columns) throws Exception {
        Path out = job.folder.resolve("out");
        JsonNode manifest =
                JsonMapper.shared().readTree(out.resolve("manifest.json").toFile());
        List<String> paths = new ArrayList<>();
        for (JsonNode file : manifest.get("files")) {
            if (file.get("path").asString().contains(kind)) {
                paths.add("'" + out.resolve(file.get("path").asString()) + "'");
            }
        }
        List<String> rows = new ArrayList<>();
        if (paths.isEmpty()) {
            return rows;
        }
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet found = duck.createStatement()
                        .executeQuery("select " + columns + " from read_parquet(" + paths
                                + ", hive_partitioning = false) order by all")) {
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.append(found.getObject(i)).append(' ');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Outputs.class)
    void afterAWiderRangeTheRunIsAsAFreshOne(Outputs outputs) throws Exception {
        SmallJob job = job("a", outputs).signature(LIMITED);
        JsonNode run = job.completes();
        rows(run, 1000, 701, 299);
        job.signature(LIMITED.replace("700", "900"));
        JsonNode redriven = redriven(job, run);
        SmallJob fresh = job("b", outputs).signature(LIMITED.replace("700", "900"));
        fresh.completes();

        rows(redriven, 1000, 901, 99);
        assertThat(redriven.get("run")).isEqualTo(run.get("run"));
        assertThat(redriven.get("attempt").asInt()).isEqualTo(2);
        assertThat(redriven.get("metrics").get("rows_recovered").asDouble()).isEqualTo(200);
        assertThat(seen(job, outputs)).isEqualTo(seen(fresh, outputs));

        job.signature(SmallJob.SIGNATURE);
        rows(redriven(job, run), 1000, 1000, 0);
        fresh.signature(SmallJob.SIGNATURE).completes();
        assertThat(seen(job, outputs)).isEqualTo(seen(fresh, outputs));
        assertThat(job.rows("select sum(rows_read), sum(rows_predicted), sum(rows_rejected) from nightshift_chunk"))
                .containsExactly(List.of("1000", "1000", "0"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Outputs.class,
            names = {"TABLE", "BOTH"})
    void onAServerItIsTheSame(Outputs outputs) throws Exception {
        SmallJob job = job("a", outputs).signature(LIMITED).onServer(PostgresServer.newDatabase());
        JsonNode run = job.completes();
        rows(run, 1000, 701, 299);
        job.signature(LIMITED.replace("700", "900"));
        rows(redriven(job, run), 1000, 901, 99);
        SmallJob fresh = job("b", outputs).signature(LIMITED.replace("700", "900"));
        fresh.completes();
        assertThat(seen(job, outputs)).isEqualTo(seen(fresh, outputs));
    }

    @Test
    void theSnapshotNamesTheModelOfEachRedrive() throws Exception {
        SmallJob job = job("a", Outputs.TABLE).signature(LIMITED);
        JsonNode run = job.completes();
        SmallJob other = job("b", Outputs.TABLE);
        JsonNode redriven = redriven(job, run, "--model", other.model.toString());

        rows(redriven, 1000, 1000, 0);
        String snapshot = job.rows("select snapshot from nightshift_run").get(0).get(0);
        JsonNode recorded = JsonMapper.shared().readTree(snapshot);
        assertThat(recorded.get("model").get("folder").asString()).isEqualTo(job.model.toString());
        JsonNode redrive = recorded.get("redrives").get(0);
        assertThat(redrive.get("attempt").asInt()).isEqualTo(2);
        assertThat(redrive.get("rows_recovered").asLong()).isEqualTo(299);
        assertThat(redrive.get("input_changed").asBoolean()).isFalse();
        assertThat(redrive.get("model").get("folder").asString()).isEqualTo(other.model.toString());
        assertThat(job.rows("select from_state, to_state, attempt from nightshift_run_event order by sequence"))
                .endsWith(List.of("COMPLETED", "REDRIVING", "2"), List.of("REDRIVING", "COMPLETED", "2"));
    }

    @Test
    void wordsAddedToTheVocabularyAreNoLongerRejected() throws Exception {
        SmallJob job = job("a", Outputs.BOTH);
        Files.writeString(job.model.resolve("words.txt"), "g0\ng1\n");
        job.signature(SmallJob.SIGNATURE.replace(
                "{column: x}", "{column: g, transform: index, vocabulary: words.txt, unknown: reject}"));
        JsonNode run = job.completes();
        rows(run, 1000, 667, 333);
        String before = seen(job, Outputs.BOTH);
        Files.writeString(job.model.resolve("words.txt"), "g0\ng1\ng2\n");
        rows(redriven(job, run), 1000, 1000, 0);

        assertThat(job.rows("select count(*) from small_current where g = 'g2' and score = 3"))
                .containsExactly(List.of("333"));
        assertThat(seen(job, Outputs.BOTH)).isNotEqualTo(before);
        assertThat(files(job, "/predictions/", "id, g, score")).hasSize(1000);
    }

    @ParameterizedTest
    @EnumSource(Outputs.class)
    void valuesMendedInAFileAreScored(Outputs outputs) throws Exception {
        SmallJob job = job("a", outputs);
        job.input("select i as id, case when i % 100 = 7 then null else i::double end as x, 'g' || i % 3 as g"
                + " from range(1000) t(i)");
        JsonNode run = job.completes();
        rows(run, 1000, 990, 10);
        job.input("select i as id, case when i = 7 then null else i::double end as x, 'g' || i % 3 as g"
                + " from range(1000) t(i)");
        rows(redriven(job, run), 1000, 999, 1);
        SmallJob fresh = job("b", outputs);
        fresh.input("select i as id, case when i = 7 then null else i::double end as x, 'g' || i % 3 as g"
                + " from range(1000) t(i)");
        fresh.completes();

        assertThat(seen(job, outputs)).isEqualTo(seen(fresh, outputs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"i + 1", "case when i < 500 then i else i + 1 end"})
    void rowsThatMovedInAFileAreRefused(String id) throws Exception {
        SmallJob job = job("a", Outputs.BOTH);
        String rows = "select %s as id, case when i %% 100 = 7 then null else i::double end as x, 'g' || i %% 3 as g"
                + " from range(1000) t(i)";
        job.input(rows.formatted("i"));
        JsonNode run = job.completes();
        String before = seen(job, Outputs.BOTH);
        job.input(rows.formatted(id));

        CommandRun redrive = refused(job, run, "INPUT_CHANGED");
        assertThat(redrive.errJson().get("message").asString())
                .contains("is another one: id was ", "is as it was before the redrive");
        assertThat(seen(job, Outputs.BOTH)).isEqualTo(before);
        assertThat(job.rows("select state, attempt from nightshift_run")).containsExactly(List.of("COMPLETED", "2"));
        assertThat(job.folder.resolve("out/run=" + id(run) + "/predictions/redrive-2"))
                .doesNotExist();
    }

    @Test
    void aFileOfOtherRowGroupsIsRefused() throws Exception {
        SmallJob job = job("a", Outputs.FILES).signature(LIMITED);
        JsonNode run = job.completes();
        job.input("select * from (" + SmallJob.ROWS + ") union all select 1000, 1000, 'g1'");

        assertThat(refused(job, run, "INPUT_CHANGED").err()).contains("row group 0, had 1000 rows and has 1001");
    }

    @ParameterizedTest
    @EnumSource(Outputs.class)
    void aKeyThatIsThereAlreadyIsRefused(Outputs outputs) throws Exception {
        SmallJob job = job("a", outputs);
        job.input("select nullif(i, 5) as id, i::double as x, 'g' || i % 3 as g from range(1000) t(i)");
        JsonNode run = job.completes();
        rows(run, 1000, 999, 1);
        String before = seen(job, outputs);
        job.input("select case when i = 5 then 6 else i end as id, i::double as x, 'g' || i % 3 as g"
                + " from range(1000) t(i)");

        assertThat(refused(job, run, "DUPLICATE_KEY").err()).contains("id = 6");
        assertThat(seen(job, outputs)).isEqualTo(before);
    }

    @Test
    void aModelWithOtherOutputsIsRefused() throws Exception {
        for (Outputs outputs : Outputs.values()) {
            SmallJob job = SmallJob.in(Files.createDirectories(folder.resolve("outputs-" + outputs)))
                    .signature(LIMITED);
            job.definition(outputs.yaml.replace("OUT", job.folder.resolve("out").toString())
                    + "\nrejects: {max_rows: 1000, max_share: 100%}\n");
            JsonNode run = job.completes();
            job.signature(SmallJob.SIGNATURE.replace("column: score", "column: grade"));
            refused(job, run, "SCHEMA_MISMATCH");
            rows(job.command("--output", "json", "runs", "show", id(run)).outJson(), 1000, 701, 299);
        }
    }

    @Test
    void aStoppedRedriveLeavesTheRunAsItWas() throws Exception {
        SmallJob job = job("a", Outputs.BOTH).signature(LIMITED);
        JsonNode run = job.completes();
        String before = seen(job, Outputs.BOTH);
        job.signature(SmallJob.SIGNATURE);
        Terminal terminal = new Terminal(new ByteArrayOutputStream(), new ByteArrayOutputStream(), false);
        Clock clock = Clock.fixed(Instant.parse("2026-03-02T02:00:00Z"), ZoneOffset.UTC);
        Session session = new Session(terminal, clock, Map.of("NIGHTSHIFT_HOME", job.home.toString()));
        RunControl control = new RunControl();
        control.requestStop("maintenance");
        try (OpenHome home = OpenHome.open(session, "redrive")) {
            RunRecord found = home.search().named(id(run));
            RunRecord left = home.redriver().redrive(found, RecordedJob.of(found), "ann", control);
            assertThat(control.gaveUp()).isTrue();
            assertThat(left.state()).isEqualTo(RunState.COMPLETED);
            assertThat(left.rows()).isEqualTo(found.rows());
            assertThat(home.ledger().events(found.id())).last().satisfies(event -> assertThat(event.why())
                    .contains("stopped: maintenance"));
        }
        assertThat(seen(job, Outputs.BOTH)).isEqualTo(before);

        redriven(job, run);
        assertThat(seen(job, Outputs.BOTH)).isNotEqualTo(before);
    }

    @Test
    void aRunWithoutRejectsStaysAsItIs() throws Exception {
        SmallJob job = job("a", Outputs.TABLE);
        JsonNode run = job.completes();
        JsonNode redriven = redriven(job, run);

        rows(redriven, 1000, 1000, 0);
        assertThat(redriven.get("attempt").asInt()).isEqualTo(1);
    }

    @Test
    void aRunThatIsNotCompleteIsRefused() throws Exception {
        SmallJob job = job("a", Outputs.TABLE).signature(LIMITED);
        job.definition(SETTINGS.replace("max_rows: 1000", "max_rows: 5"));
        CommandRun failed = job.run();
        assertThat(failed.exitCode()).isEqualTo(3);
        CommandRun redrive = refused(job, failed.outJson(), "STATE_CONFLICT");

        assertThat(redrive.exitCode()).isEqualTo(2);
        assertThat(redrive.err()).contains("is FAILED; only COMPLETED runs can be redriven");
    }

    @ParameterizedTest
    @EnumSource(Outputs.class)
    void aRunThatReadersDoNotSeeStaysUnseen(Outputs outputs) throws Exception {
        SmallJob job = job("a", outputs).signature(LIMITED);
        JsonNode first = job.completes();
        job.signature(LIMITED.replace("700", "500"));
        assertThat(CommandRun.at(Instant.parse("2026-03-02T02:00:00Z"), job.home, "run", job.file.toString())
                        .exitCode())
                .isZero();
        String before = seen(job, outputs);
        job.signature(SmallJob.SIGNATURE);
        rows(redriven(job, first), 1000, 1000, 0);
        assertThat(seen(job, outputs)).isEqualTo(before);

        assertThat(CommandRun.at(Instant.parse("2026-03-03T02:00:00Z"), job.home, "publish", id(first))
                        .exitCode())
                .isZero();
        SmallJob fresh = job("b", outputs);
        fresh.completes();
        assertThat(seen(job, outputs)).isEqualTo(seen(fresh, outputs));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redrive_started:1",
                "redrive_batch_written:1",
                "redrive_batch_written:3",
                "redrive_files_in_place:1",
                "redrive_committing:1",
                "redrive_committed:1",
                "redrive_manifest_renamed:1",
                "manifest_renamed:1"
            })
    void aKilledRedriveIsDoneOrUndone(String failpoint) throws Exception {
        SmallJob job = job("a", Outputs.BOTH).signature(LIMITED);
        JsonNode run = job.completes();
        String before = seen(job, Outputs.BOTH);
        job.signature(SmallJob.SIGNATURE);
        NightshiftProcess.Result killed = NightshiftProcess.start(
                        job.home, List.of("-Dnightshift.failpoint=" + failpoint), "redrive", id(run))
                .await();
        assertThat(killed.exit()).as(killed.out() + killed.err()).isEqualTo(137);
        boolean done = List.of("redrive_committed:1", "redrive_manifest_renamed:1", "manifest_renamed:1")
                .contains(failpoint);
        // Whatever opens the home next mends it.
        job.rows("select 1");
        SmallJob fresh = job("b", Outputs.BOTH);
        fresh.completes();
        assertThat(seen(job, Outputs.BOTH)).isEqualTo(done ? seen(fresh, Outputs.BOTH) : before);

        redriven(job, run);
        assertThat(seen(job, Outputs.BOTH)).isEqualTo(seen(fresh, Outputs.BOTH));
        Path own = job.folder.resolve("out/run=" + id(run) + "/manifest.json");
        assertThat(own).hasSameTextualContentAs(job.folder.resolve("out/manifest.json"));
    }
}

package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.onnx.OnnxBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models that are missing, damaged, hostile or lying: the run fails with the reason and publishes nothing. */
final class BadModelTest {

    @TempDir
    Path folder;

    private SmallJob job;

    @BeforeEach
    void soundJob() {
        job = SmallJob.in(folder);
    }

    private static OnnxBytes onnx(OnnxBytes graph) {
        return OnnxBytes.model(graph);
    }

    @Test
    void theSoundModelScoresEveryRow() {
        JsonNode run = job.completes();
        assertThat(run.get("rows").get("predicted").asInt()).isEqualTo(1000);
        assertThat(job.published()).hasSize(1000);
        assertThat(job.published().get(7)).containsExactly("7", "7.0");
    }

    @Test
    void aFolderThatIsMissingIsNamed() {
        job.definition("").model.toFile();
        CommandRun run = job.run("--model", folder.resolve("modle").toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errJson().get("code").asString()).isEqualTo("MODEL_UNKNOWN");
        assertThat(run.errJson().get("message").asString())
                .contains(folder.resolve("modle").toString())
                .doesNotContain("//");
        assertThat(run.out()).isEmpty();
        assertThat(job.rows("select count(*) from nightshift_run")).hasToString("[[0]]");
    }

    @Test
    void aVersionWithoutARegistryIsRefusedBeforeARunIsMade() {
        CommandRun run = job.run("--model", "models:/echo@champion");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errJson().get("message").asString()).contains("models:/echo@champion", "registry");
        assertThat(job.command("--output", "json", "runs").outJson().get("runs"))
                .isEmpty();
    }

    @Test
    void filesThatAreMissingAreNamed() throws Exception {
        Files.delete(job.model.resolve("model.onnx"));
        job.fails(2, "DEFINITION_INVALID", "model.onnx");
        job.modelFile(
                new byte[0],
                SmallJob.SIGNATURE.replace("{column: x}", "{column: g, transform: index, vocabulary: words.txt}"));
        job.fails(2, "DEFINITION_INVALID", "words.txt", "model.yaml:5:");
        Files.delete(job.model.resolve("model.yaml"));
        CommandRun run = job.run();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errJson().get("code").asString()).isEqualTo("MODEL_UNKNOWN");
        assertThat(run.errJson().get("message").asString()).contains("has no model.yaml");
        assertThat(job.rows("select failure_code from nightshift_run"))
                .as("no run is made for it")
                .hasToString("[[DEFINITION_INVALID], [DEFINITION_INVALID]]");
    }

    @Test
    void anUnknownTransformGetsASuggestion() {
        job.signature(SmallJob.SIGNATURE.replace("{column: x}", "{column: x, transform: log1}"));
        job.fails(2, "DEFINITION_INVALID", "'log1'", "log1p", "model.yaml:5:");
    }

    @Test
    void tensorsThatDoNotFitTheSignatureAreListed() {
        job.signature(SmallJob.SIGNATURE
                .replace("tensor: features", "tensor: feature")
                .replace("tensor: score", "tensor: scores"));
        job.fails(1, "MODEL_SIGNATURE_MISMATCH", "did you mean 'features'", "did you mean 'score'");
        job.signature(SmallJob.SIGNATURE.replace("[{column: x}]", "[{column: x}, {column: id}]"));
        job.fails(1, "MODEL_SIGNATURE_MISMATCH", "2 features", "[?, 1]");
        job.signature(SmallJob.SIGNATURE.replace("column: score}", "column: score, type: int64}"));
        job.fails(1, "MODEL_SIGNATURE_MISMATCH", "int64", "float32");
    }

    @Test
    void goldenRowsThatDoNotMatchAreListed() throws Exception {
        job.signature(SmallJob.SIGNATURE + "golden: golden.json\n");
        job.fails(2, "DEFINITION_INVALID", "golden.json");
        Path golden = job.model.resolve("golden.json");
        Files.writeString(golden, "{\"rows\": [{\"input\": {\"x\": 2}, \"expected\": {\"score\": 2.5}}]}");
        job.fails(1, "GOLDEN_MISMATCH", "row 0", "score is 2.0, expected 2.5");
        Files.writeString(golden, "{\"rows\": [{\"input\": {\"x\": 2}, \"expected\"");
        job.fails(2, "DEFINITION_INVALID", "golden.json:1:");
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        byte[] sound = Files.readAllBytes(job.model.resolve("model.onnx"));
        job.modelFile(Arrays.copyOf(sound, sound.length / 2), SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "model.onnx");
        job.modelFile(new byte[0], SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "model.onnx");
        job.modelFile("<html>not found</html>".getBytes(StandardCharsets.UTF_8), SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "model.onnx");
        long seed = Long.getLong("nightshift.seed", System.nanoTime());
        System.out.println("BadModelTest seed " + seed);
        byte[] noise = new byte[4096];
        new Random(seed).nextBytes(noise);
        job.modelFile(noise, SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "model.onnx");
    }

    @Test
    void aFileThatReadsOthersIsRefused() throws Exception {
        Files.writeString(folder.resolve("secret.bin"), "12345678");
        OnnxBytes location = OnnxBytes.message().text(1, "location").text(2, "../secret.bin");
        OnnxBytes weight = OnnxBytes.message()
                .number(1, 1)
                .number(2, OnnxBytes.FLOAT)
                .text(8, "weight")
                .part(13, location)
                .number(14, 1);
        job.model(OnnxBytes.graph().node("Mul", "", "features weight", "score").part(5, weight), SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "weight", "other file");
    }

    @Test
    void operatorsFromElsewhereAreRefused() {
        job.model(OnnxBytes.graph().node("Steal", "evil.ops", "features", "score"), SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "evil.ops");
        job.model(OnnxBytes.graph().node("Nonsense", "", "features", "score"), SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "Nonsense");
    }

    @Test
    void anOpsetThatTheEngineDoesNotKnowIsRefused() {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Identity", "", "features", "score")
                .input("features", OnnxBytes.FLOAT, 0, 1)
                .output("score", OnnxBytes.FLOAT, 0, 1);
        OnnxBytes future = OnnxBytes.message()
                .number(1, 8)
                .part(8, OnnxBytes.message().text(1, "").number(2, 999))
                .part(7, graph);
        job.modelFile(future.toByteArray(), SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "999");
    }

    @Test
    void outputsThatAreNoRowsAreRefused() {
        job.modelFile(
                onnx(OnnxBytes.graph()
                                .node("Identity", "", "features", "score")
                                .input("features", OnnxBytes.FLOAT, 0, 1)
                                .output("score", OnnxBytes.STRING, 0, 1))
                        .toByteArray(),
                SmallJob.SIGNATURE);
        job.fails(1, "MODEL_INVALID", "score", "strings");
        job.modelFile(
                onnx(OnnxBytes.graph()
                                .node("Identity", "", "features", "score")
                                .input("features", OnnxBytes.FLOAT, 0, 1))
                        .toByteArray(),
                SmallJob.SIGNATURE);
        job.fails(1, "MODEL_SIGNATURE_MISMATCH", "output 'score'", "the model has []");
        job.modelFile(
                onnx(OnnxBytes.graph()
                                .node("Identity", "", "features", "score")
                                .input("features", OnnxBytes.FLOAT, 8, 1)
                                .output("score", OnnxBytes.FLOAT, 8, 1))
                        .toByteArray(),
                SmallJob.SIGNATURE);
        job.fails(1, "MODEL_SIGNATURE_MISMATCH", "open first dimension");
    }

    @Test
    void aModelThatGivesFewerRowsThanItGotScoresNothing() {
        job.model(OnnxBytes.graph().node("ReduceSum", "", "features", "score"), SmallJob.SIGNATURE);
        job.fails(1, "SCORING_FAILED", "shape (1, 1)", "1000 rows", "partition 0", "nothing was committed");
        assertThat(job.rows("select count(*) from small")).containsExactly(java.util.List.of("0"));
    }

    @Test
    void aModelThatThrowsOnOneRowNamesTheBatchAndKeepsEarlierChunks() {
        job.model(
                OnnxBytes.graph()
                        .constant("table", new int[] {990}, new float[990])
                        .node("Cast", "", "features", "index", OnnxBytes.intAttribute("to", OnnxBytes.INT64))
                        .node("Gather", "", "table index", "score"),
                SmallJob.SIGNATURE);
        job.definition("compute: {threads: 1, batch_rows: 100, chunk_rows: 300}\n");
        JsonNode run = job.fails(
                1, "SCORING_FAILED", "rows 300 to 399", "of partition 1", "900 rows in 3 chunks are committed");
        assertThat(run.get("rows").get("read").asInt()).isEqualTo(900);
        job.model(OnnxBytes.graph().node("Identity", "", "features", "score"), SmallJob.SIGNATURE);
        CommandRun restart =
                job.command("--output", "json", "restart", run.get("run").asString());
        assertThat(restart.exitCode()).isEqualTo(1);
        assertThat(restart.errJson().get("code").asString()).isEqualTo("MODEL_INVALID");
        assertThat(restart.errJson().get("message").asString())
                .contains("the model changed since the run was planned", "model.onnx", "start a new run");
    }

    @Test
    void outputsThatAreNotFiniteAreRejectedRowByRow() {
        job.model(
                OnnxBytes.graph()
                        .constant("one", new int[] {1}, 1f)
                        .node("Sub", "", "features one", "less")
                        .node("Log", "", "less", "score"),
                SmallJob.SIGNATURE);
        job.fails(3, "TOO_MANY_REJECTS", "2 of 1000 rows", "rejects.max_rows");
        job.definition("rejects: {max_rows: 2}\n");
        JsonNode run = job.completes();
        assertThat(run.get("rows").get("rejected").asInt()).isEqualTo(2);
        assertThat(run.get("rows").get("predicted").asInt()).isEqualTo(998);
        assertThat(job.rows("select id, reason, column_name from small_rejects_current order by id"))
                .hasToString("[[0, OUTPUT_NOT_FINITE, score], [1, OUTPUT_NOT_FINITE, score]]");
    }

    @Test
    void outputsOutOfTheirRangeAreRejected() {
        job.signature(SmallJob.SIGNATURE.replace("column: score}", "column: score, range: [0, 996]}"));
        job.definition("rejects: {max_rows: 3}\n");
        assertThat(job.completes().get("rows").get("rejected").asInt()).isEqualTo(3);
        assertThat(job.rows("select distinct reason from small_rejects_current"))
                .hasToString("[[OUTPUT_OUT_OF_RANGE]]");
    }
}

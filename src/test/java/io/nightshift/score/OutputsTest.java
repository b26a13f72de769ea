package io.nightshift.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Seed;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.NightshiftException;
import io.nightshift.onnx.OnnxBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of tiny ONNX models whose answers are known: every tensor type, every kind of output, every refusal. */
class OutputsTest {

    private static final int ROWS = 120;

    @TempDir
    private Path folder;

    private static Schema doubles(int columns) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            fields.add(new Field("x" + i, ColumnType.of(Kind.FLOAT64), true));
        }
        return new Schema(fields);
    }

    private static RecordBatch batch(Schema schema, double[]... rows) {
        RecordBatch batch = new RecordBatch(schema, rows.length);
        batch.clear(0);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < schema.size(); column++) {
                if (Double.isNaN(rows[row][column])) {
                    batch.column(column).setNull(row);
                } else {
                    ((DoubleColumn) batch.column(column)).values()[row] = rows[row][column];
                }
            }
        }
        batch.rows(rows.length);
        return batch;
    }

    private static List<String> texts(Column column) {
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < column.size(); row++) {
            texts.add(column.text(row));
        }
        return texts;
    }

    private static ScoredBatch score(LoadedModel model, RecordBatch batch) {
        try (BatchScorer scorer = model.newScorer(batch.schema(), List.of(), ROWS)) {
            return scorer.score(batch, 0, scorer.newSlot());
        }
    }

    @RepeatedTest(3)
    void everyTensorTypeGoesThroughUnchangedInOneModelOfSeveralInputs() {
        OnnxBytes graph = OnnxBytes.graph();
        int[] types = {OnnxBytes.FLOAT, OnnxBytes.DOUBLE, OnnxBytes.INT64, OnnxBytes.INT32, OnnxBytes.BOOL};
        String[] names = {"float32", "float64", "int64", "int32", "boolean"};
        StringBuilder inputs = new StringBuilder("inputs:\n");
        StringBuilder outputs = new StringBuilder("outputs:\n");
        for (int i = 0; i < types.length; i++) {
            // Half of them as [rows], half as [rows, 1].
            int[] shape = i % 2 == 0 ? new int[] {0} : new int[] {0, 1};
            graph.node("Identity", "", "i" + i, "o" + i);
            graph.input("i" + i, types[i], shape).output("o" + i, types[i], shape);
            String transform = names[i].equals("boolean") ? ", transform: boolean" : "";
            inputs.append("  - {tensor: i" + i + ", type: " + names[i] + ", features: [{column: " + names[i] + transform
                    + "}]}\n");
            outputs.append("  - {tensor: o" + i + ", type: " + names[i] + ", column: out_" + names[i] + "}\n");
        }
        Seed seed = Seed.next();
        Schema schema = RandomBatches.everyType(true).select(List.of(names));
        RecordBatch batch = new RandomBatches(seed.value(), 0.05).next(schema, ROWS);

        try (LoadedModel model = TensorModels.load(folder, graph, inputs.toString() + outputs)) {
            ScoredBatch scored = score(model, batch);

            assertThat(scored.predicted() + scored.rejected()).as("%s", seed).isEqualTo(ROWS);
            assertThat(scored.predicted()).as("%s", seed).isGreaterThan(0);
            for (String name : names) {
                assertThat(texts(scored.outputs().column("out_" + name)))
                        .as("%s, %s", seed, name)
                        .isEqualTo(texts(scored.input().column(name)));
            }
            assertThat(texts(scored.rejects().column(RejectColumns.REASON)))
                    .as("%s", seed)
                    .allMatch(reason -> reason.equals("MISSING_VALUE") || reason.equals("INVALID_VALUE"));
        }
    }

    @RepeatedTest(3)
    void labelsNameTheLargestElementAndItsProbability() {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Identity", "", "in", "out")
                .input("in", OnnxBytes.DOUBLE, 0, 3)
                .output("out", OnnxBytes.DOUBLE, 0, 3);
        Seed seed = Seed.next();
        Random random = seed.random();
        double[][] rows = new double[ROWS][3];
        for (double[] row : rows) {
            for (int i = 0; i < 3; i++) {
                // Few values, so that ties come up: the first of the largest is the class.
                row[i] = random.nextInt(3) / 2.0;
            }
        }
        String definition = """
                inputs:
                  - {tensor: in, type: float64, features: [{column: x0}, {column: x1}, {column: x2}]}
                outputs:
                  - {tensor: out, type: float64, column: class, labels: [red, green, blue], probability: p}
                """;
        try (LoadedModel model = TensorModels.load(folder, graph, definition)) {
            ScoredBatch scored = score(model, batch(doubles(3), rows));
            for (int row = 0; row < ROWS; row++) {
                int best = 0;
                for (int i = 1; i < 3; i++) {
                    best = rows[row][i] > rows[row][best] ? i : best;
                }
                assertThat(scored.outputs().column("class").text(row))
                        .as("%s, row %s", seed, row)
                        .isEqualTo(List.of("red", "green", "blue").get(best));
                assertThat(((DoubleColumn) scored.outputs().column("p")).values()[row])
                        .as("%s, row %s", seed, row)
                        .isEqualTo(rows[row][best]);
            }
        }
    }

    @Test
    void aWholeNumberIsItsOwnClassAndRejectedBeyondTheLabels() {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Identity", "", "in", "out")
                .input("in", OnnxBytes.INT64, 0)
                .output("out", OnnxBytes.INT64, 0);
        String definition = """
                inputs:
                  - {tensor: in, type: int64, features: [{column: n}]}
                outputs:
                  - {tensor: out, type: int64, column: class, labels: [bad, good]}
                """;
        Schema schema = new Schema(List.of(new Field("n", ColumnType.of(Kind.INT64), true)));
        RecordBatch batch = new RecordBatch(schema, 4);
        batch.clear(0);
        System.arraycopy(new long[] {1, 2, 0, -1}, 0, ((LongColumn) batch.column(0)).values(), 0, 4);
        batch.rows(4);
        try (LoadedModel model = TensorModels.load(folder, graph, definition)) {
            ScoredBatch scored = score(model, batch);
            assertThat(texts(scored.outputs().column("class"))).containsExactly("good", "bad");
            assertThat(texts(scored.rejects().column(RejectColumns.VALUE))).containsExactly("2", "-1");
            assertThat(texts(scored.rejects().column(RejectColumns.MESSAGE)))
                    .allMatch(message -> message.contains("a class number from 0 to 1"));
        }
    }

    @Test
    void aVectorMakesAColumnForEachElementByNameOrNumber() {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Identity", "", "in", "out")
                .node("Identity", "", "in", "again")
                .input("in", OnnxBytes.FLOAT, 0, 2)
                .output("out", OnnxBytes.FLOAT, 0, 2)
                .output("again", OnnxBytes.FLOAT, 0, 2);
        String definition = """
                inputs:
                  - {tensor: in, features: [{column: x0}, {column: x1}]}
                outputs:
                  - {tensor: out, columns: [left, right]}
                  - {tensor: again, column: part}
                """;
        try (LoadedModel model = TensorModels.load(folder, graph, definition)) {
            ScoredBatch scored = score(model, batch(doubles(2), new double[] {1, 2}, new double[] {3, 4}));
            assertThat(scored.outputs().schema().names()).containsExactly("left", "right", "part_0", "part_1");
            assertThat(texts(scored.outputs().column("left"))).containsExactly("1.0", "3.0");
            assertThat(texts(scored.outputs().column("part_1"))).containsExactly("2.0", "4.0");
        }
    }

    @Test
    void aBatchWaitsWhereAsManyAreScoredAsMayBe() throws Exception {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Identity", "", "in", "out")
                .input("in", OnnxBytes.FLOAT, 0)
                .output("out", OnnxBytes.FLOAT, 0);
        String definition = """
                inputs:
                  - {tensor: in, features: [{column: x0}]}
                outputs:
                  - {tensor: out, column: same}
                """;
        try (LoadedModel model = TensorModels.load(folder, graph, definition)) {
            model.turns().acquire();
            CompletableFuture<ScoredBatch> waiting =
                    CompletableFuture.supplyAsync(() -> score(model, batch(doubles(1), new double[] {5})));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!model.turns().hasQueuedThreads()) {
                assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
                assertThat(waiting.isDone()).isFalse();
                Thread.onSpinWait();
            }
            model.turns().release();
            assertThat(texts(waiting.get(1, TimeUnit.MINUTES).outputs().column("same")))
                    .containsExactly("5.0");
            assertThat(model.turns().availablePermits()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotFiniteOrOutOfRangeIsRejectedAndItsNeighboursKept() {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Exp", "", "in", "exp")
                .node("Identity", "", "in", "same")
                .input("in", OnnxBytes.FLOAT, 0)
                .output("exp", OnnxBytes.FLOAT, 0)
                .output("same", OnnxBytes.FLOAT, 0);
        String definition = """
                inputs:
                  - {tensor: in, features: [{column: x0, missing: nan}]}
                outputs:
                  - {tensor: exp, column: exp}
                  - {tensor: same, column: same, range: [-1, 100]}
                """;
        try (LoadedModel model = TensorModels.load(folder, graph, definition)) {
            RecordBatch batch = batch(
                    doubles(1),
                    new double[] {0},
                    new double[] {99},
                    new double[] {Double.NaN},
                    new double[] {-1},
                    new double[] {-1.5},
                    new double[] {1});
            ScoredBatch scored = score(model, batch);
            assertThat(texts(scored.outputs().column("same"))).containsExactly("0.0", "-1.0", "1.0");
            assertThat(texts(scored.rejects().column(RejectColumns.ROW))).containsExactly("1", "2", "4");
            assertThat(texts(scored.rejects().column(RejectColumns.REASON)))
                    .containsExactly("OUTPUT_NOT_FINITE", "OUTPUT_NOT_FINITE", "OUTPUT_OUT_OF_RANGE");
            assertThat(texts(scored.rejects().column(RejectColumns.VALUE))).containsExactly("Infinity", "NaN", "-1.5");
            assertThat(texts(scored.rejects().column(RejectColumns.COLUMN))).containsExactly("exp", "exp", "same");
        }
    }

    @Test
    void aSignatureThatDoesNotFitTheModelIsRefusedWithEveryDifference() {
        OnnxBytes graph = OnnxBytes.graph()
                .node("Identity", "", "in", "out")
                .input("in", OnnxBytes.FLOAT, 0, 2)
                .output("out", OnnxBytes.FLOAT, 0, 2);
        String definition = """
                inputs:
                  - {tensor: in, type: float64, features: [{column: x0}]}
                outputs:
                  - {tensor: ouut, column: y}
                """;
        assertThatThrownBy(() -> TensorModels.load(folder, graph, definition))
                .isInstanceOf(NightshiftException.class)
                .hasMessageContainingAll(
                        "float64", "1 features", "'ouut'", "did you mean 'out'?", "Nothing was scored");
    }
}

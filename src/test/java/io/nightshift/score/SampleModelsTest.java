package io.nightshift.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.data.FloatColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.ScoredBatch;
import io.nightshift.registry.GoldenRows;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelReference;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleModelsTest {

    @ParameterizedTest
    @ValueSource(strings = {"flight-delay", "flight-delay-gbdt-large", "flight-delay-mlp"})
    void givesGoldenRowsWithinOneMillionth(String name) {
        ModelFolder folder = ModelFolder.open(new ModelReference("sample-data/models/" + name), Path.of(""));
        GoldenRows golden = java.util.Objects.requireNonNull(folder.golden());
        assertThat(golden).isNotNull();
        assertThat(golden.size()).isEqualTo(20);
        try (LoadedModel model = LoadedModel.load(folder, DeviceChoice.cpu(), ThreadPlan.of(1, 1));
                BatchScorer scorer = model.newScorer(golden.schema(), List.of(), 1024)) {
            ScoredBatch scored = scorer.score(golden.newBatch(), 0, scorer.newSlot());
            assertThat(scored.predicted()).isEqualTo(20);
            FloatColumn column = (FloatColumn) scored.outputs().column("delay_probability");
            for (int row = 0; row < 20; row++) {
                assertThat((double) column.values()[row])
                        .isCloseTo((Double) golden.expected(row).get("delay_probability"), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flight-delay", "flight-delay-mlp"})
    void scoresABatchWithoutRows(String name) {
        ModelFolder folder = ModelFolder.open(new ModelReference("sample-data/models/" + name), Path.of(""));
        GoldenRows golden = java.util.Objects.requireNonNull(folder.golden());
        assertThat(golden).isNotNull();
        try (LoadedModel model = LoadedModel.load(folder, DeviceChoice.cpu(), ThreadPlan.of(1, 1));
                BatchScorer scorer = model.newScorer(golden.schema(), List.of("origin"), 16)) {
            RecordBatch empty = new RecordBatch(golden.schema(), 16);
            empty.clear(7);
            empty.rows(0);
            empty.skipped(3);
            ScoredBatch scored = scorer.score(empty, 0, scorer.newSlot());
            assertThat(scored.read()).isEqualTo(3);
            assertThat(scored.predicted()).isZero();
            assertThat(scored.rejected()).isZero();
            assertThat(model.device()).isEqualTo("cpu");
            assertThat(model.loadNanos()).isPositive();
        }
    }
}

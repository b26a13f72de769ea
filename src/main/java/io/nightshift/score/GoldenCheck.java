package io.nightshift.score;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.Column;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.registry.GoldenRows;
import io.nightshift.registry.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Scores a model's golden rows the way real rows are scored, and compares. */
final class GoldenCheck {

    private static final int MOST_SHOWN = 5;

    private GoldenCheck() {}

    /** @throws NightshiftException GOLDEN_MISMATCH naming rows, what was expected and what came */
    static void check(ModelFolder folder, LoadedModel model) {
        GoldenRows golden = folder.golden();
        if (golden == null) {
            return;
        }
        List<String> differences = new ArrayList<>();
        try (BatchScorer scorer = model.newScorer(golden.schema(), List.of(), golden.size())) {
            ScoredBatch scored = scorer.score(golden.newBatch(), 0, scorer.newSlot());
            for (int row = 0; row < scored.rejected(); row++) {
                differences.add("row " + scored.rejects().column("row_number").text(row) + " is rejected: "
                        + scored.rejects().column("message").text(row));
            }
            for (int row = 0; row < scored.predicted(); row++) {
                compare(golden, scored, row, differences);
            }
        }
        if (!differences.isEmpty()) {
            int shown = Math.min(MOST_SHOWN, differences.size());
            throw new NightshiftException(
                    FailureCode.GOLDEN_MISMATCH,
                    "the model '" + folder.signature().name() + "' does not give its golden rows' outputs: "
                            + String.join("; ", differences.subList(0, shown))
                            + (shown < differences.size() ? "; and " + (differences.size() - shown) + " more" : "")
                            + ". Nothing was scored",
                    golden.file(),
                    null);
        }
    }

    private static void compare(GoldenRows golden, ScoredBatch scored, int row, List<String> differences) {
        int number = (int) scored.input().rowNumber(row);
        for (Map.Entry<String, Object> expected : golden.expected(number).entrySet()) {
            String name = expected.getKey();
            if (!scored.outputs().schema().contains(name)) {
                differences.add("row " + number + " expects '" + name + "', but the model's outputs are "
                        + scored.outputs().schema().names());
                continue;
            }
            Column column = scored.outputs().column(name);
            if (!matches(expected.getValue(), column, row, golden.tolerance())) {
                differences.add("row " + number + ": " + name + " is " + column.text(row) + ", expected "
                        + expected.getValue() + " (tolerance " + golden.tolerance() + ")");
            }
        }
    }

    private static boolean matches(Object expected, Column column, int row, double tolerance) {
        if (expected instanceof Double number) {
            double got = numberOf(column, row);
            return Math.abs(got - number) <= tolerance * Math.max(1, Math.abs(number));
        }
        return String.valueOf(expected).equals(column.text(row));
    }

    private static double numberOf(Column column, int row) {
        return switch (column.type().layout()) {
            case FLOAT -> ((FloatColumn) column).values()[row];
            case DOUBLE -> ((DoubleColumn) column).values()[row];
            case LONG -> ((LongColumn) column).values()[row];
            case INT -> ((IntColumn) column).values()[row];
            case BOOLEAN -> ((BooleanColumn) column).values()[row] ? 1 : 0;
            case BYTES -> Double.NaN;
        };
    }
}

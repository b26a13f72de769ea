package io.nightshift.feature;

import io.nightshift.registry.Transform;
import java.util.List;

/** The steps of a feature, each over a whole batch. NaN stays NaN. */
final class NumberSteps {

    private interface Step {
        void apply(double[] values, int rows);
    }

    private final Step[] steps;

    NumberSteps(List<Transform.Step> steps) {
        this.steps = steps.stream().map(NumberSteps::compile).toArray(Step[]::new);
    }

    boolean isEmpty() {
        return steps.length == 0;
    }

    void apply(double[] values, int rows) {
        for (Step step : steps) {
            step.apply(values, rows);
        }
    }

    private static Step compile(Transform.Step step) {
        if (step instanceof Transform.Standardize standardize) {
            return standardize(standardize.mean(), standardize.deviation());
        }
        if (step instanceof Transform.Clip clip) {
            return clip(clip.min(), clip.max());
        }
        if (step instanceof Transform.Bucketize bucketize) {
            return bucketize(bucketize.boundaries());
        }
        return (values, rows) -> {
            for (int row = 0; row < rows; row++) {
                values[row] = Math.log1p(values[row]);
            }
        };
    }

    private static Step standardize(double mean, double deviation) {
        return (values, rows) -> {
            for (int row = 0; row < rows; row++) {
                values[row] = (values[row] - mean) / deviation;
            }
        };
    }

    private static Step clip(double min, double max) {
        return (values, rows) -> {
            for (int row = 0; row < rows; row++) {
                values[row] = Math.min(max, Math.max(min, values[row]));
            }
        };
    }

    private static Step bucketize(double[] boundaries) {
        return (values, rows) -> {
            for (int row = 0; row < rows; row++) {
                double value = values[row];
                values[row] = Double.isNaN(value) ? value : notAbove(boundaries, value);
            }
        };
    }

    /** How many of the ascending boundaries are not above the value. */
    private static int notAbove(double[] boundaries, double value) {
        int low = 0;
        int high = boundaries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (boundaries[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

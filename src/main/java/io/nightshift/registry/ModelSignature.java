package io.nightshift.registry;

import io.nightshift.onnx.TensorType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model's inputs with their feature transforms and its outputs with their contract: a {@code model.yaml}. Immutable.
 *
 * @param name the model's name
 * @param engine DJL's name of the engine that runs it
 * @param file the model file's name in the folder
 * @param inputs the tensors the model takes, at least one
 * @param outputs the tensors the model gives, at least one
 * @param golden the name of the file of rows with expected outputs, or null
 */
public record ModelSignature(
        String name,
        String engine,
        String file,
        List<Input> inputs,
        List<Output> outputs,
        @Nullable String golden) {

    public static final String ONNX_RUNTIME = "OnnxRuntime";

    public ModelSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The columns that features read, each once, in order of first use. */
    public Set<String> inputColumns() {
        Set<String> columns = new LinkedHashSet<>();
        inputs.forEach(input -> input.features().forEach(feature -> columns.add(feature.column())));
        return columns;
    }

    /**
     * A tensor of shape [rows, {@link #width}] the model takes.
     *
     * @param features its elements, in order; at least one
     */
    public record Input(String tensor, TensorType type, List<Feature> features) {

        public Input {
            features = List.copyOf(features);
        }

        /** Elements of one row. */
        public int width() {
            return features.stream().mapToInt(Feature::width).sum();
        }
    }

    /**
     * A tensor of shape [rows], [rows, 1] or [rows, k] the model gives, and the columns made of it.
     *
     * @param columns the names of its elements; with labels, only the label's
     * @param type of the tensor's elements
     * @param range what every element must lie in, or null
     * @param labels the names of the classes 0, 1, ... in order; empty for an output that is no class
     * @param probability with labels, the column of the chosen class's element, or null
     */
    public record Output(
            String tensor,
            List<String> columns,
            TensorType type,
            @Nullable Range range,
            List<String> labels,
            @Nullable String probability) {

        public Output {
            columns = List.copyOf(columns);
            labels = List.copyOf(labels);
        }

        /** Elements of one row: with labels and a floating point type one for each label. */
        public int width() {
            if (labels.isEmpty()) {
                return columns.size();
            }
            return type.fractional() ? labels.size() : 1;
        }
    }

    /** Both ends included. */
    public record Range(double min, double max) {

        @Override
        public String toString() {
            return "[" + min + ", " + max + "]";
        }
    }
}

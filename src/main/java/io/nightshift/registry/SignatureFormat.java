package io.nightshift.registry;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.definition.ValueFormat;
import io.nightshift.onnx.TensorType;
import io.nightshift.registry.ModelSignature.Input;
import io.nightshift.registry.ModelSignature.Output;
import io.nightshift.registry.ModelSignature.Range;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a {@code model.yaml} is written. */
final class SignatureFormat {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final Key<String> NAME_KEY = Key.required(
            "name",
            Formats.text(NAME, "up to 63 lower case letters, digits, points, dashes and underscores"),
            "The model's name.");
    private static final Key<String> ENGINE = Key.optional(
            "engine",
            Formats.word(Map.of(ModelSignature.ONNX_RUNTIME, ModelSignature.ONNX_RUNTIME)),
            ModelSignature.ONNX_RUNTIME,
            ModelSignature.ONNX_RUNTIME,
            "The engine that runs the model.");
    private static final Key<String> FILE =
            Key.required("file", Formats.text(), "The model file in this folder: one ONNX file.");
    private static final Key<String> GOLDEN = Key.optional(
            "golden", Formats.text(), "A file of rows with expected outputs, checked whenever the model is loaded.");

    private static final Key<String> TENSOR = Key.required("tensor", Formats.text(), "The tensor's name in the model.");
    private static final Key<TensorType> TYPE = Key.optional(
            "type", Formats.oneOf(TensorType.class), TensorType.FLOAT32, "float32", "The tensor's element type.");

    private static final Key<String> COLUMN = Key.optional(
            "column",
            Formats.text(),
            "The column of the output; of a tensor [n, k] the first part of its"
                    + " columns' names, NAME_0 to NAME_k-1.");
    private static final Key<List<String>> COLUMNS = Key.optional(
            "columns", Formats.list(Formats.text(), 1), "The columns of a tensor [n, k], one name for each element.");
    private static final Key<List<Double>> RANGE = Key.optional(
            "range", Formats.list(Formats.decimal(), 2), "[least, largest] value; a row outside is rejected.");
    private static final Key<List<String>> LABELS = Key.optional(
            "labels",
            Formats.list(Formats.text(), 1),
            "The classes' names in order: column then holds the most probable one's (of a whole number: that one's).");
    private static final Key<String> PROBABILITY =
            Key.optional("probability", Formats.text(), "With labels: the column of the chosen class's probability.");

    private final MappingFormat<ModelSignature> format;
    private final SideFiles files;

    SignatureFormat(SideFiles files) {
        this.files = files;
        MappingFormat<Feature> feature = new FeatureFormat(new VocabularyFiles(files)).format();
        Key<List<Feature>> features =
                Key.required("features", Formats.list(feature, 1), "The elements of the tensor's row, in order.");
        MappingFormat<Input> input = MappingFormat.of(
                "an input",
                List.of(TENSOR, TYPE, features),
                bound -> new Input(bound.get(TENSOR), bound.get(TYPE), bound.get(features)));
        MappingFormat<Output> output = MappingFormat.of(
                        "an output",
                        List.of(TENSOR, TYPE, COLUMN, COLUMNS, RANGE, LABELS, PROBABILITY),
                        SignatureFormat::output)
                .exactlyOneOf(List.of(COLUMN, COLUMNS));
        Key<List<Input>> inputs = Key.required("inputs", Formats.list(input, 1), "The tensors the model takes.");
        Key<List<Output>> outputs = Key.required("outputs", Formats.list(output, 1), "The tensors the model gives.");
        this.format = MappingFormat.of(
                "a model",
                List.of(NAME_KEY, ENGINE, FILE, inputs, outputs, GOLDEN),
                bound -> signature(bound, inputs, outputs));
    }

    ValueFormat<ModelSignature> format() {
        return format;
    }

    private ModelSignature signature(BoundMapping model, Key<List<Input>> inputs, Key<List<Output>> outputs) {
        requireFile(model, FILE);
        if (model.has(GOLDEN)) {
            requireFile(model, GOLDEN);
        }
        Set<String> tensors = new HashSet<>();
        for (Input input : model.get(inputs)) {
            if (!tensors.add(input.tensor())) {
                model.problem(inputs, "the tensor '" + input.tensor() + "' appears twice");
            }
        }
        Set<String> columns = new HashSet<>();
        for (Output output : model.get(outputs)) {
            for (String column : output.columns()) {
                refuseSecond(model, outputs, columns, column);
            }
            if (output.probability() != null) {
                refuseSecond(model, outputs, columns, output.probability());
            }
        }
        return new ModelSignature(
                model.get(NAME_KEY),
                model.get(ENGINE),
                model.get(FILE),
                model.get(inputs),
                model.get(outputs),
                model.find(GOLDEN));
    }

    private static void refuseSecond(BoundMapping model, Key<?> outputs, Set<String> columns, String column) {
        if (!columns.add(column)) {
            model.problem(outputs, "the column '" + column + "' appears twice");
        }
    }

    private void requireFile(BoundMapping model, Key<String> key) {
        try {
            files.require(model.get(key));
        } catch (IllegalArgumentException e) {
            model.problem(key, String.valueOf(e.getMessage()));
        }
    }

    private static Output output(BoundMapping output) {
        TensorType type = output.get(TYPE);
        List<String> labels = output.has(LABELS) ? output.get(LABELS) : List.of();
        if (!labels.isEmpty()) {
            refuseWithLabels(output, type, labels);
        } else if (output.has(PROBABILITY)) {
            output.problem(PROBABILITY, "'probability' needs 'labels'");
        }
        List<String> columns = output.has(COLUMNS) ? output.get(COLUMNS) : List.of(output.get(COLUMN));
        return new Output(output.get(TENSOR), columns, type, range(output, type), labels, output.find(PROBABILITY));
    }

    private static void refuseWithLabels(BoundMapping output, TensorType type, List<String> labels) {
        if (output.has(COLUMNS)) {
            output.problem(COLUMNS, "labels make one column; name it with 'column'");
        }
        if (type == TensorType.BOOLEAN) {
            output.problem(TYPE, "labels need a floating point or whole number output, not boolean");
        }
        if (output.has(PROBABILITY) && !type.fractional()) {
            output.problem(PROBABILITY, "a class number of type " + type + " has no probability");
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            output.problem(LABELS, "a label appears twice");
        }
    }

    private static @Nullable Range range(BoundMapping output, TensorType type) {
        List<Double> ends = output.find(RANGE);
        if (ends == null) {
            return null;
        }
        if (type == TensorType.BOOLEAN) {
            output.problem(RANGE, "a boolean output has no range");
        }
        if (ends.size() != 2 || ends.get(0) > ends.get(1)) {
            output.problem(RANGE, ends + " is not [least, largest]");
            return null;
        }
        return new Range(ends.get(0), ends.get(1));
    }
}

package io.nightshift.score;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.onnx.ModelTensors;
import io.nightshift.onnx.ModelTensors.ModelTensor;
import io.nightshift.onnx.TensorType;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelSignature;
import io.nightshift.registry.ModelSignature.Input;
import io.nightshift.registry.ModelSignature.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares what a signature says with what the model file says. */
final class TensorCheck {

    private final List<String> problems = new ArrayList<>();

    private TensorCheck() {}

    /** @throws NightshiftException MODEL_SIGNATURE_MISMATCH with every difference */
    static void check(ModelFolder folder) {
        TensorCheck check = new TensorCheck();
        check.inputs(folder.signature(), folder.tensors());
        check.outputs(folder.signature(), folder.tensors());
        if (!check.problems.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.MODEL_SIGNATURE_MISMATCH,
                    "the model '" + folder.signature().name() + "' does not fit its signature: "
                            + String.join("; ", check.problems) + ". Nothing was scored",
                    folder.path().resolve(ModelFolder.DEFINITION).toString(),
                    null);
        }
    }

    private void inputs(ModelSignature signature, ModelTensors tensors) {
        List<String> names = tensors.inputs().stream().map(ModelTensor::name).toList();
        for (Input input : signature.inputs()) {
            Optional<ModelTensor> tensor = tensors.input(input.tensor());
            if (tensor.isEmpty()) {
                problems.add(absent("input", input.tensor(), names));
            } else {
                compare("input", tensor.get(), input.type(), input.width(), input.width() + " features");
            }
        }
        for (String name : names) {
            if (signature.inputs().stream().noneMatch(input -> input.tensor().equals(name))) {
                problems.add("the model takes an input '" + name + "' that the signature does not give");
            }
        }
    }

    private void outputs(ModelSignature signature, ModelTensors tensors) {
        List<String> names = tensors.outputs().stream().map(ModelTensor::name).toList();
        for (Output output : signature.outputs()) {
            Optional<ModelTensor> tensor = tensors.output(output.tensor());
            if (tensor.isEmpty()) {
                problems.add(absent("output", output.tensor(), names));
            } else {
                String elements = output.labels().isEmpty()
                        ? output.width() + " columns"
                        : output.labels().size() + " labels";
                compare("output", tensor.get(), output.type(), output.width(), elements);
            }
        }
    }

    private static String absent(String direction, String name, List<String> names) {
        return "the signature names an " + direction + " '" + name + "', but the model has " + names
                + Suggestion.suffix(name, names);
    }

    private void compare(String direction, ModelTensor tensor, TensorType type, int width, String elements) {
        String model = "the model's " + direction + " '" + tensor.name() + "' is " + tensor.description();
        if (tensor.type() != type) {
            problems.add(model + ", but the signature says " + type);
        }
        long[] shape = tensor.shape();
        if (shape == null) {
            return;
        }
        long elementsInModel = shape.length == 2 ? shape[1] : 1;
        if (shape.length < 1 || shape.length > 2) {
            problems.add(model + ", but only [rows] and [rows, elements] can be scored");
        } else if (shape[0] > 0) {
            problems.add(model + ", so it takes a fixed number of rows; export it with an open first dimension");
        } else if (elementsInModel > 0 && elementsInModel != width) {
            problems.add(model + ", but the signature has " + elements);
        }
    }
}

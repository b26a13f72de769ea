package io.nightshift.onnx;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The tensors that a model file says it takes and gives, initialised ones left out. Immutable. */
public record ModelTensors(List<ModelTensor> inputs, List<ModelTensor> outputs) {

    public ModelTensors {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public Optional<ModelTensor> input(String name) {
        return inputs.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }

    public Optional<ModelTensor> output(String name) {
        return outputs.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }

    /**
     * @param type null for an element type that Nightshift does not feed or read
     * @param typeName the element type in the words of ONNX
     * @param shape one number for each dimension, -1 where the model leaves it open; null where it says nothing
     */
    public record ModelTensor(String name, @Nullable TensorType type, String typeName, long @Nullable [] shape) {

        /** {@code float32 [?, 6]}. */
        public String description() {
            return typeName + (shape == null ? "" : " " + shapeText(shape));
        }

        private static String shapeText(long[] shape) {
            return LongStream.of(shape)
                    .mapToObj(size -> size < 0 ? "?" : Long.toString(size))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
    }
}

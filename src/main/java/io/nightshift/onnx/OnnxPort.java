package io.nightshift.onnx;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.onnx.ModelTensors.ModelTensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a graph's input or output: its name, and the type and shape it declares. */
final class OnnxPort {

    private static final String[] TYPE_NAMES = {
        "undefined",
        "float32",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "boolean",
        "float16",
        "float64",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bfloat16"
    };

    private OnnxPort() {}

    static ModelTensor read(ProtobufReader port, String withoutZipMap) {
        String name = "";
        ModelTensor tensor = null;
        while (port.next()) {
            switch (port.field()) {
                case 1 -> name = port.text();
                case 2 -> tensor = type(port.message(), name, withoutZipMap);
                default -> port.skip();
            }
        }
        return tensor == null
                ? new ModelTensor(name, null, "undefined", null)
                : new ModelTensor(name, tensor.type(), tensor.typeName(), tensor.shape());
    }

    private static @Nullable ModelTensor type(ProtobufReader type, String name, String withoutZipMap) {
        ModelTensor tensor = null;
        while (type.next()) {
            switch (type.field()) {
                case 1 -> tensor = tensor(type.message(), name);
                case 4, 5 -> throw invalid(name, "is a sequence or map and no tensor" + withoutZipMap);
                case 7, 8, 9 -> throw invalid(name, "is no plain tensor");
                default -> type.skip();
            }
        }
        return tensor;
    }

    private static ModelTensor tensor(ProtobufReader tensor, String name) {
        int element = 0;
        long[] shape = null;
        while (tensor.next()) {
            switch (tensor.field()) {
                case 1 -> element = (int) tensor.number();
                case 2 -> shape = shape(tensor.message());
                default -> tensor.skip();
            }
        }
        if (element == 8) {
            throw invalid(
                    name,
                    "is a tensor of strings; export class numbers instead, and name the classes with 'labels' in"
                            + " model.yaml");
        }
        String typeName = element >= 0 && element < TYPE_NAMES.length ? TYPE_NAMES[element] : "element type " + element;
        return new ModelTensor(name, typeOf(element), typeName, shape);
    }

    private static long[] shape(ProtobufReader shape) {
        long[] sizes = new long[0];
        while (shape.next()) {
            if (shape.field() == 1) {
                sizes = Arrays.copyOf(sizes, sizes.length + 1);
                sizes[sizes.length - 1] = dimension(shape.message());
                if (sizes.length > 64) {
                    throw shape.broken("has a tensor of more than 64 dimensions");
                }
            } else {
                shape.skip();
            }
        }
        return sizes;
    }

    private static long dimension(ProtobufReader dimension) {
        long size = -1;
        while (dimension.next()) {
            if (dimension.field() == 1) {
                size = dimension.number();
            } else {
                dimension.skip();
            }
        }
        return size > 0 ? size : -1;
    }

    private static @Nullable TensorType typeOf(int element) {
        return switch (element) {
            case 1 -> TensorType.FLOAT32;
            case 6 -> TensorType.INT32;
            case 7 -> TensorType.INT64;
            case 9 -> TensorType.BOOLEAN;
            case 11 -> TensorType.FLOAT64;
            default -> null;
        };
    }

    private static NightshiftException invalid(String name, String message) {
        return new NightshiftException(
                FailureCode.MODEL_INVALID, "the model's input or output '" + name + "' " + message);
    }
}

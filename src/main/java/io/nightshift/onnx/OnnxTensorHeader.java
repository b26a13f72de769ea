package io.nightshift.onnx;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;

/** The fields of a constant tensor beside its data, checked against the length of its data. */
final class OnnxTensorHeader {

    private static final int EXTERNAL = 1;

    private String name = "";
    private int type;
    private long elements = 1;
    private long rawBytes = -1;

    String name() {
        return name;
    }

    void read(ProtobufReader tensor) {
        while (tensor.next()) {
            switch (tensor.field()) {
                case 1 -> dimensions(tensor);
                case 2 -> type = (int) tensor.number();
                case 8 -> name = tensor.text();
                case 9 -> rawBytes = tensor.skip();
                case 13 -> throw external();
                case 14 -> {
                    if (tensor.number() == EXTERNAL) {
                        throw external();
                    }
                }
                default -> tensor.skip();
            }
        }
        long bits = bitsOf(type);
        if (rawBytes >= 0 && bits > 0 && rawBytes != (elements * bits + 7) / 8) {
            throw invalid("has " + rawBytes + " bytes of data for " + elements + " elements");
        }
    }

    private void dimensions(ProtobufReader tensor) {
        if (tensor.wire() == ProtobufReader.VARINT) {
            dimension(tensor.number());
            return;
        }
        ProtobufReader packed = tensor.message();
        while (!packed.atEnd()) {
            dimension(packed.varint());
        }
    }

    private void dimension(long size) {
        if (size < 0 || (size > 0 && elements > Integer.MAX_VALUE / size)) {
            throw invalid("has more than 2^31 elements");
        }
        elements *= size;
    }

    /** Bits of an element, 0 for a type without a fixed size. */
    private static int bitsOf(int type) {
        return switch (type) {
            case 2, 3, 9, 17, 18, 19, 20 -> 8;
            case 4, 5, 10, 16 -> 16;
            case 1, 6, 12 -> 32;
            case 7, 11, 13, 14 -> 64;
            case 15 -> 128;
            case 21, 22, 23 -> 4;
            default -> 0;
        };
    }

    private NightshiftException external() {
        return invalid(
                "keeps its data in another file (external_data), which is not allowed; save the model as one file:"
                        + " onnx.save(model, path, save_as_external_data=False)");
    }

    private NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.MODEL_INVALID, "the model's tensor '" + name + "' " + message);
    }
}

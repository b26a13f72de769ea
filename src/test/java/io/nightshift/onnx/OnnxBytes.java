package io.nightshift.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small ONNX files by hand: one protobuf message, field by field. Field numbers are those of onnx.proto. */
public final class OnnxBytes {

    public static final int FLOAT = 1;
    public static final int INT32 = 6;
    public static final int INT64 = 7;
    public static final int STRING = 8;
    public static final int BOOL = 9;
    public static final int DOUBLE = 11;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public static OnnxBytes message() {
        return new OnnxBytes();
    }

    public OnnxBytes number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    public OnnxBytes text(int field, String value) {
        return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public OnnxBytes part(int field, OnnxBytes message) {
        return raw(field, message.toByteArray());
    }

    public OnnxBytes raw(int field, byte[] value) {
        varint((long) field << 3 | 2);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public Path write(Path file) {
        try {
            return Files.write(file, toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole model file around a graph, opset 17. */
    public static OnnxBytes model(OnnxBytes graph) {
        return message()
                .number(1, 8)
                .part(8, message().text(1, "").number(2, 17))
                .part(8, message().text(1, "ai.onnx.ml").number(2, 3))
                .part(7, graph);
    }

    public static OnnxBytes graph() {
        return message().text(2, "graph");
    }

    public OnnxBytes node(String operator, String domain, String inputs, String outputs, OnnxBytes... attributes) {
        OnnxBytes node = message();
        for (String input : inputs.split(" ")) {
            node.text(1, input);
        }
        for (String output : outputs.split(" ")) {
            node.text(2, output);
        }
        node.text(4, operator);
        for (OnnxBytes attribute : attributes) {
            node.part(5, attribute);
        }
        return part(1, node.text(7, domain));
    }

    public OnnxBytes input(String name, int type, int... shape) {
        return part(11, port(name, type, shape));
    }

    public OnnxBytes output(String name, int type, int... shape) {
        return part(12, port(name, type, shape));
    }

    /** A constant of float32. */
    public OnnxBytes constant(String name, int[] shape, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        OnnxBytes tensor = message();
        for (int size : shape) {
            tensor.number(1, size);
        }
        return part(5, tensor.number(2, FLOAT).text(8, name).raw(9, raw.array()));
    }

    public static OnnxBytes intAttribute(String name, long value) {
        return message().text(1, name).number(3, value).number(20, 2);
    }

    public static OnnxBytes graphAttribute(String name, OnnxBytes graph) {
        return message().text(1, name).part(6, graph).number(20, 5);
    }

    /** A dimension of 0 or less is left open. */
    private static OnnxBytes port(String name, int type, int... shape) {
        OnnxBytes dimensions = message();
        for (int size : shape) {
            dimensions.part(1, size > 0 ? message().number(1, size) : message().text(2, "rows"));
        }
        OnnxBytes tensor = message().number(1, type).part(2, dimensions);
        return message().text(1, name).part(2, message().part(1, tensor));
    }
}

package io.nightshift.onnx;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protobuf message without building anything. Every length is checked against the message that
 * holds it, so a file that lies about its lengths is refused before it is believed. Not thread-safe.
 */
final class ProtobufReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int LONGEST_TEXT = 1 << 16;

    private final ByteBuffer file;
    private final int end;
    private int position;
    private int field;
    private int wire;

    ProtobufReader(ByteBuffer file) {
        this(file, 0, file.limit());
    }

    private ProtobufReader(ByteBuffer file, int from, int end) {
        this.file = file;
        this.position = from;
        this.end = end;
    }

    /** Goes to the next field; false at the end of the message. Its value must then be read or skipped. */
    boolean next() {
        if (atEnd()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (tag >>> 32 != 0 || field == 0) {
            throw broken("has a field numbered " + (tag >>> 3));
        }
        return true;
    }

    boolean atEnd() {
        return position == end;
    }

    int field() {
        return field;
    }

    int wire() {
        return wire;
    }

    /** The field's value as a number. */
    long number() {
        if (wire != VARINT) {
            throw broken("has a text or message where a number belongs");
        }
        return varint();
    }

    /** The next number of a packed list. */
    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            need(1);
            byte b = file.get(position++);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw broken("has a number of more than 10 bytes");
    }

    /** The nested message that is the field's value. */
    ProtobufReader message() {
        int length = length();
        ProtobufReader nested = new ProtobufReader(file, position, position + length);
        position += length;
        return nested;
    }

    String text() {
        int length = length();
        if (length > LONGEST_TEXT) {
            throw broken("has a name of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        file.get(position, bytes);
        position += length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Passes over the field's value and says how many bytes it has. */
    int skip() {
        int from = position;
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case FIXED32 -> advance(4);
            case BYTES -> {
                int length = length();
                position += length;
                return length;
            }
            default -> throw broken("has a value of the unknown kind " + wire);
        }
        return position - from;
    }

    private int length() {
        if (wire != BYTES) {
            throw broken("has a number where a text or message belongs");
        }
        long length = varint();
        if (length < 0 || length > end - position) {
            throw broken("has a part of " + Long.toUnsignedString(length) + " bytes where " + (end - position)
                    + " are left");
        }
        return (int) length;
    }

    private void advance(int bytes) {
        need(bytes);
        position += bytes;
    }

    private void need(int bytes) {
        if (end - position < bytes) {
            throw broken("ends in the middle of a value");
        }
    }

    NightshiftException broken(String message) {
        return new NightshiftException(
                FailureCode.MODEL_INVALID,
                "the model file is damaged, cut off or no ONNX file: it " + message + " at byte " + position);
    }
}

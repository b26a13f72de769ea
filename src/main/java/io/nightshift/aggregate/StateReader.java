package io.nightshift.aggregate;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.util.Arrays;

/** Reads what {@link StateWriter} wrote; refuses bytes that cannot be a state before it allocates for them. */
final class StateReader {

    private final byte[] bytes;
    private final int end;
    private int at;

    StateReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    long fixed() {
        need(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << Byte.SIZE) | (bytes[at++] & 0xFF);
        }
        return value;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            need(1);
            byte part = bytes[at++];
            value |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw damaged("a number longer than 64 bits");
    }

    /** A number that must be in a range. */
    int number(int smallest, int largest, String what) {
        long value = number();
        if (value < smallest || value > largest) {
            throw damaged(what + " is " + value + ", allowed are " + smallest + " to " + largest);
        }
        return (int) value;
    }

    /** A count of things that each take at least one byte. */
    int count(String what) {
        return number(0, end - at, what);
    }

    byte[] bytes() {
        int length = count("a length");
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    void expectEnd() {
        if (at != end) {
            throw damaged((end - at) + " bytes too many");
        }
    }

    static NightshiftException damaged(String what) {
        return new NightshiftException(
                FailureCode.DATA_CORRUPT,
                "the stored aggregate state is damaged: " + what
                        + "; nothing was aggregated from it, and the rows behind it must be scored again");
    }

    private void need(int more) {
        if (end - at < more) {
            throw damaged("it ends too early");
        }
    }
}

package io.nightshift.score;

/**
 * What the user asked to compute on.
 *
 * @param kind AUTO takes the first GPU where there is one, else the processor
 * @param index the GPU's number from 0; 0 for the other kinds
 */
public record DeviceChoice(Kind kind, int index) {

    public enum Kind {
        AUTO,
        CPU,
        GPU
    }

    /** @param kind the name of a {@link Kind} */
    public static DeviceChoice of(String kind, int index) {
        return new DeviceChoice(Kind.valueOf(kind), index);
    }

    public static DeviceChoice cpu() {
        return new DeviceChoice(Kind.CPU, 0);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case GPU -> "gpu:" + index;
        };
    }
}

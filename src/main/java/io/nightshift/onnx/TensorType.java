package io.nightshift.onnx;

import io.nightshift.data.ColumnType;
import java.util.Locale;

/** The element types a tensor may have. Their names in {@code model.yaml} are the constants in lower case. */
public enum TensorType {
    FLOAT32(4, ColumnType.Kind.FLOAT32),
    FLOAT64(8, ColumnType.Kind.FLOAT64),
    INT64(8, ColumnType.Kind.INT64),
    INT32(4, ColumnType.Kind.INT32),
    BOOLEAN(1, ColumnType.Kind.BOOLEAN);

    private final int bytes;
    private final ColumnType.Kind column;

    TensorType(int bytes, ColumnType.Kind column) {
        this.bytes = bytes;
        this.column = column;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The type of the column that holds an output of this type. */
    public ColumnType columnType() {
        return ColumnType.of(column);
    }

    /** Whether elements are floating point numbers. */
    public boolean fractional() {
        return this == FLOAT32 || this == FLOAT64;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.nightshift.data;

import java.util.Locale;

/**
 * The logical type of a column. The kind fixes the array that holds the values:
 *
 * <table>
 *   <caption>Kinds and their columns</caption>
 *   <tr><td>BOOLEAN</td><td>{@link BooleanColumn}</td></tr>
 *   <tr><td>INT8, INT16, INT32, UINT8, UINT16, DATE (days since 1970-01-01)</td><td>{@link IntColumn}</td></tr>
 *   <tr><td>INT64, UINT32, UINT64 (as the bits of a signed long), TIME and TIMESTAMP (count of {@code unit} since
 *       midnight or since 1970-01-01T00:00), DECIMAL with precision up to 18 (unscaled)</td><td>{@link LongColumn}</td></tr>
 *   <tr><td>FLOAT32</td><td>{@link FloatColumn}</td></tr>
 *   <tr><td>FLOAT64</td><td>{@link DoubleColumn}</td></tr>
 *   <tr><td>STRING (UTF-8), UUID (16 bytes, big endian), DECIMAL with precision above 18 (unscaled, two's complement,
 *       big endian)</td><td>{@link BytesColumn}</td></tr>
 * </table>
 *
 * @param kind what the values are
 * @param precision digits of a DECIMAL, else 0
 * @param scale digits after the point of a DECIMAL, else 0
 * @param unit of a TIME or TIMESTAMP, {@link TimeUnit#NONE} else
 * @param utc whether a TIMESTAMP counts from an instant (true) or from a local date and time without zone (false)
 */
public record ColumnType(Kind kind, int precision, int scale, TimeUnit unit, boolean utc) {

    public static final int LARGEST_LONG_PRECISION = 18;

    public enum Kind {
        BOOLEAN,
        INT8,
        INT16,
        INT32,
        INT64,
        UINT8,
        UINT16,
        UINT32,
        UINT64,
        FLOAT32,
        FLOAT64,
        DECIMAL,
        DATE,
        TIME,
        TIMESTAMP,
        STRING,
        UUID
    }

    /** The array class behind a column of a type. */
    public enum Layout {
        BOOLEAN,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        BYTES
    }

    /** The unit of a time or timestamp. */
    public enum TimeUnit {
        NONE(0),
        MILLIS(1_000),
        MICROS(1_000_000),
        NANOS(1_000_000_000);

        private final long perSecond;

        TimeUnit(long perSecond) {
            this.perSecond = perSecond;
        }

        /** How many of the unit make a second; 0 for {@link #NONE}. */
        public long perSecond() {
            return perSecond;
        }
    }

    public static ColumnType of(Kind kind) {
        return new ColumnType(kind, 0, 0, TimeUnit.NONE, false);
    }

    public static ColumnType decimal(int precision, int scale) {
        return new ColumnType(Kind.DECIMAL, precision, scale, TimeUnit.NONE, false);
    }

    public static ColumnType time(TimeUnit unit) {
        return new ColumnType(Kind.TIME, 0, 0, unit, false);
    }

    public static ColumnType timestamp(TimeUnit unit, boolean utc) {
        return new ColumnType(Kind.TIMESTAMP, 0, 0, unit, utc);
    }

    public Layout layout() {
        return switch (kind) {
            case BOOLEAN -> Layout.BOOLEAN;
            case INT8, INT16, INT32, UINT8, UINT16, DATE -> Layout.INT;
            case INT64, UINT32, UINT64, TIME, TIMESTAMP -> Layout.LONG;
            case FLOAT32 -> Layout.FLOAT;
            case FLOAT64 -> Layout.DOUBLE;
            case DECIMAL -> precision <= LARGEST_LONG_PRECISION ? Layout.LONG : Layout.BYTES;
            case STRING, UUID -> Layout.BYTES;
        };
    }

    /** A new, empty column of this type. */
    public Column newColumn(int capacity) {
        return switch (layout()) {
            case BOOLEAN -> new BooleanColumn(this, capacity);
            case INT -> new IntColumn(this, capacity);
            case LONG -> new LongColumn(this, capacity);
            case FLOAT -> new FloatColumn(this, capacity);
            case DOUBLE -> new DoubleColumn(this, capacity);
            case BYTES -> new BytesColumn(this, capacity);
        };
    }

    /** Whether values of the type are numbers that a sum or a feature can take. */
    public boolean numeric() {
        return switch (kind) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT32, FLOAT64, DECIMAL -> true;
            case BOOLEAN, DATE, TIME, TIMESTAMP, STRING, UUID -> false;
        };
    }

    /** The name used in definition files, messages and docs: {@code int64}, {@code decimal(10,2)}, {@code timestamp(micros)}. */
    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case DECIMAL -> name + "(" + precision + "," + scale + ")";
            case TIME -> name + "(" + unit.name().toLowerCase(Locale.ROOT) + ")";
            case TIMESTAMP -> name + "(" + unit.name().toLowerCase(Locale.ROOT) + (utc ? ",utc)" : ")");
            case BOOLEAN,
                    INT8,
                    INT16,
                    INT32,
                    INT64,
                    UINT8,
                    UINT16,
                    UINT32,
                    UINT64,
                    FLOAT32,
                    FLOAT64,
                    DATE,
                    STRING,
                    UUID -> name;
        };
    }
}

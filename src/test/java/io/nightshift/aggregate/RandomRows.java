package io.nightshift.aggregate;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Dictionary;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.Field;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows with a column {@code c_<kind>} of every type, kept row by row so that any batching of them can be made. */
final class RandomRows {

    static final Map<String, ColumnType> TYPES = types();

    final Schema schema;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private final Map<String, Dictionary> dictionaries = new LinkedHashMap<>();

    private RandomRows(Schema schema) {
        this.schema = schema;
    }

    private static Map<String, ColumnType> types() {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            ColumnType type =
                    switch (kind) {
                        case DECIMAL -> ColumnType.decimal(12, 2);
                        case TIME -> ColumnType.time(TimeUnit.MICROS);
                        case TIMESTAMP -> ColumnType.timestamp(TimeUnit.MICROS, false);
                        default -> ColumnType.of(kind);
                    };
            types.put("c_" + kind.name().toLowerCase(java.util.Locale.ROOT), type);
        }
        types.put("c_decimal_wide", ColumnType.decimal(30, 3));
        return types;
    }

    static Schema schema() {
        List<Field> fields = new ArrayList<>();
        TYPES.forEach((name, type) -> fields.add(new Field(name, type, true)));
        return new Schema(fields);
    }

    /** @param distinct how many different values a column has, about; 0 for as many as there are */
    static RandomRows of(Random random, int count, int distinct) {
        RandomRows rows = new RandomRows(schema());
        List<Object[]> pool = new ArrayList<>();
        for (int i = 0; i < Math.max(distinct, 1); i++) {
            pool.add(TYPES.values().stream().map(type -> value(random, type)).toArray());
        }
        for (int i = 0; i < count; i++) {
            Object[] row = new Object[TYPES.size()];
            int at = 0;
            for (ColumnType type : TYPES.values()) {
                row[at] = random.nextInt(10) == 0
                        ? null
                        : distinct == 0 ? value(random, type) : pool.get(random.nextInt(distinct))[at];
                at++;
            }
            rows.rows.add(row);
        }
        return rows;
    }

    private static Object value(Random random, ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT8 -> (int) (byte) random.nextInt();
            case INT16 -> (int) (short) random.nextInt();
            case UINT8 -> random.nextInt(256);
            case UINT16 -> random.nextInt(65536);
            case INT32, DATE -> random.nextInt();
            case UINT32 -> random.nextInt() & 0xFFFFFFFFL;
            case INT64, UINT64 -> random.nextLong() >> random.nextInt(60);
            case TIME, TIMESTAMP -> (long) random.nextInt(Integer.MAX_VALUE);
            case FLOAT32 -> floatValue(random);
            case FLOAT64 -> doubleValue(random);
            case STRING -> "s".repeat(random.nextInt(12)) + random.nextInt(1000);
            case UUID ->
                ByteBuffer.allocate(16)
                        .putLong(random.nextLong())
                        .putLong(random.nextLong())
                        .array();
            case DECIMAL ->
                type.precision() <= ColumnType.LARGEST_LONG_PRECISION
                        ? (Object) (random.nextLong() % 1_000_000_000_000L)
                        : new BigInteger(95, random)
                                .subtract(BigInteger.ONE.shiftLeft(94))
                                .toByteArray();
        };
    }

    private static float floatValue(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> -0.0f;
            case 1 -> Float.NaN;
            case 2 -> Float.intBitsToFloat(random.nextInt(0x7F800000));
            case 3 -> -random.nextInt(1000);
            default -> random.nextFloat();
        };
    }

    private static double doubleValue(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> -0.0;
            case 1 -> Double.NaN;
            case 2 -> Math.scalb(random.nextGaussian(), random.nextInt(900) - 450);
            case 3 -> Math.scalb(-1.0, 50);
            default -> random.nextGaussian();
        };
    }

    int size() {
        return rows.size();
    }

    @Nullable
    Object value(int row, String column) {
        return rows.get(row)[schema.require(column)];
    }

    void shuffle(Random random) {
        java.util.Collections.shuffle(rows, random);
    }

    /** Rows {@code from} to {@code to - 1} as a batch; strings as a dictionary or plain. */
    ScoredBatch batch(int from, int to, boolean dictionary) {
        RecordBatch batch = new RecordBatch(schema, Math.max(1, to - from));
        batch.clear(0);
        for (int c = 0; c < schema.size(); c++) {
            Column column = batch.column(c);
            if (dictionary && column instanceof BytesColumn bytes) {
                fillIds(bytes, c, from, to);
                continue;
            }
            for (int row = from; row < to; row++) {
                put(column, row - from, rows.get(row)[c]);
            }
        }
        batch.rows(to - from);
        RecordBatch none = RecordBatch.over(new Schema(List.of()), List.of());
        RecordBatch outputs = new RecordBatch(new Schema(List.of()), to - from);
        outputs.rows(to - from);
        return new ScoredBatch(batch, outputs, none, 0);
    }

    private void fillIds(BytesColumn column, int c, int from, int to) {
        Dictionary dictionary = dictionaries.computeIfAbsent(schema.field(c).name(), name -> {
            byte[][] values = new byte[rows.size()][];
            for (int row = 0; row < values.length; row++) {
                Object value = rows.get(row)[c];
                values[row] = value == null ? new byte[0] : bytes(value);
            }
            return new Dictionary(values);
        });
        column.dictionary(dictionary);
        for (int row = from; row < to; row++) {
            if (rows.get(row)[c] == null) {
                column.setNull(row - from);
            } else {
                column.ids()[row - from] = row;
            }
        }
    }

    /** After a shuffle the dictionaries no longer match the rows. */
    void forgetDictionaries() {
        dictionaries.clear();
    }

    private static byte[] bytes(Object value) {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
    }

    private static void put(Column column, int row, @Nullable Object value) {
        if (value == null) {
            FixedBits.putNull(column, row);
        } else if (column instanceof BytesColumn bytes) {
            bytes.append(row, bytes(value));
        } else if (column instanceof BooleanColumn booleans) {
            booleans.values()[row] = (Boolean) value;
        } else if (column instanceof IntColumn ints) {
            ints.values()[row] = (Integer) value;
        } else if (column instanceof LongColumn longs) {
            longs.values()[row] = (Long) value;
        } else if (column instanceof FloatColumn floats) {
            floats.values()[row] = (Float) value;
        } else {
            ((DoubleColumn) column).values()[row] = (Double) value;
        }
    }

    /** Everything in a result as text that differs where a bit differs. */
    static List<String> text(List<AggregateTable> tables) {
        List<String> lines = new ArrayList<>();
        for (AggregateTable table : tables) {
            for (int row = 0; row < table.rows().rows(); row++) {
                StringBuilder line = new StringBuilder(table.name());
                for (int c = 0; c < table.rows().schema().size(); c++) {
                    line.append(" | ").append(table.rows().column(c).text(row));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }
}

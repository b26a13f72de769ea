package io.nightshift.data;

import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Record batches of random values of every type, the edges of each type among them, from a seed. */
public final class RandomBatches {

    private static final String[] WORDS = {"", "a", "naïve", "日本", "quote'\"", "tab\tnew\n", "ABC", "🙂 smile", "zz"};

    private final Random random;
    private final double nullShare;

    public RandomBatches(long seed, double nullShare) {
        this.random = new Random(seed);
        this.nullShare = nullShare;
    }

    /** One column of every kind, with the units and precisions that are stored differently. */
    public static Schema everyType(boolean nullable) {
        List<Field> fields = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            switch (kind) {
                case DECIMAL -> {
                    fields.add(new Field("decimal_9", ColumnType.decimal(9, 2), nullable));
                    fields.add(new Field("decimal_18", ColumnType.decimal(18, 0), nullable));
                    fields.add(new Field("decimal_38", ColumnType.decimal(38, 10), nullable));
                }
                case TIME, TIMESTAMP -> {
                    for (TimeUnit unit : List.of(TimeUnit.MILLIS, TimeUnit.MICROS, TimeUnit.NANOS)) {
                        if (kind == Kind.TIME) {
                            fields.add(new Field("time_" + unit, ColumnType.time(unit), nullable));
                        } else {
                            fields.add(new Field("local_" + unit, ColumnType.timestamp(unit, false), nullable));
                            fields.add(new Field("instant_" + unit, ColumnType.timestamp(unit, true), nullable));
                        }
                    }
                }
                default -> fields.add(new Field(kind.name().toLowerCase(Locale.ROOT), ColumnType.of(kind), nullable));
            }
        }
        return new Schema(fields);
    }

    public RecordBatch next(Schema schema, int rows) {
        RecordBatch batch = new RecordBatch(schema, rows);
        batch.clear(0);
        for (int i = 0; i < schema.size(); i++) {
            fill(batch.column(i), rows, schema.field(i).nullable());
        }
        batch.rows(rows);
        return batch;
    }

    private void fill(Column column, int rows, boolean nullable) {
        if (column instanceof BytesColumn bytes && column.type().kind() == Kind.STRING && random.nextBoolean()) {
            bytes.dictionary(Dictionary.ofStrings(List.of(WORDS)));
        }
        for (int row = 0; row < rows; row++) {
            boolean isNull = nullable && random.nextDouble() < nullShare;
            if (column instanceof BytesColumn bytes) {
                fillBytes(bytes, row, isNull);
            } else if (isNull) {
                column.setNull(row);
            } else {
                fillNumber(column, row);
            }
        }
    }

    private void fillBytes(BytesColumn column, int row, boolean isNull) {
        if (column.dictionary() != null) {
            if (isNull) {
                column.setNull(row);
            } else {
                column.ids()[row] = random.nextInt(WORDS.length);
            }
        } else if (isNull) {
            column.appendNull(row);
        } else {
            column.append(row, bytes(column.type()));
        }
    }

    private byte[] bytes(ColumnType type) {
        return switch (type.kind()) {
            case UUID -> {
                byte[] uuid = new byte[16];
                random.nextBytes(uuid);
                yield uuid;
            }
            case DECIMAL ->
                new BigInteger(random.nextInt(1, 126), random)
                        .multiply(random.nextBoolean() ? BigInteger.ONE : BigInteger.ONE.negate())
                        .toByteArray();
            default ->
                (WORDS[random.nextInt(WORDS.length)] + (random.nextInt(4) == 0 ? random.nextInt(1000) : ""))
                        .getBytes(StandardCharsets.UTF_8);
        };
    }

    private void fillNumber(Column column, int row) {
        switch (column.type().layout()) {
            case BOOLEAN -> ((BooleanColumn) column).values()[row] = random.nextBoolean();
            case INT -> ((IntColumn) column).values()[row] = (int) number(column.type());
            case LONG -> ((LongColumn) column).values()[row] = number(column.type());
            case FLOAT -> ((FloatColumn) column).values()[row] = (float) floating();
            case DOUBLE -> ((DoubleColumn) column).values()[row] = floating();
            case BYTES -> throw new IllegalArgumentException(column.type().toString());
        }
    }

    private double floating() {
        return switch (random.nextInt(12)) {
            case 0 -> 0.0;
            case 1 -> -0.0;
            case 2 -> Double.POSITIVE_INFINITY;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> random.nextGaussian() * 1e3;
        };
    }

    private long number(ColumnType type) {
        return switch (type.kind()) {
            case INT8 -> signed(8);
            case INT16 -> signed(16);
            case INT32 -> signed(32);
            case INT64 -> signed(64);
            case UINT8 -> signed(8) & 0xFF;
            case UINT16 -> signed(16) & 0xFFFF;
            case UINT32 -> signed(32) & 0xFFFF_FFFFL;
            case UINT64 -> signed(64);
            case DATE -> random.nextInt(-100_000, 100_000);
            case DECIMAL -> {
                long bound = BigInteger.TEN.pow(type.precision()).longValueExact();
                yield random.nextLong(-bound + 1, bound);
            }
            case TIME -> random.nextLong(86_400 * type.unit().perSecond());
            case TIMESTAMP ->
                random.nextLong(-4_000_000_000L, 4_000_000_000L) * type.unit().perSecond()
                        + random.nextLong(type.unit().perSecond());
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private long signed(int bits) {
        long least = -1L << (bits - 1);
        return switch (random.nextInt(8)) {
            case 0 -> least;
            case 1 -> ~least;
            case 2 -> 0;
            case 3 -> -1;
            default -> random.nextLong() >> (64 - bits);
        };
    }
}

package io.nightshift.parquet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;

/** Files written row by row by parquet-java, with the text that each value must be read as. */
final class GroupFiles {

    /** Writes one random value and says how it must read back. */
    private interface Writer {
        String write(Group group, String name, Random random);
    }

    private record TypedColumn(String name, String type, String logical, Writer writer) {}

    private static final List<TypedColumn> COLUMNS = List.of(
            new TypedColumn("flag", "boolean", "", (group, name, random) -> {
                boolean value = random.nextBoolean();
                group.add(name, value);
                return String.valueOf(value);
            }),
            ints("int8", "INTEGER(8,true)", bits -> (int) (byte) bits),
            ints("int16", "INTEGER(16,true)", bits -> (int) (short) bits),
            ints("int32", "INTEGER(32,true)", bits -> bits),
            ints("plain32", "", bits -> bits),
            ints("uint8", "INTEGER(8,false)", bits -> bits & 0xff),
            ints("uint16", "INTEGER(16,false)", bits -> bits & 0xffff),
            int32("uint32", "INTEGER(32,false)", Integer::toUnsignedString),
            longs("int64", "INTEGER(64,true)", Long::toString),
            longs("plain64", "", Long::toString),
            longs("uint64", "INTEGER(64,false)", Long::toUnsignedString),
            new TypedColumn("float32", "float", "", (group, name, random) -> {
                float value = (float) random.nextGaussian();
                group.add(name, value);
                return String.valueOf(value);
            }),
            new TypedColumn("float64", "double", "", (group, name, random) -> {
                double value = random.nextInt(50) / 8.0;
                group.add(name, value);
                return String.valueOf(value);
            }),
            text("string", "STRING"),
            text("enum", "ENUM"),
            text("json", "JSON"),
            new TypedColumn("uuid", "fixed_len_byte_array(16)", "UUID", (group, name, random) -> {
                UUID uuid = new UUID(random.nextLong(), random.nextInt(4));
                group.add(
                        name,
                        Binary.fromConstantByteArray(ByteBuffer.allocate(16)
                                .putLong(uuid.getMostSignificantBits())
                                .putLong(uuid.getLeastSignificantBits())
                                .array()));
                return uuid.toString();
            }),
            int32("decimal32", "DECIMAL(9,2)", 1_000_000_000, value -> BigDecimal.valueOf(value, 2)
                    .toPlainString()),
            longs("decimal64", "DECIMAL(18,5)", 1_000_000_000_000_000_000L, value -> BigDecimal.valueOf(value, 5)
                    .toPlainString()),
            decimal("decimal_fixed", 9, 18, 3),
            decimal("decimal_binary", 0, 17, 4),
            decimal("decimal_large", 16, 38, 10),
            decimal("decimal_large_binary", 0, 38, 0),
            int32("date", "DATE", 40_000, value -> LocalDate.ofEpochDay(value).toString()),
            int32("time_ms", "TIME(MILLIS,true)", 0, value -> ""),
            longs("timestamp_ms", "TIMESTAMP(MILLIS,true)", 4_000_000_000_000L, value -> timestamp(value, 1_000) + "Z"),
            longs(
                    "timestamp_us",
                    "TIMESTAMP(MICROS,false)",
                    4_000_000_000_000_000L,
                    value -> timestamp(value, 1_000_000)),
            longs(
                    "timestamp_ns",
                    "TIMESTAMP(NANOS,false)",
                    4_000_000_000_000_000_000L,
                    value -> timestamp(value, 1_000_000_000)),
            new TypedColumn("int96", "int96", "", (group, name, random) -> {
                long nanos = random.nextLong(-4_000_000_000_000_000_000L, 4_000_000_000_000_000_000L);
                long day = 86_400_000_000_000L;
                group.add(
                        name,
                        Binary.fromConstantByteArray(ByteBuffer.allocate(12)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(Math.floorMod(nanos, day))
                                .putInt((int) (Math.floorDiv(nanos, day) + 2_440_588))
                                .array()));
                return timestamp(nanos, 1_000_000_000);
            }));

    private GroupFiles() {}

    /** Every type, and two leaves of a struct, as rows of random values and nulls. */
    static List<List<@Nullable String>> everyType(
            Path file, long seed, double nullShare, int rows, UnaryOperator<ExampleParquetWriter.Builder> options) {
        Random random = new Random(seed);
        MessageType schema = schema(nullShare >= 0 ? "optional" : "required");
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        List<List<@Nullable String>> texts = new ArrayList<>();
        try (ParquetWriter<Group> writer = writer(file, schema, options)) {
            for (int row = 0; row < rows; row++) {
                Group group = groups.newGroup();
                List<@Nullable String> values = new ArrayList<>();
                for (TypedColumn column : COLUMNS) {
                    values.add(
                            random.nextDouble() < nullShare
                                    ? null
                                    : column.writer().write(group, column.name(), random));
                }
                addStruct(group, values, random);
                writer.write(group);
                texts.add(values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    /** One column of required strings in one row group. */
    static void strings(Path file, List<String> values, int dictionaryBytes) {
        MessageType schema = MessageTypeParser.parseMessageType("message m { required binary s (STRING); }");
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        try (ParquetWriter<Group> writer =
                writer(file, schema, builder -> builder.withDictionaryPageSize(dictionaryBytes)
                        .withPageRowCountLimit(1500))) {
            for (String value : values) {
                writer.write(groups.newGroup().append("s", value));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ParquetWriter<Group> writer(
            Path file, MessageType schema, UnaryOperator<ExampleParquetWriter.Builder> options) throws IOException {
        return options.apply(ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withType(schema)
                        .withConf(new PlainParquetConfiguration()))
                .build();
    }

    private static MessageType schema(String repetition) {
        StringBuilder text = new StringBuilder("message m {\n");
        for (TypedColumn column : COLUMNS) {
            text.append(repetition)
                    .append(' ')
                    .append(column.type())
                    .append(' ')
                    .append(column.name());
            text.append(column.logical().isEmpty() ? ";\n" : " (" + column.logical() + ");\n");
        }
        text.append(
                "optional group outer { required group inner { optional int64 deep; } required binary word (STRING); }");
        return MessageTypeParser.parseMessageType(text + "}");
    }

    private static void addStruct(Group group, List<@Nullable String> values, Random random) {
        if (random.nextInt(3) == 0) {
            values.add(null);
            values.add(null);
            return;
        }
        Group outer = group.addGroup("outer");
        Group inner = outer.addGroup("inner");
        if (random.nextInt(3) == 0) {
            values.add(null);
        } else {
            long deep = random.nextLong();
            inner.add("deep", deep);
            values.add(Long.toString(deep));
        }
        String word = "word " + random.nextInt(9);
        outer.add("word", word);
        values.add(word);
    }

    private interface IntToInt {
        int apply(int bits);
    }

    private interface IntText {
        String of(int value);
    }

    private interface LongText {
        String of(long value);
    }

    private static TypedColumn ints(String name, String logical, IntToInt value) {
        return new TypedColumn(name, "int32", logical, (group, column, random) -> {
            int number = value.apply(random.nextInt());
            group.add(column, number);
            return Integer.toString(number);
        });
    }

    private static TypedColumn int32(String name, String logical, IntText text) {
        return new TypedColumn(name, "int32", logical, (group, column, random) -> {
            int number = random.nextInt();
            group.add(column, number);
            return text.of(number);
        });
    }

    private static TypedColumn int32(String name, String logical, int bound, IntText text) {
        return new TypedColumn(name, "int32", logical, (group, column, random) -> {
            if (bound == 0) {
                int millis = random.nextInt(86_400_000);
                group.add(column, millis);
                return LocalTime.ofNanoOfDay(millis * 1_000_000L).toString();
            }
            int number = random.nextInt(-bound + 1, bound);
            group.add(column, number);
            return text.of(number);
        });
    }

    private static TypedColumn longs(String name, String logical, LongText text) {
        return new TypedColumn(name, "int64", logical, (group, column, random) -> {
            long number = random.nextBoolean() ? random.nextInt(100) : random.nextLong();
            group.add(column, number);
            return text.of(number);
        });
    }

    private static TypedColumn longs(String name, String logical, long bound, LongText text) {
        return new TypedColumn(name, "int64", logical, (group, column, random) -> {
            long number = random.nextLong(-bound + 1, bound);
            group.add(column, number);
            return text.of(number);
        });
    }

    private static TypedColumn text(String name, String logical) {
        return new TypedColumn(name, "binary", logical, (group, column, random) -> {
            String value = random.nextInt(4) == 0 ? "" : "prefix é " + random.nextInt(500);
            group.add(column, value);
            return value;
        });
    }

    /** @param size of the fixed length array, 0 for binary of any length */
    private static TypedColumn decimal(String name, int size, int precision, int scale) {
        String type = size == 0 ? "binary" : "fixed_len_byte_array(" + size + ")";
        String logical = "DECIMAL(" + precision + "," + scale + ")";
        return new TypedColumn(name, type, logical, (group, column, random) -> {
            int bits = (int) (precision * 3.3) - 1;
            BigInteger number = new BigInteger(random.nextInt(1, bits), random);
            BigInteger signed = random.nextBoolean() ? number : number.negate();
            byte[] bytes = signed.toByteArray();
            byte[] padded = new byte[Math.max(size, bytes.length)];
            java.util.Arrays.fill(padded, (byte) (signed.signum() < 0 ? -1 : 0));
            System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
            group.add(column, Binary.fromConstantByteArray(padded));
            return new BigDecimal(signed, scale).toPlainString();
        });
    }

    private static String timestamp(long value, long perSecond) {
        long nanos = Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond);
        return LocalDateTime.ofEpochSecond(Math.floorDiv(value, perSecond), (int) nanos, ZoneOffset.UTC)
                .toString();
    }
}

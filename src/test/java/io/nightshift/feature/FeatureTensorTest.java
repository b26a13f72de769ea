package io.nightshift.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Seed;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.Schema;
import io.nightshift.failure.NightshiftException;
import io.nightshift.onnx.TensorType;
import io.nightshift.registry.Feature;
import io.nightshift.registry.ModelSignature;
import io.nightshift.registry.Transform;
import io.nightshift.registry.Vocabulary;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Every transform over every column type into every tensor type, against {@link TransformOracle}. */
class FeatureTensorTest {

    private static final Schema SCHEMA = schema();
    private static final int ROWS = 150;

    /** Texts of {@link RandomBatches}, digits and truth among them. */
    private static final Vocabulary VOCABULARY =
            new Vocabulary("values", List.of("", "a", "日本", "zz", "0", "-1", "255", "true", "naïve"));

    private static Schema schema() {
        List<Field> fields = new ArrayList<>(RandomBatches.everyType(true).fields());
        fields.add(new Field("decimal_18_5", ColumnType.decimal(18, 5), true));
        return new Schema(fields);
    }

    private static List<Transform.Reading> readings(ColumnType type) {
        List<Transform.Reading> readings = new ArrayList<>();
        if (type.numeric()) {
            readings.add(new Transform.Number());
        }
        boolean whole = Set.of("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
                .contains(type.toString());
        if (whole || type.kind() == Kind.BOOLEAN) {
            readings.add(new Transform.Truth());
        }
        if (whole || type.kind() == Kind.BOOLEAN || type.kind() == Kind.STRING) {
            readings.add(new Transform.Index(VOCABULARY, 1, null));
            readings.add(new Transform.Index(VOCABULARY, -3, 0));
            readings.add(new Transform.OneHot(VOCABULARY, true));
            readings.add(new Transform.OneHot(VOCABULARY, false));
            readings.add(new Transform.HashBucket(1));
            readings.add(new Transform.HashBucket(1000));
        }
        for (Transform.CalendarField field : Transform.CalendarField.values()) {
            boolean hour = field == Transform.CalendarField.HOUR;
            if (type.kind() == Kind.TIMESTAMP || type.kind() == (hour ? Kind.TIME : Kind.DATE)) {
                readings.add(new Transform.Calendar(field));
            }
        }
        for (Transform.EpochUnit unit : Transform.EpochUnit.values()) {
            boolean date = type.kind() == Kind.DATE && unit.nanos() >= 1_000_000;
            boolean time = type.kind() == Kind.TIMESTAMP
                    && unit.nanos() >= 1_000_000_000 / type.unit().perSecond();
            if (date || time) {
                readings.add(new Transform.Epoch(unit));
            }
        }
        return readings;
    }

    private static List<Transform.Step> steps(Random random, Transform.Reading reading) {
        if (reading instanceof Transform.OneHot || random.nextInt(3) == 0) {
            return List.of();
        }
        List<Transform.Step> steps = new ArrayList<>(List.of(
                new Transform.Standardize(random.nextGaussian() * 10, 0.5 + random.nextInt(3)),
                new Transform.Clip(-2, random.nextInt(100)),
                new Transform.Log1p(),
                new Transform.Bucketize(new double[] {-1, 0, 0.5, random.nextInt(1, 1000)})));
        Collections.shuffle(steps, random);
        return steps.subList(0, random.nextInt(steps.size()));
    }

    private static @Nullable Double missing(Random random, Transform.Reading reading, TensorType tensor) {
        if (random.nextBoolean()) {
            return null;
        }
        if (reading instanceof Transform.OneHot) {
            return -1.0;
        }
        return tensor.fractional() && random.nextBoolean() ? (Double) Double.NaN : (Double) (double) random.nextInt(3);
    }

    private static FeatureTensor compile(Feature feature, TensorType type, Schema schema) {
        ModelSignature.Input input = new ModelSignature.Input("x", type, List.of(feature));
        ModelSignature signature =
                new ModelSignature("m", ModelSignature.ONNX_RUNTIME, "m.onnx", List.of(input), List.of(), null);
        return FeatureCompiler.compile(signature, schema, ROWS).get(0);
    }

    private static BigDecimal element(FeatureTensor tensor, int index) {
        ByteBuffer buffer = tensor.buffer().duplicate().order(ByteOrder.nativeOrder());
        return switch (tensor.type()) {
            case FLOAT32 -> new BigDecimal(buffer.asFloatBuffer().get(index));
            case FLOAT64 -> new BigDecimal(buffer.asDoubleBuffer().get(index));
            case INT64 -> BigDecimal.valueOf(buffer.asLongBuffer().get(index));
            case INT32 -> BigDecimal.valueOf(buffer.asIntBuffer().get(index));
            case BOOLEAN -> BigDecimal.valueOf(buffer.get(index));
        };
    }

    private static boolean isNan(FeatureTensor tensor, int index) {
        ByteBuffer buffer = tensor.buffer().duplicate().order(ByteOrder.nativeOrder());
        return tensor.type() == TensorType.FLOAT32
                ? Float.isNaN(buffer.asFloatBuffer().get(index))
                : tensor.type() == TensorType.FLOAT64
                        && Double.isNaN(buffer.asDoubleBuffer().get(index));
    }

    /** Fills a batch and compares every row; adds the reasons that came up. */
    private static void compare(FeatureTensor tensor, Feature feature, RecordBatch batch, String what) {
        RejectedRows rejected = new RejectedRows(batch.rows());
        tensor.fill(batch, rejected);
        tensor.flush(batch.rows(), rejected);
        TransformOracle oracle = new TransformOracle(feature, tensor.type());
        Column column = batch.column(feature.column());
        Schema rejects = RejectColumns.schema(batch.schema(), List.of());
        RecordBatch reasons = new RecordBatch(rejects, batch.rows());
        rejected.write(batch, new int[0], 0, reasons);
        int nextReject = 0;
        for (int row = 0; row < batch.rows(); row++) {
            TransformOracle.Answer expected = oracle.of(column, row);
            String where = what + ", row " + row + " = " + column.text(row);
            assertThat(rejected.contains(row)).as(where).isEqualTo(expected.reject() != null);
            for (int i = 0; i < tensor.width(); i++) {
                int index = row * tensor.width() + i;
                assertThat(isNan(tensor, index)).as(where).isEqualTo(expected.nan());
                if (!expected.nan()) {
                    BigDecimal value = expected.reject() != null
                            ? BigDecimal.ZERO
                            : expected.elements().get(i);
                    assertThat(element(tensor, index)).as(where).isEqualByComparingTo(value);
                }
            }
            if (expected.reject() != null) {
                assertThat(reasons.column(RejectColumns.REASON).text(nextReject))
                        .as(where)
                        .isEqualTo(expected.reject().name());
                assertThat(reasons.column(RejectColumns.COLUMN).text(nextReject))
                        .as(where)
                        .isEqualTo(feature.column());
                assertThat(reasons.column(RejectColumns.VALUE).text(nextReject))
                        .as(where)
                        .isEqualTo(column.text(row));
                nextReject++;
            }
        }
    }

    @RepeatedTest(5)
    void everyTransformEqualsThePlainComputationRowByRow() {
        Seed seed = Seed.next();
        Random random = seed.random();
        RandomBatches batches = new RandomBatches(seed.value(), 0.1);
        Set<TensorType> tensors = EnumSet.noneOf(TensorType.class);
        Set<String> transforms = new HashSet<>();
        for (Field field : SCHEMA.fields()) {
            for (Transform.Reading reading : readings(field.type())) {
                TensorType type = TensorType.values()[random.nextInt(TensorType.values().length)];
                Feature feature =
                        new Feature(field.name(), reading, steps(random, reading), missing(random, reading, type));
                FeatureTensor tensor = compile(feature, type, SCHEMA);
                for (int batch = 0; batch < 3; batch++) {
                    compare(
                            tensor,
                            feature,
                            batches.next(SCHEMA, 1 + random.nextInt(ROWS)),
                            seed + ", " + type + " of " + field + ", " + feature);
                }
                tensors.add(type);
                transforms.add(reading.name());
            }
        }
        assertThat(tensors).hasSize(TensorType.values().length);
        assertThat(transforms)
                .containsExactlyInAnyOrder(
                        "number",
                        "boolean",
                        "index",
                        "one_hot",
                        "hash_bucket",
                        "epoch",
                        "month",
                        "day_of_week",
                        "hour",
                        "day_of_year");
    }

    @Test
    void calendarAndEpochHoldAtTheEdgesOfTime() {
        long[] edges = {
            Long.MIN_VALUE,
            Long.MIN_VALUE + 1,
            -1,
            0,
            1,
            -86_400_000,
            -86_400_000_001L,
            Long.MAX_VALUE - 1,
            Long.MAX_VALUE
        };
        for (TimeUnit unit : List.of(TimeUnit.MILLIS, TimeUnit.MICROS, TimeUnit.NANOS)) {
            Schema schema = new Schema(List.of(new Field("t", ColumnType.timestamp(unit, false), true)));
            RecordBatch batch = new RecordBatch(schema, edges.length);
            batch.clear(0);
            System.arraycopy(edges, 0, ((LongColumn) batch.column(0)).values(), 0, edges.length);
            batch.rows(edges.length);
            for (Transform.Reading reading : readings(schema.field(0).type())) {
                Feature feature = new Feature("t", reading, List.of(), null);
                compare(compile(feature, TensorType.INT64, schema), feature, batch, unit + " " + reading);
            }
        }
    }

    @Test
    void datesHoldAtTheEdgesOfTheirType() {
        int[] edges = {Integer.MIN_VALUE, -1, 0, 1, 59, 60, 365, Integer.MAX_VALUE};
        Schema schema = new Schema(List.of(new Field("d", ColumnType.of(Kind.DATE), true)));
        RecordBatch batch = new RecordBatch(schema, edges.length);
        batch.clear(0);
        System.arraycopy(edges, 0, ((IntColumn) batch.column(0)).values(), 0, edges.length);
        batch.rows(edges.length);
        for (Transform.Reading reading : readings(schema.field(0).type())) {
            Feature feature = new Feature("d", reading, List.of(), null);
            compare(compile(feature, TensorType.INT64, schema), feature, batch, reading.toString());
        }
    }

    @Test
    void whatDoesNotFitItsColumnIsRefusedWithEveryProblemAtOnce() {
        ModelSignature.Input input = new ModelSignature.Input(
                "x",
                TensorType.FLOAT32,
                List.of(
                        new Feature("strin", new Transform.Number(), List.of(), null),
                        new Feature("string", new Transform.Number(), List.of(), null),
                        new Feature("date", new Transform.Calendar(Transform.CalendarField.HOUR), List.of(), null),
                        new Feature("local_MILLIS", new Transform.Epoch(Transform.EpochUnit.NANOS), List.of(), null),
                        new Feature("float64", new Transform.HashBucket(4), List.of(), null)));
        ModelSignature signature =
                new ModelSignature("m", ModelSignature.ONNX_RUNTIME, "m.onnx", List.of(input), List.of(), null);
        assertThatThrownBy(() -> FeatureCompiler.compile(signature, SCHEMA, ROWS))
                .isInstanceOf(NightshiftException.class)
                .hasMessageContainingAll(
                        "the column 'strin' is missing, did you mean 'string'?",
                        "number of 'string' needs a number; for texts there are index, one_hot and hash_bucket",
                        "hour of 'date' needs a timestamp or time: a date has no hour",
                        "epoch of 'local_MILLIS'",
                        "hash_bucket of 'float64'",
                        "Nothing was scored");
    }
}

package io.nightshift.feature;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.onnx.TensorType;
import io.nightshift.registry.Feature;
import io.nightshift.registry.ModelSignature;
import io.nightshift.registry.ModelSignature.Input;
import io.nightshift.registry.Transform;
import io.nightshift.registry.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Fits a signature's features to the columns of an input, once per worker. */
public final class FeatureCompiler {

    private static final int MOST_NAMED = 10;
    private static final int SOME_NAMED = 3;

    private final ModelSignature signature;
    private final Schema input;
    private final List<String> problems = new ArrayList<>();

    private FeatureCompiler(ModelSignature signature, Schema input) {
        this.signature = signature;
        this.input = input;
    }

    /**
     * The tensors of a model for batches of up to {@code batchRows} rows.
     *
     * @throws NightshiftException SCHEMA_MISMATCH with every feature that does not fit its column
     */
    public static List<FeatureTensor> compile(ModelSignature signature, Schema input, int batchRows) {
        return new FeatureCompiler(signature, input).tensors(batchRows);
    }

    private List<FeatureTensor> tensors(int batchRows) {
        FeatureColumn.Scratch scratch = new FeatureColumn.Scratch(batchRows);
        List<FeatureTensor> tensors = new ArrayList<>();
        for (Input tensor : signature.inputs()) {
            TensorStaging staging = TensorStaging.of(tensor.type(), batchRows, tensor.width());
            tensors.add(new FeatureTensor(tensor.tensor(), tensor.type(), columns(tensor), staging, scratch));
        }
        if (!problems.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the model '" + signature.name() + "' does not fit the input: " + String.join("; ", problems)
                            + ". Nothing was scored");
        }
        return tensors;
    }

    private List<FeatureColumn> columns(Input tensor) {
        List<FeatureColumn> columns = new ArrayList<>();
        int element = 0;
        for (Feature feature : tensor.features()) {
            FeatureColumn column = column(feature, tensor.type(), element);
            if (column != null) {
                columns.add(column);
            }
            element += feature.width();
        }
        return columns;
    }

    private @Nullable FeatureColumn column(Feature feature, TensorType tensor, int element) {
        int position = input.indexOf(feature.column());
        if (position < 0) {
            problems.add("the column '" + feature.column() + "' is missing"
                    + Suggestion.suffix(feature.column(), input.names()) + " (columns: "
                    + String.join(", ", input.names()) + ")");
            return null;
        }
        ColumnType type = input.field(position).type();
        ValueReader reader = reader(feature, type);
        if (reader == null) {
            return null;
        }
        Double missing = feature.missing();
        if (missing != null && missing.isNaN() && !tensor.fractional()) {
            problems.add("missing: nan of '" + feature.column() + "' does not fit a tensor of " + tensor);
        }
        boolean whole = tensor == TensorType.INT64 && (missing == null || missing == Math.rint(missing));
        return new FeatureColumn(feature, position, element, reader, whole);
    }

    private @Nullable ValueReader reader(Feature feature, ColumnType type) {
        Transform.Reading reading = feature.reading();
        if (reading instanceof Transform.Calendar calendar) {
            return calendar(feature, calendar.field(), type);
        }
        if (reading instanceof Transform.Epoch epoch) {
            return epoch(feature, epoch.unit().nanos(), type);
        }
        if (reading instanceof Transform.Index index) {
            Integer unknown = index.unknown();
            CategoryCode code = CategoryCode.vocabulary(
                    index.vocabulary().values(), index.first(), unknown == null ? Double.NaN : unknown);
            return category(feature, type, code, allowed(index.vocabulary()));
        }
        if (reading instanceof Transform.OneHot oneHot) {
            CategoryCode code =
                    CategoryCode.vocabulary(oneHot.vocabulary().values(), 0, oneHot.rejectUnknown() ? Double.NaN : -1);
            return category(feature, type, code, allowed(oneHot.vocabulary()));
        }
        if (reading instanceof Transform.HashBucket hash) {
            return category(feature, type, CategoryCode.bucket(hash.buckets()), "all texts");
        }
        if (reading instanceof Transform.Truth) {
            boolean fits = type.kind() == ColumnType.Kind.BOOLEAN || isWhole(type);
            return fits ? new NumberReader.Truth(type) : refuse(feature, type, "a boolean or a whole number");
        }
        return type.numeric() ? new NumberReader(type) : refuse(feature, type, numberAdvice(type));
    }

    private @Nullable ValueReader calendar(Feature feature, Transform.CalendarField field, ColumnType type) {
        long unitsPerDay = TimeUnit.DAYS.toSeconds(1) * type.unit().perSecond();
        return switch (type.kind()) {
            case TIMESTAMP -> new CalendarReader(field, unitsPerDay);
            case DATE ->
                field == Transform.CalendarField.HOUR
                        ? refuse(feature, type, "a timestamp or time: a date has no hour")
                        : new CalendarReader(field, 1);
            case TIME ->
                field == Transform.CalendarField.HOUR
                        ? new CalendarReader(field, unitsPerDay)
                        : refuse(feature, type, "a date or timestamp");
            default -> refuse(feature, type, "a date or timestamp");
        };
    }

    private @Nullable ValueReader epoch(Feature feature, long unitNanos, ColumnType type) {
        long dayNanos = TimeUnit.DAYS.toNanos(1);
        if (type.kind() == ColumnType.Kind.DATE && unitNanos >= TimeUnit.MILLISECONDS.toNanos(1)) {
            return new EpochReader(dayNanos / unitNanos, 1);
        }
        if (type.kind() == ColumnType.Kind.TIMESTAMP) {
            long columnNanos = TimeUnit.SECONDS.toNanos(1) / type.unit().perSecond();
            if (unitNanos >= columnNanos) {
                return new EpochReader(1, unitNanos / columnNanos);
            }
        }
        return refuse(feature, type, "a timestamp that counts the unit or a finer one, or a date down to millis");
    }

    private @Nullable ValueReader category(Feature feature, ColumnType type, CategoryCode code, String allowed) {
        boolean fits = type.kind() == ColumnType.Kind.STRING || type.kind() == ColumnType.Kind.BOOLEAN || isWhole(type);
        return fits
                ? new CategoryReader(code, allowed)
                : refuse(feature, type, "a string, a whole number or a boolean");
    }

    private static String allowed(Vocabulary vocabulary) {
        List<String> values = vocabulary.values();
        return values.size() <= MOST_NAMED
                ? String.join(", ", values)
                : "the " + values.size() + " texts of " + vocabulary.source() + ", such as "
                        + String.join(", ", values.subList(0, SOME_NAMED));
    }

    private static boolean isWhole(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> true;
            case BOOLEAN, FLOAT32, FLOAT64, DECIMAL, DATE, TIME, TIMESTAMP, STRING, UUID -> false;
        };
    }

    private static String numberAdvice(ColumnType type) {
        return switch (type.kind()) {
            case STRING, UUID -> "a number; for texts there are index, one_hot and hash_bucket";
            case DATE, TIME, TIMESTAMP -> "a number; for times there are month, day_of_week, hour, day_of_year, epoch";
            default -> "a number; for booleans there is boolean";
        };
    }

    private @Nullable ValueReader refuse(Feature feature, ColumnType type, String needed) {
        problems.add("the transform " + feature.reading().name() + " of '" + feature.column() + "' needs " + needed
                + ", but the column is " + type);
        return null;
    }
}

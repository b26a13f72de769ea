package io.nightshift.feature;

import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RejectReason;
import io.nightshift.onnx.TensorType;
import io.nightshift.registry.Feature;
import io.nightshift.registry.Transform;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a feature of a row should be, one row at a time, from the value's text, {@code java.time} and {@link BigDecimal}:
 * shares nothing with the code that fills tensors.
 */
final class TransformOracle {

    /** The elements of the row, exact where they are whole numbers, or why it is rejected. */
    record Answer(
            List<BigDecimal> elements,
            boolean nan,
            @Nullable RejectReason reject) {

        static Answer of(double number) {
            return Double.isNaN(number)
                    ? new Answer(List.of(), true, null)
                    : new Answer(List.of(new BigDecimal(number)), false, null);
        }

        static Answer rejected(RejectReason reason) {
            return new Answer(List.of(), false, reason);
        }
    }

    private final Feature feature;
    private final TensorType tensor;

    TransformOracle(Feature feature, TensorType tensor) {
        this.feature = feature;
        this.tensor = tensor;
    }

    Answer of(Column column, int row) {
        if (feature.reading() instanceof Transform.OneHot oneHot) {
            return oneHot(oneHot, column.text(row));
        }
        if (column.isNull(row)) {
            Double missing = feature.missing();
            return missing == null
                    ? Answer.rejected(RejectReason.MISSING_VALUE)
                    : fitted(steps(missing), Double.isNaN(missing));
        }
        if (feature.steps().isEmpty() && tensor == TensorType.INT64) {
            BigDecimal exact = exact(column, row);
            if (exact != null) {
                return new Answer(List.of(exact), false, null);
            }
        }
        double read = read(column, row);
        if (Double.isNaN(read) && isCategory()) {
            return Answer.rejected(RejectReason.UNKNOWN_VALUE);
        }
        return fitted(steps(read), false);
    }

    private boolean isCategory() {
        return feature.reading() instanceof Transform.Index || feature.reading() instanceof Transform.HashBucket;
    }

    /** Whole numbers of 64 bits, which no floating point number holds. */
    private @Nullable BigDecimal exact(Column column, int row) {
        if (feature.reading() instanceof Transform.Number) {
            return switch (column.type().kind()) {
                case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> new BigDecimal(text(column, row));
                default -> null;
            };
        }
        return feature.reading() instanceof Transform.Epoch epoch ? epoch(epoch, column, row) : null;
    }

    private double read(Column column, int row) {
        Transform.Reading reading = feature.reading();
        if (reading instanceof Transform.Calendar calendar) {
            return calendar(calendar.field(), column, row);
        }
        if (reading instanceof Transform.Epoch epoch) {
            return epoch(epoch, column, row).doubleValue();
        }
        if (reading instanceof Transform.Index index) {
            int position = index.vocabulary().values().indexOf(text(column, row));
            Integer unknown = index.unknown();
            return position >= 0 ? index.first() + position : unknown == null ? Double.NaN : unknown;
        }
        if (reading instanceof Transform.HashBucket hash) {
            return bucket(text(column, row), hash.buckets());
        }
        if (reading instanceof Transform.Truth) {
            String text = text(column, row);
            return text.equals("false") || text.equals("0") ? 0 : 1;
        }
        return switch (column.type().kind()) {
            case FLOAT32 -> Float.parseFloat(text(column, row));
            case FLOAT64 -> Double.parseDouble(text(column, row));
            default -> new BigDecimal(text(column, row)).doubleValue();
        };
    }

    private static String text(Column column, int row) {
        return java.util.Objects.requireNonNull(column.text(row));
    }

    private static double calendar(Transform.CalendarField field, Column column, int row) {
        if (column.type().kind() == ColumnType.Kind.TIME) {
            return LocalTime.MIDNIGHT
                    .plus(((LongColumn) column).values()[row], unit(column.type()))
                    .getHour();
        }
        LocalDateTime time = column instanceof IntColumn dates
                ? LocalDate.EPOCH.plusDays(dates.values()[row]).atStartOfDay()
                : LocalDate.EPOCH.atStartOfDay().plus(((LongColumn) column).values()[row], unit(column.type()));
        return switch (field) {
            case MONTH -> time.getMonthValue();
            case DAY_OF_WEEK ->
                List.of("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
                        .indexOf(time.getDayOfWeek().name());
            case HOUR -> time.getHour();
            case DAY_OF_YEAR -> ChronoUnit.DAYS.between(LocalDate.of(time.getYear(), 1, 1), time.toLocalDate()) + 1;
        };
    }

    private static ChronoUnit unit(ColumnType type) {
        return switch (type.unit()) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
            case NONE -> ChronoUnit.DAYS;
        };
    }

    private static BigDecimal epoch(Transform.Epoch epoch, Column column, int row) {
        long count = column instanceof IntColumn dates ? dates.values()[row] : ((LongColumn) column).values()[row];
        BigDecimal nanos = BigDecimal.valueOf(count)
                .multiply(BigDecimal.valueOf(unit(column.type()).getDuration().toNanos()));
        return nanos.divide(BigDecimal.valueOf(epoch.unit().nanos()), 0, RoundingMode.FLOOR);
    }

    private static double bucket(String text, int buckets) {
        BigInteger mask = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        BigInteger hash = new BigInteger("14695981039346656037");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = hash.xor(BigInteger.valueOf(b & 0xFF))
                    .multiply(new BigInteger("1099511628211"))
                    .and(mask);
        }
        return hash.mod(BigInteger.valueOf(buckets)).doubleValue();
    }

    private double steps(double read) {
        double value = read;
        for (Transform.Step step : feature.steps()) {
            if (step instanceof Transform.Standardize standardize) {
                value = (value - standardize.mean()) / standardize.deviation();
            } else if (step instanceof Transform.Clip clip) {
                value = value < clip.min() ? clip.min() : value > clip.max() ? clip.max() : value;
            } else if (step instanceof Transform.Log1p) {
                value = Math.log1p(value);
            } else if (step instanceof Transform.Bucketize bucketize && !Double.isNaN(value)) {
                int bucket = 0;
                for (double boundary : bucketize.boundaries()) {
                    bucket += boundary <= value ? 1 : 0;
                }
                value = bucket;
            }
        }
        return value;
    }

    /** The value as the tensor's type holds it, or why it does not. */
    private Answer fitted(double value, boolean nanAskedFor) {
        if (Double.isNaN(value)) {
            return nanAskedFor && tensor.fractional()
                    ? Answer.of(Double.NaN)
                    : Answer.rejected(RejectReason.INVALID_VALUE);
        }
        boolean fits = !Double.isInfinite(value)
                && switch (tensor) {
                    case FLOAT32 -> !Float.isInfinite((float) value);
                    case FLOAT64 -> true;
                    case INT64 -> isWhole(value, Long.MIN_VALUE, Long.MAX_VALUE);
                    case INT32 -> isWhole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
                    case BOOLEAN -> isWhole(value, 0, 1);
                };
        if (!fits) {
            return Answer.rejected(RejectReason.INVALID_VALUE);
        }
        return Answer.of(tensor == TensorType.FLOAT32 ? (float) value : value);
    }

    private static boolean isWhole(double value, long least, long largest) {
        BigDecimal exact = new BigDecimal(value);
        return exact.stripTrailingZeros().scale() <= 0
                && exact.compareTo(BigDecimal.valueOf(least)) >= 0
                && exact.compareTo(BigDecimal.valueOf(largest)) <= 0;
    }

    private Answer oneHot(Transform.OneHot oneHot, @Nullable String text) {
        if (text == null && feature.missing() == null) {
            return Answer.rejected(RejectReason.MISSING_VALUE);
        }
        List<String> values = oneHot.vocabulary().values();
        if (text != null && oneHot.rejectUnknown() && !values.contains(text)) {
            return Answer.rejected(RejectReason.UNKNOWN_VALUE);
        }
        return new Answer(
                values.stream()
                        .map(value -> value.equals(text) ? BigDecimal.ONE : BigDecimal.ZERO)
                        .toList(),
                false,
                null);
    }
}

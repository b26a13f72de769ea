package io.nightshift.read;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.Field;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.job.Condition;
import io.nightshift.job.Condition.Operator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A condition on one column, its operands read once. For one thread, as it keeps what it found out about a dictionary. */
abstract class Predicate {

    static Predicate of(Condition condition, Field field) {
        Operand operand = new Operand(condition, field);
        return switch (field.type().layout()) {
            case BOOLEAN, INT, LONG ->
                new OfLongs(condition.operator(), operand.longs(), field.type().kind() == ColumnType.Kind.UINT64);
            case FLOAT, DOUBLE -> new OfDoubles(condition.operator(), operand.doubles());
            case BYTES ->
                new OfBytes(condition.operator(), operand.bytes(), field.type().kind() == ColumnType.Kind.DECIMAL);
        };
    }

    /**
     * Keeps the rows whose value meets the condition.
     *
     * @param rows row numbers, of which the first {@code count} are used; those kept are moved to the front
     * @return how many were kept
     */
    abstract int select(Column column, int[] rows, int count);

    /** Whether no value between the two of a range can meet the condition. */
    abstract boolean excludes(Column range);

    /** Whether a value that compares to the only operand like {@code comparison} to zero meets the operator. */
    private static boolean meets(Operator operator, int comparison) {
        return switch (operator) {
            case FROM -> comparison >= 0;
            case AFTER -> comparison > 0;
            case TO -> comparison <= 0;
            case BEFORE -> comparison < 0;
            case EQUALS, IN -> comparison == 0;
        };
    }

    /** Whether a range whose ends compare like these to an operand has no value that meets the operator. */
    private static boolean excludes(Operator operator, int smallest, int largest) {
        return switch (operator) {
            case FROM -> largest < 0;
            case AFTER -> largest <= 0;
            case TO -> smallest > 0;
            case BEFORE -> smallest >= 0;
            case EQUALS, IN -> smallest > 0 || largest < 0;
        };
    }

    private static final class OfLongs extends Predicate {

        private final Operator operator;
        private final long[] operands;
        /** Flips the sign bit of unsigned values, so that they compare as signed ones. */
        private final long flip;

        OfLongs(Operator operator, long[] operands, boolean unsigned) {
            this.operator = operator;
            this.flip = unsigned ? Long.MIN_VALUE : 0;
            this.operands = Arrays.stream(operands).map(value -> value ^ flip).toArray();
        }

        @Override
        int select(Column column, int[] rows, int count) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (!column.isNull(row) && meets(value(column, row))) {
                    rows[kept++] = row;
                }
            }
            return kept;
        }

        private long value(Column column, int row) {
            if (column instanceof LongColumn longs) {
                return longs.values()[row] ^ flip;
            }
            if (column instanceof IntColumn ints) {
                return ints.values()[row];
            }
            return ((BooleanColumn) column).values()[row] ? 1 : 0;
        }

        private boolean meets(long value) {
            for (long operand : operands) {
                if (Predicate.meets(operator, Long.compare(value, operand))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        boolean excludes(Column range) {
            long smallest = value(range, 0);
            long largest = value(range, 1);
            for (long operand : operands) {
                if (!Predicate.excludes(operator, Long.compare(smallest, operand), Long.compare(largest, operand))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** NaN meets nothing, and minus zero equals zero. */
    private static final class OfDoubles extends Predicate {

        private final Operator operator;
        private final double[] operands;

        OfDoubles(Operator operator, double[] operands) {
            this.operator = operator;
            this.operands = operands;
        }

        @Override
        int select(Column column, int[] rows, int count) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (!column.isNull(row) && meets(value(column, row))) {
                    rows[kept++] = row;
                }
            }
            return kept;
        }

        private static double value(Column column, int row) {
            return column instanceof DoubleColumn doubles
                    ? doubles.values()[row]
                    : ((FloatColumn) column).values()[row];
        }

        private boolean meets(double value) {
            if (Double.isNaN(value)) {
                return false;
            }
            for (double operand : operands) {
                if (Predicate.meets(operator, compare(value, operand))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        boolean excludes(Column range) {
            double smallest = value(range, 0);
            double largest = value(range, 1);
            if (Double.isNaN(smallest) || Double.isNaN(largest)) {
                return false;
            }
            for (double operand : operands) {
                if (!Predicate.excludes(operator, compare(smallest, operand), compare(largest, operand))) {
                    return false;
                }
            }
            return true;
        }

        private static int compare(double value, double operand) {
            return value < operand ? -1 : value > operand ? 1 : 0;
        }
    }

    /** Text and UUIDs compare byte by byte, unsigned; decimals as the numbers they are. */
    private static final class OfBytes extends Predicate {

        private final Operator operator;
        private final byte[][] operands;
        private final boolean numbers;
        private @Nullable Dictionary known;
        private boolean[] meeting = {};

        OfBytes(Operator operator, byte[][] operands, boolean numbers) {
            this.operator = operator;
            this.operands = operands;
            this.numbers = numbers;
        }

        @Override
        int select(Column column, int[] rows, int count) {
            BytesColumn bytes = (BytesColumn) column;
            Dictionary dictionary = bytes.dictionary();
            return dictionary == null ? selectPlain(bytes, rows, count) : selectEntries(bytes, dictionary, rows, count);
        }

        private int selectPlain(BytesColumn column, int[] rows, int count) {
            byte[] bytes = column.bytes();
            int[] offsets = column.offsets();
            int kept = 0;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (!column.isNull(row) && meets(bytes, offsets[row], offsets[row + 1])) {
                    rows[kept++] = row;
                }
            }
            return kept;
        }

        private int selectEntries(BytesColumn column, Dictionary dictionary, int[] rows, int count) {
            learn(dictionary);
            int[] ids = column.ids();
            int kept = 0;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (meeting[ids[row]] && !column.isNull(row)) {
                    rows[kept++] = row;
                }
            }
            return kept;
        }

        private void learn(Dictionary dictionary) {
            if (dictionary == known) {
                return;
            }
            meeting = new boolean[dictionary.size()];
            for (int id = 0; id < meeting.length; id++) {
                byte[] value = dictionary.bytes(id);
                meeting[id] = meets(value, 0, value.length);
            }
            known = dictionary;
        }

        private boolean meets(byte[] bytes, int from, int to) {
            for (byte[] operand : operands) {
                if (Predicate.meets(operator, compare(bytes, from, to, operand))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        boolean excludes(Column range) {
            byte[] smallest = ((BytesColumn) range).copy(0);
            byte[] largest = ((BytesColumn) range).copy(1);
            for (byte[] operand : operands) {
                int low = compare(smallest, 0, smallest.length, operand);
                if (!Predicate.excludes(operator, low, compare(largest, 0, largest.length, operand))) {
                    return false;
                }
            }
            return true;
        }

        private int compare(byte[] bytes, int from, int to, byte[] operand) {
            return numbers
                    ? compareNumbers(bytes, from, to, operand)
                    : Arrays.compareUnsigned(bytes, from, to, operand, 0, operand.length);
        }

        /** Two's complement, big endian, of any lengths: as if both were extended by their signs to the same length. */
        private static int compareNumbers(byte[] bytes, int from, int to, byte[] operand) {
            int sign = bytes[from] >> 7;
            int operandSign = operand[0] >> 7;
            if (sign != operandSign) {
                return Integer.compare(sign, operandSign);
            }
            int length = Math.max(to - from, operand.length);
            for (int i = length; i > 0; i--) {
                int digit = i > to - from ? sign & 0xff : bytes[to - i] & 0xff;
                int operandDigit = i > operand.length ? sign & 0xff : operand[operand.length - i] & 0xff;
                if (digit != operandDigit) {
                    return Integer.compare(digit, operandDigit);
                }
            }
            return 0;
        }
    }
}

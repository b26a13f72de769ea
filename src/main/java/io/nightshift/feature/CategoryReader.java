package io.nightshift.feature;

import io.nightshift.data.BooleanColumn;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.Dictionary;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RejectReason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Texts, and whole numbers by their decimal digits, to the numbers of a {@link CategoryCode}. */
final class CategoryReader extends ValueReader {

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private final CategoryCode code;
    private final String allowed;
    private final byte[] digits = new byte[20];
    private @Nullable Dictionary dictionary;
    private double[] codes = new double[0];

    /** @param allowed the texts that have a number, for messages */
    CategoryReader(CategoryCode code, String allowed) {
        this.code = code;
        this.allowed = allowed;
    }

    @Override
    void read(Column column, int rows, double[] into) {
        if (column instanceof BytesColumn texts) {
            readTexts(texts, rows, into);
        } else if (column instanceof LongColumn longs) {
            boolean unsigned = column.type().kind() == ColumnType.Kind.UINT64;
            for (int row = 0; row < rows; row++) {
                into[row] = ofWhole(longs.values()[row], unsigned);
            }
        } else if (column instanceof IntColumn ints) {
            for (int row = 0; row < rows; row++) {
                into[row] = ofWhole(ints.values()[row], false);
            }
        } else {
            boolean[] values = ((BooleanColumn) column).values();
            double truth = code.of(TRUE, 0, TRUE.length);
            double falsehood = code.of(FALSE, 0, FALSE.length);
            for (int row = 0; row < rows; row++) {
                into[row] = values[row] ? truth : falsehood;
            }
        }
    }

    private void readTexts(BytesColumn column, int rows, double[] into) {
        Dictionary values = column.dictionary();
        if (values == null) {
            byte[] bytes = column.bytes();
            int[] offsets = column.offsets();
            for (int row = 0; row < rows; row++) {
                into[row] = code.of(bytes, offsets[row], offsets[row + 1]);
            }
            return;
        }
        if (values != dictionary) {
            codes = codesOf(values);
            dictionary = values;
        }
        int[] ids = column.ids();
        for (int row = 0; row < rows; row++) {
            into[row] = codes[ids[row]];
        }
    }

    /** One code for every entry; a null row's id 0 needs an entry even where all rows are null. */
    private double[] codesOf(Dictionary values) {
        double[] found = new double[Math.max(1, values.size())];
        for (int id = 0; id < values.size(); id++) {
            byte[] bytes = values.bytes(id);
            found[id] = code.of(bytes, 0, bytes.length);
        }
        return found;
    }

    private double ofWhole(long value, boolean unsigned) {
        int at = digits.length;
        long rest = value;
        if (unsigned && value < 0) {
            digits[--at] = (byte) ('0' + Long.remainderUnsigned(rest, 10));
            rest = Long.divideUnsigned(rest, 10);
        }
        boolean negative = rest < 0;
        do {
            digits[--at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (negative) {
            digits[--at] = '-';
        }
        return code.of(digits, at, digits.length);
    }

    @Override
    RejectReason refusal() {
        return RejectReason.UNKNOWN_VALUE;
    }

    @Override
    String message(String feature, @Nullable String value) {
        return "'" + RejectedRows.shortened(value) + "' is not one of " + allowed;
    }
}

package io.nightshift.data;

import java.util.ArrayList;
import java.util.List;

/** The columns in which rejected rows are kept: the key, then where the row was, why it was rejected, and the value. */
public final class RejectColumns {

    /** Number of the row's partition, INT32. */
    public static final String PARTITION = "partition_number";
    /** Number of the row in its partition, from 0, INT64. */
    public static final String ROW = "row_number";
    /** A {@link RejectReason}'s name, STRING. */
    public static final String REASON = "reason";
    /** The column that holds the offending value, STRING. */
    public static final String COLUMN = "column_name";
    /** The offending value as text, null where it was null, STRING. */
    public static final String VALUE = "column_value";
    /** What is allowed, in words, STRING. */
    public static final String MESSAGE = "message";

    private RejectColumns() {}

    /** The reject schema of an input: its key columns (nullable here: a null key is a reason), then the columns above. */
    public static Schema schema(Schema input, List<String> key) {
        List<Field> fields = new ArrayList<>();
        for (String name : key) {
            fields.add(new Field(name, input.field(input.require(name)).type(), true));
        }
        fields.add(new Field(PARTITION, ColumnType.of(ColumnType.Kind.INT32), false));
        fields.add(new Field(ROW, ColumnType.of(ColumnType.Kind.INT64), false));
        fields.add(new Field(REASON, ColumnType.of(ColumnType.Kind.STRING), false));
        fields.add(new Field(COLUMN, ColumnType.of(ColumnType.Kind.STRING), true));
        fields.add(new Field(VALUE, ColumnType.of(ColumnType.Kind.STRING), true));
        fields.add(new Field(MESSAGE, ColumnType.of(ColumnType.Kind.STRING), false));
        return new Schema(fields);
    }
}

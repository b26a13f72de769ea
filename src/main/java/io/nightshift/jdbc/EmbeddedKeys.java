package io.nightshift.jdbc;

import io.nightshift.data.DuplicateKeys;
import io.nightshift.data.Fnv1a;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys of a run in an H2 table, read again in slices: H2 keeps the whole answer of a query in memory or on disk. */
final class EmbeddedKeys implements DuplicateKeys.Keys {

    private static final int SLICE = 32_768;

    private final Connection connection;
    private final ResultTable table;
    private final long first;
    private final long rowsOfRun;
    private final int rowBits;
    private long rows;

    EmbeddedKeys(Connection connection, ResultTable table, long first, long rowsOfRun, int rowBits) {
        this.connection = connection;
        this.table = table;
        this.first = first;
        this.rowsOfRun = rowsOfRun;
        this.rowBits = rowBits;
    }

    /** Rows of the run; known once they were read. */
    long rows() {
        return rows;
    }

    private interface RowVisitor {
        void visit(Row row);
    }

    /** Whether the key is one integer that rises from row to row, which proves that none occurs twice. */
    boolean rising() throws SQLException {
        long[] last = new long[1];
        boolean[] rising = {true};
        scan(row -> {
            if (!(row.values[0] instanceof Number number) || row.values.length > 1 || !integer(number)) {
                rising[0] = false;
            } else {
                rising[0] &= rows == 1 || number.longValue() > last[0];
                last[0] = number.longValue();
            }
        });
        return rising[0];
    }

    private static boolean integer(Number number) {
        return number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte;
    }

    @Override
    public void read(DuplicateKeys.Visitor visitor) {
        try {
            scan(row -> visitor.visit(row.hash(), row));
        } catch (SQLException e) {
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED,
                    "the keys of the table " + table.name() + " cannot be read again: " + e.getMessage(),
                    e);
        }
    }

    private void scan(RowVisitor visitor) throws SQLException {
        StringBuilder sql = new StringBuilder("select \"" + EmbeddedResults.ROW + '"');
        for (String column : table.key()) {
            sql.append(", ").append(TableName.quoted(column.toUpperCase(Locale.ROOT)));
        }
        sql.append(" from ")
                .append(table.name().raised().quoted())
                .append(" where \"RUN_ROW\" >= ? and \"RUN_ROW\" < ? order by \"RUN_ROW\" fetch first ")
                .append(SLICE)
                .append(" rows only");
        rows = 0;
        Row row = new Row(new @Nullable Object[table.key().size()]);
        try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
            long from = first;
            boolean more = true;
            while (more) {
                select.setLong(1, from);
                select.setLong(2, first + rowsOfRun);
                int found = 0;
                try (ResultSet slice = select.executeQuery()) {
                    while (slice.next()) {
                        found++;
                        rows++;
                        row.number = slice.getLong(1);
                        for (int i = 0; i < row.values.length; i++) {
                            row.values[i] = normal(slice.getObject(i + 2));
                        }
                        visitor.visit(row);
                    }
                }
                from = row.number + 1;
                more = found == SLICE;
            }
        }
    }

    /** The two zeros are one key, as they are to an index. */
    private static @Nullable Object normal(@Nullable Object value) {
        if (value instanceof Double real && real == 0) {
            return 0.0;
        }
        return value instanceof Float real && real == 0 ? Float.valueOf(0) : value;
    }

    private final class Row implements DuplicateKeys.KeyRow {

        private final @Nullable Object[] values;
        private long number;

        Row(@Nullable Object[] values) {
            this.values = values;
        }

        long hash() {
            long hash = 0;
            for (Object value : values) {
                long bits = value instanceof Long integer ? integer : Fnv1a.of(String.valueOf(value));
                hash = DuplicateKeys.mixed(hash ^ bits);
            }
            return hash;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < values.length; i++) {
                text.append(i == 0 ? "" : ", ")
                        .append(table.key().get(i))
                        .append(" = ")
                        .append(values[i]);
            }
            return text.toString();
        }

        @Override
        public String place() {
            long inRun = number - first;
            return "row " + (inRun & ((1L << rowBits) - 1)) + " of partition " + (inRun >>> rowBits);
        }
    }
}

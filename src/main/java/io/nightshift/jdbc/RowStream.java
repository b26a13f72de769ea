package io.nightshift.jdbc;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * The rows of a range in the order of their keys, a cursor's fetch at a time, into column arrays. A connection that is lost is
 * replaced and the rows that were had are passed over, where the database's snapshot makes sure that they are the same. For
 * one thread; close it.
 */
public final class RowStream implements AutoCloseable {

    private static final int MOST_FETCHED_ROWS = 8192;
    private static final int FEWEST_FETCHED_ROWS = 64;
    /** What one connection's driver may hold of rows; they are half as large again as objects. */
    static final int FETCH_BYTES = 8 << 20;

    private static final int TEXT_BYTES = 64;
    private static final int NO_COLUMN = -1;
    private static final int TRIES = 4;
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);

    private final DatabaseSource source;
    private final SqlFragment select;
    private final KeyRange range;
    private final Schema schema;
    private Cell[] cells = {};
    private @Nullable Connection connection;
    private @Nullable PreparedStatement statement;
    private @Nullable ResultSet rows;
    /** Rows of the range before the next one. */
    private long position;

    private long bytesRead;
    /** All rows were had, and nothing went wrong. */
    private boolean ended;

    RowStream(DatabaseSource source, SqlFragment select, KeyRange range) {
        this.source = source;
        this.select = select;
        this.range = range;
        this.schema = source.schema();
    }

    /** Passes over rows. */
    public void skip(long count) {
        position += count;
    }

    /**
     * Fills the next rows of an empty batch.
     *
     * @param into of the source's schema and at least {@code count} rows
     * @return how many rows there were, fewer than {@code count} only at the range's end
     * @throws NightshiftException DATABASE_FAILED where trying again did not help; VALUE_REFUSED with row and column;
     *     INPUT_MISSING, SCHEMA_MISMATCH, QUERY_INVALID
     */
    public int read(RecordBatch into, int count) {
        long wait = FIRST_WAIT.toMillis();
        for (int attempt = 1; ; attempt++) {
            try {
                ResultSet open = rows == null ? open() : rows;
                int filled = fill(open, into, count);
                position += filled;
                countBytes(into, filled);
                ended = filled < count;
                return filled;
            } catch (SQLException e) {
                ended = false;
                close();
                if (attempt == TRIES || !DatabaseFailure.passes(e)) {
                    throw DatabaseFailure.reading(source.query(), e).at(range.toString());
                }
                into.clear(into.firstRow());
                pause(wait);
                wait *= 2;
            }
        }
    }

    private ResultSet open() throws SQLException {
        Connection reading = source.connect();
        connection = reading;
        PreparedStatement prepared =
                reading.prepareStatement(select.sql(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement = prepared;
        if (source.dialect() == Dialect.POSTGRESQL) {
            // Below zero: described first, so that even the first execution is sent in binary.
            prepared.unwrap(PGStatement.class).setPrepareThreshold(-1);
        }
        prepared.setFetchSize(fetchRows());
        source.bindRange(prepared, select, range);
        ResultSet opened = prepared.executeQuery();
        rows = opened;
        cells = cells(opened);
        for (long i = 0; i < position && opened.next(); i++) {
            // Passed over, not decoded.
            continue;
        }
        return opened;
    }

    private Cell[] cells(ResultSet opened) throws SQLException {
        Cell[] all = new Cell[schema.size()];
        for (int i = 0; i < all.length; i++) {
            Field field = schema.field(i);
            all[i] = source.dialect() == Dialect.POSTGRESQL
                    ? PostgresCells.of(field.type(), opened.getMetaData(), i + 1)
                    : StandardCells.of(field.type());
        }
        return all;
    }

    private int fill(ResultSet open, RecordBatch into, int count) throws SQLException {
        int row = 0;
        int column = NO_COLUMN;
        try {
            while (row < count && open.next()) {
                for (column = 0; column < cells.length; column++) {
                    cells[column].read(open, column + 1, into.column(column), row);
                }
                column = NO_COLUMN;
                row++;
            }
            into.rows(row);
            return row;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused(column, row, String.valueOf(e.getMessage()), e);
        } catch (SQLException e) {
            // Class 22: the driver has the value and cannot give it in the column's type.
            if (column != NO_COLUMN && String.valueOf(e.getSQLState()).startsWith("22")) {
                throw refused(column, row, DatabaseFailure.message(e), e);
            }
            throw e;
        }
    }

    private NightshiftException refused(int column, int row, String words, Exception cause) {
        Field field = schema.field(column);
        return new NightshiftException(
                FailureCode.VALUE_REFUSED,
                "the column '" + field.name() + "' has a value that " + field.type() + " does not hold: " + words
                        + "; leave the row out with where, or cast the column in a query",
                source.query() + ", " + range + ", row " + (position + row) + ", column " + field.name(),
                cause);
    }

    private int fetchRows() {
        int width = 0;
        for (Field field : schema.fields()) {
            width += width(field);
        }
        return Math.max(FEWEST_FETCHED_ROWS, Math.min(MOST_FETCHED_ROWS, FETCH_BYTES / Math.max(1, width)));
    }

    private static int width(Field field) {
        return switch (field.type().layout()) {
            case BOOLEAN -> 1;
            case INT, FLOAT -> Integer.BYTES;
            case LONG, DOUBLE -> Long.BYTES;
            case BYTES -> TEXT_BYTES;
        };
    }

    private void countBytes(RecordBatch batch, int filled) {
        for (int i = 0; i < schema.size(); i++) {
            Column column = batch.column(i);
            bytesRead += column instanceof BytesColumn bytes
                    ? bytes.offsets()[filled]
                    : (long) filled * width(schema.field(i));
        }
    }

    /** Bytes of the values read so far. */
    public long bytesRead() {
        return bytesRead;
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NightshiftException(
                    FailureCode.DATABASE_FAILED, "interrupted while waiting to try again to read " + source.query(), e);
        }
    }

    @Override
    public void close() {
        DatabaseSource.closeQuietly(rows, statement);
        source.release(connection, ended);
        rows = null;
        statement = null;
        connection = null;
    }
}

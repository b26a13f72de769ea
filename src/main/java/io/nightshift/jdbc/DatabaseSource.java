package io.nightshift.jdbc;

import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.SourceShape.SourceColumn;
import io.nightshift.jdbc.TableLookup.FoundTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table or query of a named database, opened: its columns found, and, on PostgreSQL, one snapshot taken that every range is
 * read in until closing. Thread-safe; every worker reads ranges of its own.
 */
public final class DatabaseSource implements AutoCloseable {

    /** Rows that a reader fetches at once take about so many bytes. */
    public static final int FETCH_BYTES = RowStream.FETCH_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseSource.class);

    private final SourceQuery query;
    private final Dialect dialect;
    private final SharedSnapshot snapshot;
    private final SourceStatements statements;
    private final Schema schema;
    private final SourceMark mark;

    private DatabaseSource(
            SourceQuery query,
            Dialect dialect,
            SharedSnapshot snapshot,
            SourceStatements statements,
            Schema schema,
            SourceMark mark) {
        this.query = query;
        this.dialect = dialect;
        this.snapshot = snapshot;
        this.statements = statements;
        this.schema = schema;
        this.mark = mark;
    }

    /**
     * Finds the table and its columns. The pool needs a connection for each range that is read at once, and one for the snapshot.
     *
     * @throws NightshiftException INPUT_MISSING, SCHEMA_MISMATCH with every difference, QUERY_INVALID, DATABASE_UNKNOWN,
     *     DATABASE_UNUSABLE, DATABASE_FAILED
     */
    public static DatabaseSource open(Databases databases, SourceQuery query) {
        Dialect dialect = databases.dialect(query.database());
        DataSource pool = databases.of(query.database());
        Connection first = null;
        SharedSnapshot snapshot = null;
        try {
            first = SharedSnapshot.begin(pool);
            Rows rows = find(first, dialect, query);
            hold(first, dialect, rows.from());
            snapshot = SharedSnapshot.open(pool, dialect);
            hold(snapshot.keeper(), dialect, rows.from());
            return open(query, dialect, snapshot, rows);
        } catch (SQLException e) {
            close(snapshot);
            throw DatabaseFailure.reading(query, e);
        } catch (NightshiftException e) {
            close(snapshot);
            throw e;
        } finally {
            SharedSnapshot.release(first);
        }
    }

    /**
     * Where the rows are.
     *
     * @param from the table's quoted name, or the query in parentheses
     */
    private record Rows(SqlFragment from, List<String> primaryKey) {}

    private static Rows find(Connection connection, Dialect dialect, SourceQuery query) throws SQLException {
        if (query.table() == null) {
            SqlFragment sql = java.util.Objects.requireNonNull(query.query());
            return new Rows(new SqlFragment("(" + sql.sql() + "\n) source_query", sql.values()), List.of());
        }
        TableLookup lookup = new TableLookup(connection, dialect, query.database());
        FoundTable table = lookup.find(query.table());
        return new Rows(SqlFragment.of(table.sql(dialect)), lookup.primaryKey(table));
    }

    /**
     * Waits until nobody is emptying or rewriting a table of PostgreSQL, and lets nobody begin before the connection's transaction ends.
     * Snapshots from before such a change show the table as empty, so it is held before one is taken.
     */
    private static void hold(Connection connection, Dialect dialect, SqlFragment from) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            try (PreparedStatement none = connection.prepareStatement("select 1 from " + from.sql() + " limit 0")) {
                from.bind(none, 1);
                none.execute();
            }
        }
    }

    private static void close(@Nullable SharedSnapshot snapshot) {
        if (snapshot != null) {
            snapshot.close();
        }
    }

    private static DatabaseSource open(SourceQuery query, Dialect dialect, SharedSnapshot snapshot, Rows rows)
            throws SQLException {
        SourceShape shape = SourceShape.of(snapshot.keeper(), query, rows.from());
        List<Field> fields = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (String name : query.columns()) {
            SourceColumn column = shape.find(name);
            if (column != null && column.type() != null) {
                fields.add(column.field(name, column.type()));
                columns.add(dialect.quoted(column.name()));
            }
        }
        List<Field> keyFields = new ArrayList<>();
        Set<String> order = new LinkedHashSet<>();
        for (String name : query.partitionBy().isEmpty() ? rows.primaryKey() : query.partitionBy()) {
            SourceColumn column = shape.find(name);
            if (column != null && column.type() != null) {
                refuseAsKey(shape, column, name);
                keyFields.add(column.field(name, column.type()));
                order.add(dialect.quoted(column.name()));
            }
        }
        List<String> keys = List.copyOf(order);
        for (String name : query.key()) {
            SourceColumn column = shape.find(name);
            if (column != null) {
                order.add(dialect.quoted(column.name()));
            }
        }
        shape.refuseDifferences();
        SourceMark mark = query.table() == null
                ? SourceMark.HASHES
                : snapshot.mark(rows.from().sql(), shape.found());
        SourceStatements statements =
                new SourceStatements(rows.from(), query.where(), columns, keyFields, keys, List.copyOf(order), dialect);
        return new DatabaseSource(query, dialect, snapshot, statements, new Schema(fields), mark);
    }

    private static void refuseAsKey(SourceShape shape, SourceColumn column, String name) {
        Kind kind = java.util.Objects.requireNonNull(column.type()).kind();
        if (kind == Kind.FLOAT32 || kind == Kind.FLOAT64) {
            shape.difference("the column '" + name + "' (" + column.typeName()
                    + ") cannot divide rows into ranges: numbers with a floating point have no sure order; partition by"
                    + " another column");
        }
    }

    /** The needed columns in the order asked for. */
    public Schema schema() {
        return schema;
    }

    public SourceMark mark() {
        return mark;
    }

    SourceQuery query() {
        return query;
    }

    Dialect dialect() {
        return dialect;
    }

    /** How many rows meet the condition, about; none only where there are none. */
    public long estimate() {
        try {
            return new RangeMeasure(this, statements).estimate(snapshot.keeper());
        } catch (SQLException e) {
            throw DatabaseFailure.reading(query, e);
        }
    }

    /**
     * Divides the rows into about so many ranges of nearly the same size, first to last, with what each holds.
     *
     * @param rows as estimated
     */
    public List<KeyRange> split(long rows, int wanted) {
        try {
            List<KeyRange> ranges = new KeySplitter(this, statements).split(snapshot.keeper(), rows, wanted);
            snapshot.planned();
            return ranges;
        } catch (SQLException e) {
            throw DatabaseFailure.reading(query, e);
        }
    }

    /**
     * What ranges of an earlier plan hold now, measured from the mark of that time.
     *
     * @param ranges first to last, as {@link #split} gave them
     */
    public List<KeyRange> measure(List<KeyRange> ranges, SourceMark then) {
        DatabaseSource asThen = new DatabaseSource(query, dialect, snapshot, statements, schema, then);
        try {
            List<KeyRange> measured = new RangeMeasure(asThen, statements).measure(snapshot.keeper(), ranges);
            snapshot.planned();
            return measured;
        } catch (SQLException e) {
            throw DatabaseFailure.reading(query, e);
        }
    }

    /**
     * Connects readers of PostgreSQL ahead of their ranges. They hold the table from now on: whoever comes to change it waits for them, and
     * would let no reader past that comes later. Where other runs leave too few connections, the other readers connect when they begin.
     */
    public void expectReaders(int readers) {
        if (dialect != Dialect.POSTGRESQL) {
            return;
        }
        List<Connection> connected = new ArrayList<>();
        try {
            for (int i = 0; i < (statements.keyFields().isEmpty() ? 1 : readers); i++) {
                connected.add(snapshot.connect());
                hold(connected.get(i), dialect, statements.from());
            }
            connected.forEach(snapshot::giveBack);
        } catch (SQLTransientConnectionException e) {
            if (connected.isEmpty()) {
                throw DatabaseFailure.reading(query, e);
            }
            LOG.info("{} of {} readers are connected ahead: {}", connected.size(), readers, e.getMessage());
            connected.forEach(snapshot::giveBack);
        } catch (SQLException e) {
            connected.forEach(SharedSnapshot::release);
            throw DatabaseFailure.reading(query, e);
        }
    }

    /** The rows of a range in the order of their keys; the connection is taken at the first row. */
    public RowStream read(KeyRange range) {
        return new RowStream(this, statements.select(range), range);
    }

    Connection connect() throws SQLException {
        return snapshot.connect();
    }

    /** @param sound whether another range can be read with it */
    void release(@Nullable Connection connection, boolean sound) {
        if (connection != null && sound) {
            snapshot.giveBack(connection);
        } else {
            SharedSnapshot.release(connection);
        }
    }

    void bindRange(PreparedStatement statement, SqlFragment select, KeyRange range) throws SQLException {
        statements.bindEnds(statement, select, range);
    }

    NightshiftException keysMissing(long rows) {
        return new NightshiftException(
                FailureCode.SCHEMA_MISMATCH,
                query + " has " + rows + " rows without a value in a column of " + names()
                        + ", by which it is partitioned, so they would be in no range; partition by other columns, or leave"
                        + " these rows out with where; no row was read");
    }

    NightshiftException keyRefused(Field field, String words) {
        return new NightshiftException(
                FailureCode.VALUE_REFUSED,
                query + " is partitioned by the column '" + field.name() + "', which has a value that " + field.type()
                        + " does not hold: " + words + "; no row was read");
    }

    private List<String> names() {
        return statements.keyFields().stream().map(Field::name).toList();
    }

    static void closeQuietly(@Nullable AutoCloseable... resources) {
        for (AutoCloseable resource : resources) {
            try {
                if (resource != null) {
                    resource.close();
                }
            } catch (Exception e) {
                // It is given up in any case; what went wrong with it was said before.
                continue;
            }
        }
    }

    /** Lets the snapshot go. */
    @Override
    public void close() {
        snapshot.close();
    }
}

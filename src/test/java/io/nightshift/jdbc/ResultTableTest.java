package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.PostgresServer;
import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of result tables, over every database that may keep them. */
class ResultTableTest {

    private static final Schema SCORES = new Schema(List.of(
            new Field("id", ColumnType.of(Kind.INT64), false), new Field("score", ColumnType.of(Kind.FLOAT32), true)));
    private static final ResultTable TABLE = new ResultTable(new TableName("delay"), SCORES, List.of("id"), null);

    private final List<Connection> open = new ArrayList<>();
    private String url = "";

    enum Database {
        H2,
        POSTGRES;

        String newUrl() {
            return this == H2
                    ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1"
                    : PostgresServer.newDatabase() + "?user=postgres";
        }
    }

    private Connection connect(Database database) throws SQLException {
        url = database.newUrl();
        Connection connection = another();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table nightshift_publication (table_name varchar(300) primary key, family varchar(300), run_id uuid"
                            + " not null, published_at timestamp(3) with time zone not null)");
            statement.execute("create table nightshift_result_run (run_id uuid primary key, run_number bigint"
                    + " generated always as identity unique)");
            statement.execute("create table nightshift_merged_run (table_name varchar(300), run_id uuid,"
                    + " published_at timestamp(6) with time zone, primary key (table_name, run_id))");
        }
        return connection;
    }

    private Connection another() throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        open.add(connection);
        return connection;
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : open) {
            connection.close();
        }
    }

    private static RecordBatch scores(long firstRow, long... ids) {
        RecordBatch batch = new RecordBatch(SCORES, ids.length);
        batch.clear(firstRow);
        System.arraycopy(ids, 0, ((LongColumn) batch.column(0)).values(), 0, ids.length);
        batch.rows(ids.length);
        return batch;
    }

    private static void run(Connection connection, ResultTable table, UUID run, RecordBatch... batches)
            throws SQLException {
        table.prepare(connection, run);
        table.insert(connection, run, 0, List.of(batches));
        table.complete(connection, run);
        publish(connection, table, run);
    }

    private static void publish(Connection connection, ResultTable table, UUID run) throws SQLException {
        connection.setAutoCommit(false);
        table.attach(connection, run);
        ResultTable.publish(connection, table.name(), List.of(table.name()), run);
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static List<Object> column(Connection connection, String sql) throws SQLException {
        List<Object> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getObject(1));
            }
        }
        return values;
    }

    private static void refuses(FailureCode code, ThrowingCallable work, String... words) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @EnumSource
    void keepsEveryValueOfEveryType(Database database) throws SQLException {
        long seed = Long.getLong("nightshift.seed", System.nanoTime());
        System.out.println("ResultTableTest " + database + " seed " + seed);
        RandomBatches random = new RandomBatches(seed, 0.2);
        Schema schema = RandomBatches.everyType(true);
        RecordBatch batch = random.next(schema, 500);
        toMicroseconds(batch);
        ((FloatColumn) batch.column("float32")).values()[0] = Float.NaN;
        Connection connection = connect(database);
        ResultTable table = new ResultTable(new TableName("everything"), schema, List.of(), null);
        run(connection, table, UUID.randomUUID(), batch);
        // H2 shows rows in their order; a heap that was filled once does, too.
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select * from everything_current")) {
            for (int row = 0; row < batch.rows(); row++) {
                assertThat(rows.next()).isTrue();
                for (int i = 0; i < schema.size(); i++) {
                    assertThat(read(rows, i + 2, schema.field(i).type()))
                            .as("seed %d, row %d, %s", seed, row, schema.field(i))
                            .isEqualTo(expected(database, batch.column(i), row));
                }
            }
            assertThat(rows.next()).isFalse();
        }
    }

    private static void toMicroseconds(RecordBatch batch) {
        for (Field field : batch.schema().fields()) {
            if (field.type().unit() == TimeUnit.NANOS) {
                long[] values = ((LongColumn) batch.column(field.name())).values();
                for (int row = 0; row < batch.rows(); row++) {
                    values[row] -= Math.floorMod(values[row], 1000L);
                }
            }
        }
    }

    private static @Nullable Object expected(Database database, Column column, int row) {
        String text = column.text(row);
        // H2 knows one zero.
        text = "-0.0".equals(text) && database == Database.H2 ? "0.0" : text;
        if (text == null) {
            return null;
        }
        return switch (column.type().kind()) {
            case DECIMAL, UINT64 -> new BigDecimal(text);
            case FLOAT32 -> Float.floatToIntBits(Float.parseFloat(text));
            case FLOAT64 -> Double.doubleToLongBits(Double.parseDouble(text));
            case TIMESTAMP -> LocalDateTime.parse(text.replace("Z", ""));
            case TIME -> LocalTime.parse(text);
            default -> text;
        };
    }

    private static @Nullable Object read(ResultSet rows, int index, ColumnType type) throws SQLException {
        if (rows.getObject(index) == null) {
            return null;
        }
        return switch (type.kind()) {
            case DECIMAL, UINT64 -> rows.getBigDecimal(index);
            case FLOAT32 -> Float.floatToIntBits(rows.getFloat(index));
            case FLOAT64 -> Double.doubleToLongBits(rows.getDouble(index));
            case TIMESTAMP ->
                type.utc()
                        ? rows.getObject(index, OffsetDateTime.class)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toLocalDateTime()
                        : rows.getObject(index, LocalDateTime.class);
            case TIME -> rows.getObject(index, LocalTime.class);
            case BOOLEAN -> String.valueOf(rows.getBoolean(index));
            default -> rows.getString(index);
        };
    }

    @ParameterizedTest
    @EnumSource
    void showsOnlyThePublishedRunAndGoesBack(Database database) throws SQLException {
        Connection connection = connect(database);
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        run(connection, TABLE, first, scores(0, 1, 2), scores(2, 3));
        TABLE.prepare(connection, second);
        TABLE.insert(connection, second, 0, List.of(scores(0, 1, 2)));
        assertThat(column(connection, "select id from delay_current order by 1"))
                .containsExactly(1L, 2L, 3L);
        TABLE.insert(connection, second, 1, List.of(scores(0, 7)));
        TABLE.complete(connection, second);
        publish(connection, TABLE, second);
        assertThat(column(connection, "select id from delay_current order by 1"))
                .containsExactly(1L, 2L, 7L);
        assertThat(column(connection, "select count(distinct run_id) from delay"))
                .containsExactly(2L);
        publish(connection, TABLE, first);
        assertThat(column(connection, "select id from delay_current order by 1"))
                .containsExactly(1L, 2L, 3L);
    }

    @ParameterizedTest
    @EnumSource
    void theSchemaOfUnqualifiedNamesMayBeWrittenOrNot(Database database) throws SQLException {
        Connection connection = connect(database);
        ResultTable qualified = new ResultTable(new TableName("public.delay"), SCORES, List.of("id"), null);
        UUID second = UUID.randomUUID();
        UUID third = UUID.randomUUID();
        run(connection, TABLE, UUID.randomUUID(), scores(0, 1, 2));
        run(connection, qualified, second, scores(0, 7));
        assertThat(column(connection, "select id from delay_current")).containsExactly(7L);
        assertThat(column(connection, "select run_id from nightshift_publication"))
                .containsExactly(second);
        run(connection, TABLE, third, scores(0, 8));
        assertThat(column(connection, "select id from public.delay_current")).containsExactly(8L);
    }

    @Test
    void aSchemaWhoseMakerDiedIsReadAsOthersAre() throws SQLException {
        Connection connection = connect(Database.H2);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema scoring");
            ResultTable table = new ResultTable(new TableName("scoring.delay"), SCORES, List.of("id"), null);
            run(connection, table, UUID.randomUUID(), scores(0, 1));
            statement.execute("create user reader password 'reader'");
        }
        try (Connection reader = DriverManager.getConnection(url.split(";")[0], "reader", "reader")) {
            assertThat(column(reader, "select id from scoring.delay_current")).containsExactly(1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesRowsByTheirPlaceWhileReadersSeeTheOldOnes(Database database) throws SQLException {
        Connection connection = connect(database);
        ResultTable rejects = new ResultTable(
                new TableName("delay_rejects"),
                new Schema(List.of(
                        new Field("id", ColumnType.of(Kind.INT64), true),
                        new Field("partition_number", ColumnType.of(Kind.INT32), false),
                        new Field("row_number", ColumnType.of(Kind.INT64), false))),
                List.of(),
                "row_number");
        UUID run = UUID.randomUUID();
        rejects.prepare(connection, run);
        rejects.insert(connection, run, 0, List.of(places(rejects.schema(), 0, 5, 7, 900)));
        rejects.insert(connection, run, 3, List.of(places(rejects.schema(), 3, 6, 8)));
        publish(connection, rejects, run);
        Connection reader = another();
        connection.setAutoCommit(false);
        rejects.seekable(connection, run);
        RecordBatch found = new RecordBatch(rejects.schema().select(List.of("id", "row_number")), 2);
        found.clear(0);
        rejects.read(connection, run, 0, 6, found);
        assertThat(found.rows()).isEqualTo(2);
        assertThat(((LongColumn) found.column(1)).values()).containsExactly(7, 900);
        assertThat(found.column(0).text(0)).isEqualTo("70");
        assertThat(rejects.remove(connection, run, 0, 5, 900)).isEqualTo(2);
        rejects.insert(connection, run, 0, List.of(places(rejects.schema(), 0, 7)));
        String seen = "select row_number from delay_rejects_current order by 1";
        assertThat(column(reader, seen)).containsExactly(5L, 6L, 7L, 8L, 900L);
        connection.commit();
        connection.setAutoCommit(true);

        assertThat(column(reader, seen)).containsExactly(6L, 7L, 8L, 900L);
    }

    private static RecordBatch places(Schema schema, int partition, long... rows) {
        RecordBatch batch = new RecordBatch(schema, rows.length);
        batch.clear(0);
        for (int i = 0; i < rows.length; i++) {
            ((LongColumn) batch.column(0)).values()[i] = rows[i] * 10;
            ((IntColumn) batch.column(1)).values()[i] = partition;
            ((LongColumn) batch.column(2)).values()[i] = rows[i];
        }
        batch.rows(rows.length);
        return batch;
    }

    @ParameterizedTest
    @EnumSource
    void refusesAKeyThatACompleteRunHas(Database database) throws SQLException {
        Connection connection = connect(database);
        UUID run = UUID.randomUUID();
        run(connection, TABLE, run, scores(0, 1, 2));
        connection.setAutoCommit(false);

        refuses(
                FailureCode.DUPLICATE_KEY,
                () -> {
                    TABLE.insert(connection, run, 0, List.of(scores(2, 1)));
                    TABLE.complete(connection, run);
                },
                "id",
                "1");
    }

    @ParameterizedTest
    @EnumSource
    void findsAKeyThatOccursTwice(Database database) throws SQLException {
        Connection connection = connect(database);
        UUID run = UUID.randomUUID();
        TABLE.prepare(connection, run);
        TABLE.insert(connection, run, 0, List.of(scores(0, 5, 41, 6)));
        TABLE.insert(connection, run, 3, List.of(scores(8, 41)));
        refuses(FailureCode.DUPLICATE_KEY, () -> TABLE.complete(connection, run), "id", "41", "twice");
    }

    @ParameterizedTest
    @EnumSource
    void provesKeysInAnyOrderUnique(Database database) throws SQLException {
        Connection connection = connect(database);
        UUID run = UUID.randomUUID();
        run(connection, TABLE, run, scores(0, 9, 3, 5), scores(3, -1, 8));
        TABLE.complete(connection, run);
        assertThat(column(connection, "select id from delay_current order by 1"))
                .containsExactly(-1L, 3L, 5L, 8L, 9L);
    }

    @ParameterizedTest
    @EnumSource
    void refusesATableThatDoesNotFitWithTheDifference(Database database) throws SQLException {
        Connection connection = connect(database);
        TABLE.prepare(connection, UUID.randomUUID());
        Schema wider = new Schema(List.of(
                SCORES.field(0),
                new Field("score", ColumnType.of(Kind.FLOAT64), true),
                new Field("origin", ColumnType.of(Kind.STRING), true)));
        ResultTable other = new ResultTable(TABLE.name(), wider, List.of("id"), null);
        assertThatThrownBy(() -> other.prepare(connection, UUID.randomUUID()))
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.SCHEMA_MISMATCH))
                .message()
                .containsIgnoringCase("score double precision")
                .containsIgnoringCase("origin ")
                .containsIgnoringCase("has [score real]");
    }

    @ParameterizedTest
    @EnumSource
    void refusesColumnsThatDifferByCaseOnlyOrAreItsOwn(Database database) throws SQLException {
        Connection connection = connect(database);
        for (String name : List.of("ID", "run_id", "Run_Row")) {
            Schema schema = new Schema(List.of(SCORES.field(0), new Field(name, ColumnType.of(Kind.INT32), true)));
            ResultTable table = new ResultTable(TABLE.name(), schema, List.of("id"), null);
            refuses(FailureCode.SCHEMA_MISMATCH, () -> table.prepare(connection, UUID.randomUUID()), "two columns");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsNamesThatNeedQuotesAndASchema(Database database) throws SQLException {
        Connection connection = connect(database);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema lab");
        }
        Schema schema = new Schema(List.of(
                new Field("Flight Id", ColumnType.of(Kind.INT32), false),
                new Field("select", ColumnType.of(Kind.STRING), true),
                new Field("o\"brien", ColumnType.of(Kind.STRING), true)));
        RecordBatch batch = new RecordBatch(schema, 1);
        batch.clear(0);
        ((IntColumn) batch.column(0)).values()[0] = 4;
        ((BytesColumn) batch.column(1)).append(0, new byte[] {'x'});
        ((BytesColumn) batch.column(2)).append(0, new byte[] {'y'});
        batch.rows(1);
        ResultTable table = new ResultTable(new TableName("lab.quoted"), schema, List.of("Flight Id"), null);
        run(connection, table, UUID.randomUUID(), batch);
        String quoted = database == Database.H2 ? "\"O\"\"BRIEN\"" : "\"o\"\"brien\"";
        assertThat(column(connection, "select " + quoted + " from lab.quoted_current"))
                .containsExactly("y");
    }

    @Test
    void refusesTextThatPostgresCannotKeepWithItsPlace() throws SQLException {
        Connection connection = connect(Database.POSTGRES);
        Schema schema = new Schema(List.of(new Field("word", ColumnType.of(Kind.STRING), true)));
        RecordBatch batch = new RecordBatch(schema, 2);
        batch.clear(70);
        ((BytesColumn) batch.column(0)).append(0, new byte[] {'a'});
        ((BytesColumn) batch.column(0)).append(1, new byte[] {'a', 0, 'b'});
        batch.rows(2);
        ResultTable table = new ResultTable(new TableName("words"), schema, List.of(), null);
        UUID run = UUID.randomUUID();
        table.prepare(connection, run);
        refuses(
                FailureCode.VALUE_UNSTORABLE,
                () -> table.insert(connection, run, 3, List.of(batch)),
                "'a\\0b'",
                "words.word, row 71 of partition 3");
        // The connection is fit for work again, and nothing of the refused COPY is there.
        assertThat(column(connection, "select count(*) from words")).containsExactly(0L);
    }

    @Test
    void refusesInstantsThatPostgresWouldCutOrCannotReach() throws SQLException {
        Connection connection = connect(Database.POSTGRES);
        for (long value : new long[] {1_000_000_001L, Long.MAX_VALUE}) {
            TimeUnit unit = value == Long.MAX_VALUE ? TimeUnit.MILLIS : TimeUnit.NANOS;
            Schema schema = new Schema(List.of(new Field("at", ColumnType.timestamp(unit, true), true)));
            refusesMicros(connection, schema, value);
        }
    }

    private static void refusesMicros(Connection connection, Schema schema, long value) throws SQLException {
        RecordBatch batch = new RecordBatch(schema, 1);
        batch.clear(0);
        ((LongColumn) batch.column(0)).values()[0] = value;
        batch.rows(1);
        UUID run = UUID.randomUUID();
        ResultTable table =
                new ResultTable(new TableName("t" + schema.field(0).type().unit()), schema, List.of(), null);
        table.prepare(connection, run);
        refuses(FailureCode.VALUE_UNSTORABLE, () -> table.insert(connection, run, 0, List.of(batch)), "microseconds");
    }

    @Test
    void publishesWhileReadersHoldTheirTransactionsOpen() throws SQLException {
        Connection connection = connect(Database.POSTGRES);
        run(connection, TABLE, UUID.randomUUID(), scores(0, 1));
        Connection reader = another();
        reader.setAutoCommit(false);
        assertThat(column(reader, "select id from delay_current")).containsExactly(1L);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set lock_timeout = '2s'");
        }
        run(connection, TABLE, UUID.randomUUID(), scores(0, 2));
        assertThat(column(reader, "select id from delay_current")).containsExactly(2L);
    }

    /** In whatever order two transactions come to the rows, neither waits for the other's for ever. */
    @Test
    void aMergeWaitsForTheOneBeforeIt() throws Exception {
        Connection connection = connect(Database.POSTGRES);
        ResultTable table = new ResultTable(TABLE.name(), SCORES, List.of("id"), null, true);
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        for (UUID run : List.of(first, second)) {
            table.prepare(connection, run);
            table.insert(connection, run, 0, List.of(run == first ? scores(0, 1, 2, 3) : scores(0, 3, 2, 1)));
            table.complete(connection, run);
        }
        connection.setAutoCommit(false);
        ResultTable.merge(connection, table.name(), table.key(), first);
        Connection other = another();
        Connection reader = another();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> merge = thread.submit(() -> {
                other.setAutoCommit(false);
                ResultTable.merge(other, table.name(), table.key(), second);
                other.commit();
                return null;
            });
            long deadline = System.nanoTime() + 60_000_000_000L;
            String waiting = "select count(*) from pg_locks where not granted and relation = 'delay_current'::regclass";
            try (Statement look = reader.createStatement()) {
                for (long found = 0; found == 0; ) {
                    assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
                    try (ResultSet rows = look.executeQuery(waiting)) {
                        rows.next();
                        found = rows.getLong(1);
                    }
                }
            }
            assertThat(column(reader, "select id from delay_current"))
                    .as("what readers see meanwhile")
                    .isEmpty();
            connection.commit();
            merge.get();
        } finally {
            thread.shutdown();
        }
        assertThat(column(reader, "select distinct run_id from delay_current")).containsExactly(second);
    }

    /** Neither finds the other's row, which is not committed when it looks. */
    @Test
    void ofTwoFirstPublicationsAtOnceTheLaterIsSeen() throws Exception {
        Connection connection = connect(Database.POSTGRES);
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        List<TableName> tables = List.of(TABLE.name(), TABLE.name().with("_rejects"));
        connection.setAutoCommit(false);
        ResultTable.publish(connection, TABLE.name(), tables, first);
        Connection other = another();
        Connection look = another();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> publication = thread.submit(() -> {
                other.setAutoCommit(false);
                ResultTable.publish(other, TABLE.name(), List.of(TABLE.name()), second);
                other.commit();
                return null;
            });
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (column(look, "select pid from pg_locks where not granted").isEmpty()) {
                assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
            }
            connection.commit();
            publication.get();
        } finally {
            thread.shutdown();
        }
        assertThat(column(look, "select table_name || ' ' || run_id from nightshift_publication"))
                .containsExactly("delay " + second);
    }

    @Test
    void readsOnlyThePublishedRunsPartition() throws SQLException {
        Connection connection = connect(Database.POSTGRES);
        for (int i = 0; i < 5; i++) {
            run(connection, TABLE, UUID.randomUUID(), scores(0, i));
        }
        List<Object> plan =
                column(connection, "explain (analyze, costs off, timing off) select * from delay_current where id = 4");
        assertThat(plan.stream().filter(line -> line.toString().contains("never executed")))
                .hasSize(4);
    }
}

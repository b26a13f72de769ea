package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of tables of current values, over every database that may keep them. */
@ParameterizedClass
@EnumSource(ResultTableTest.Database.class)
class CurrentTableTest {

    private static final Schema SCORES = new Schema(List.of(
            new Field("id", ColumnType.of(Kind.INT64), false), new Field("score", ColumnType.of(Kind.FLOAT32), true)));
    private static final ResultTable TABLE = table(SCORES, "id");

    private final ResultTableTest.Database database;
    private final List<Connection> open = new ArrayList<>();
    private String url = "";
    private Connection connection;

    CurrentTableTest(ResultTableTest.Database database) throws SQLException {
        this.database = database;
        this.url = database.newUrl();
        this.connection = another();
    }

    private static ResultTable table(Schema schema, String... key) {
        return new ResultTable(new TableName("delay"), schema, List.of(key), null, true);
    }

    @BeforeEach
    void ledgerTables() throws SQLException {
        sql("create table nightshift_publication (table_name varchar(300) primary key, family varchar(300), run_id uuid"
                + " not null, published_at timestamp(3) with time zone not null)");
        sql("create table nightshift_result_run (run_id uuid primary key, run_number bigint"
                + " generated always as identity unique)");
        sql("create table nightshift_merged_run (table_name varchar(300), run_id uuid, published_at timestamp(6) with"
                + " time zone, primary key (table_name, run_id))");
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection each : open) {
            each.close();
        }
    }

    private Connection another() throws SQLException {
        Connection another = DriverManager.getConnection(url);
        open.add(another);
        return another;
    }

    private void sql(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static RecordBatch scores(float score, long... ids) {
        RecordBatch batch = new RecordBatch(SCORES, ids.length);
        batch.clear(0);
        System.arraycopy(ids, 0, ((LongColumn) batch.column(0)).values(), 0, ids.length);
        java.util.Arrays.fill(((FloatColumn) batch.column(1)).values(), score);
        batch.rows(ids.length);
        return batch;
    }

    private UUID staged(float score, long... ids) throws SQLException {
        UUID run = UUID.randomUUID();
        TABLE.prepare(connection, run);
        TABLE.insert(connection, run, 0, List.of(scores(score, ids)));
        TABLE.complete(connection, run);
        return run;
    }

    private UUID published(float score, long... ids) throws SQLException {
        UUID run = staged(score, ids);
        publish(run);
        return run;
    }

    private void publish(UUID run) throws SQLException {
        connection.setAutoCommit(false);
        TABLE.attach(connection, run);
        ResultTable.merge(connection, TABLE.name(), TABLE.key(), run);
        ResultTable.publish(connection, TABLE.name(), List.of(TABLE.name()), run);
        connection.commit();
        connection.setAutoCommit(true);
    }

    private void redrive(UUID run, float score, int partition, long... ids) throws SQLException {
        connection.setAutoCommit(false);
        TABLE.insert(connection, run, partition, List.of(scores(score, ids)));
        TABLE.mergeRecovered(connection, run);
        connection.commit();
        connection.setAutoCommit(true);
    }

    private List<String> current() throws SQLException {
        return rows("select id, cast(score as integer) from delay_current order by id");
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder(rows.getString(1));
                for (int i = 2; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append('=').append(rows.getString(i));
                }
                found.add(row.toString());
            }
        }
        return found;
    }

    private static void refuses(ThrowingCallable work, String... words) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        NightshiftException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.SCHEMA_MISMATCH))
                .hasMessageContainingAll(words);
    }

    @Test
    void keepsTheLastPublishedValueOfEachKey() throws SQLException {
        UUID first = published(1, 1, 2, 3);
        UUID second = staged(2, 2, 3, 4);
        assertThat(current()).as("staged only").containsExactly("1=1", "2=1", "3=1");
        publish(second);

        assertThat(current()).containsExactly("1=1", "2=2", "3=2", "4=2");
        assertThat(rows("select run_id, count(*) from delay_current group by run_id order by 2"))
                .containsExactly(first + "=1", second + "=3");
        assertThat(rows("select count(*) from delay"))
                .as("both runs beside each other")
                .containsExactly("6");
    }

    @Test
    void aRunPublishedAgainGivesItsKeysItsValuesAgain() throws SQLException {
        UUID first = published(1, 1, 2, 3);
        published(2, 2, 3, 4);
        publish(first);
        assertThat(current()).containsExactly("1=1", "2=1", "3=1", "4=2");
        publish(first);
        assertThat(current()).as("once more").containsExactly("1=1", "2=1", "3=1", "4=2");
    }

    @Test
    void whatIsRolledBackWasNeverThere() throws SQLException {
        published(1, 1, 2);
        UUID second = staged(2, 2, 3);
        connection.setAutoCommit(false);
        TABLE.attach(connection, second);
        ResultTable.merge(connection, TABLE.name(), TABLE.key(), second);
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(current()).containsExactly("1=1", "2=1");
        publish(second);
        assertThat(current()).containsExactly("1=1", "2=2", "3=2");
    }

    @Test
    void anEmptyRunChangesNothing() throws SQLException {
        published(1, 1, 2);
        published(2);
        assertThat(current()).containsExactly("1=1", "2=1");
    }

    @Test
    void whatARedriveRecoversReplacesOlderValuesOnly() throws SQLException {
        published(1, 1, 2, 3);
        UUID second = published(2, 1);
        published(3, 3, 4);
        redrive(second, 2, 1, 2, 3, 4, 5);

        assertThat(current()).containsExactly("1=2", "2=2", "3=3", "4=3", "5=2");
        assertThat(rows("select count(distinct published_at) from delay_current where run_id = '" + second + "'"))
                .containsExactly("1");
    }

    @Test
    void whatARedriveRecoversOfARunPublishedAgainReplacesWhatCameBetween() throws SQLException {
        UUID first = published(1, 1);
        published(2, 1, 2);
        publish(first);
        redrive(first, 1, 1, 2);
        assertThat(current()).containsExactly("1=1", "2=1");
    }

    @Test
    void aRunThatWasNeverMergedIsNotByARedrive() throws SQLException {
        published(1, 1);
        UUID second = staged(2, 1);
        redrive(second, 2, 1, 2);
        assertThat(current()).containsExactly("1=1");
    }

    @Test
    void currentValuesOutliveTheirRun() throws SQLException {
        UUID first = published(1, 1, 2);
        published(2, 2);
        ResultTable.drop(connection, TABLE.name(), first);
        ResultTable.drop(connection, TABLE.name(), first);

        assertThat(current()).containsExactly("1=1", "2=2");
        assertThat(rows("select count(*) from delay")).containsExactly("1");
        assertThat(rows("select count(*) from nightshift_merged_run")).containsExactly("1");
    }

    @Test
    void timesRiseThoughTheClockDoesNot() throws SQLException {
        UUID first = published(1, 1);
        sql("update nightshift_merged_run set published_at = timestamp with time zone '2999-01-01 00:00:00+00'");
        UUID second = published(2, 1);
        assertThat(rows("select run_id from nightshift_merged_run order by published_at"))
                .containsExactly(first.toString(), second.toString());
    }

    @Test
    void hasItsKeyAsPrimaryKeyAndComments() throws SQLException {
        published(1, 1);
        assertThatThrownBy(() -> sql("insert into delay_current select * from delay_current"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
        assertThatThrownBy(() -> sql("update delay_current set id = null"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("23"));
        String comment = database == ResultTableTest.Database.H2
                ? "select remarks from information_schema.tables where table_name = 'DELAY_CURRENT'"
                : "select obj_description('delay_current'::regclass)";
        assertThat(rows(comment).get(0)).contains("last published", "each id", "delay");
    }

    @Test
    void refusesToMixTheModes() throws SQLException {
        ResultTable shown = new ResultTable(TABLE.name(), SCORES, List.of("id"), null);
        UUID run = published(1, 1);
        refuses(
                () -> shown.prepare(connection, UUID.randomUUID()),
                "append_run",
                "a table of that name",
                "drop that table");
        refuses(
                () -> ResultTable.merge(connection, TABLE.name(), List.of(), run),
                "append_run",
                "a table of that name");
        assertThat(current()).containsExactly("1=1");
        sql("drop table delay_current");
        shown.prepare(connection, UUID.randomUUID());
        refuses(() -> TABLE.prepare(connection, UUID.randomUUID()), "upsert", "a view of that name", "drop that view");
        refuses(() -> ResultTable.merge(connection, TABLE.name(), List.of("id"), run), "upsert", "a view of that name");
        assertThat(current()).containsExactly("1=1");
    }

    @Test
    void refusesATableThatDoesNotFitWithTheDifference() throws SQLException {
        published(1, 1);
        refuses(
                () -> table(SCORES, "id", "score").prepare(connection, UUID.randomUUID()),
                "primary key",
                "[id, score]");
        sql("alter table delay_current add column note varchar(10)");
        assertThatThrownBy(() -> TABLE.prepare(connection, UUID.randomUUID()))
                .message()
                .contains("delay_current", "does not fit")
                .containsIgnoringCase("has [note ");
    }

    @Test
    void aRunOfAnotherKeyIsNotPublishedAgainIntoATableMadeSince() throws SQLException {
        UUID earlier = published(1, 1);
        sql("drop table delay_current");
        ResultTable wider = table(SCORES, "id", "score");
        UUID run = UUID.randomUUID();
        wider.prepare(connection, run);
        wider.insert(connection, run, 0, List.of(scores(2, 1)));
        wider.complete(connection, run);
        connection.setAutoCommit(false);
        ResultTable.merge(connection, wider.name(), wider.key(), run);
        connection.commit();

        refuses(() -> ResultTable.merge(connection, TABLE.name(), TABLE.key(), earlier), "primary key", "[id]");
        assertThat(current()).containsExactly("1=2");
    }

    @Test
    void nothingIsPublishedWhereReadersHaveNothingToSeeItIn() throws SQLException {
        UUID run = published(1, 1);
        sql("drop table delay_current");
        for (List<String> key : List.of(TABLE.key(), List.<String>of())) {
            refuses(() -> ResultTable.merge(connection, TABLE.name(), key, run), "there is no delay_current");
        }
        TABLE.prepare(connection, run);
        publish(run);
        assertThat(current()).containsExactly("1=1");
    }

    @Test
    void refusesAColumnThatIsItsOwn() {
        Schema schema =
                new Schema(List.of(SCORES.field(0), new Field("Published_At", ColumnType.of(Kind.INT32), true)));
        refuses(() -> table(schema, "id").prepare(connection, UUID.randomUUID()), "two columns 'published_at'");
    }

    @Test
    void mergesByKeysOfSeveralColumnsWhoseNamesNeedQuotes() throws SQLException {
        Schema schema = new Schema(List.of(
                new Field("Flight Id", ColumnType.of(Kind.INT64), false),
                new Field("select", ColumnType.of(Kind.STRING), false),
                new Field("sco\"re", ColumnType.of(Kind.FLOAT32), true)));
        ResultTable table = table(schema, "select", "Flight Id");
        for (int run = 0; run < 2; run++) {
            RecordBatch batch = new RecordBatch(schema, 3);
            batch.clear(0);
            for (int row = 0; row < 3; row++) {
                ((LongColumn) batch.column(0)).values()[row] = row % 2 + run;
                ((BytesColumn) batch.column(1)).append(row, new byte[] {(byte) ('a' + row / 2)});
                ((FloatColumn) batch.column(2)).values()[row] = run;
            }
            batch.rows(3);
            UUID id = UUID.randomUUID();
            table.prepare(connection, id);
            table.insert(connection, id, 0, List.of(batch));
            table.complete(connection, id);
            connection.setAutoCommit(false);
            ResultTable.merge(connection, table.name(), table.key(), id);
            table.mergeRecovered(connection, id);
            connection.commit();
            connection.setAutoCommit(true);
        }
        assertThat(rows("select count(*) from delay_current")).containsExactly("5");
        UnaryOperator<String> kept =
                name -> database == ResultTableTest.Database.H2 ? name.toUpperCase(Locale.ROOT) : name;
        assertThat(rows(kept.apply("select \"flight id\", \"select\", cast(\"sco\"\"re\" as integer)"
                        + " from delay_current order by 2, 1")))
                .containsExactly("0=a=0", "1=a=1", "2=a=1", "0=b=0", "1=b=1");
    }

    @Test
    void readersSeeWholeMergesOnly() throws Exception {
        long[] ids = LongStream.range(0, 3_000).toArray();
        List<UUID> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runs.add(staged(i, ids));
        }
        publish(runs.get(0));
        Connection reader = another();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> seen = thread.submit(() -> {
                int polls = 0;
                try (Statement statement = reader.createStatement()) {
                    for (boolean last = false; !last; polls++) {
                        last = done.get();
                        try (ResultSet rows = statement.executeQuery("select count(*), count(distinct run_id),"
                                + " count(distinct score), count(distinct published_at) from delay_current")) {
                            rows.next();
                            assertThat(List.of(rows.getInt(1), rows.getInt(2), rows.getInt(3), rows.getInt(4)))
                                    .containsExactly(3_000, 1, 1, 1);
                        }
                    }
                }
                return polls;
            });
            for (int i = 1; i <= 20; i++) {
                publish(runs.get(i % runs.size()));
            }
            done.set(true);
            assertThat(seen.get()).isPositive();
        } finally {
            done.set(true);
            thread.shutdown();
        }
    }
}

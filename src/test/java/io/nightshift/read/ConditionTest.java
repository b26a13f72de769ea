package io.nightshift.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.ColumnType.TimeUnit;
import io.nightshift.data.Field;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.Condition;
import io.nightshift.job.Condition.Operator;
import io.nightshift.parquet.Compression;
import io.nightshift.parquet.ParquetTableWriter;
import io.nightshift.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

    private static final Path FLIGHTS = Path.of("sample-data/flights.parquet");
    private static final int ROWS = 50_000;

    @TempDir
    Path folder;

    private Connection duckdb;

    @BeforeEach
    void open() throws SQLException {
        duckdb = DriverManager.getConnection("jdbc:duckdb:");
        duckdb.createStatement().execute("SET TimeZone='UTC'");
    }

    @AfterEach
    void close() throws SQLException {
        duckdb.close();
    }

    /** Pages of 20,480 rows with a page index, then DuckDB's row groups with statistics alone. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void keepsTheRowsThatDuckDbKeeps(boolean pageIndex, boolean nullable) throws SQLException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path own = folder.resolve("own.parquet");
        RecordBatch sample = write(own, seed, nullable);
        Path file = pageIndex ? own : folder.resolve("duck.parquet");
        if (!pageIndex) {
            duckdb.createStatement()
                    .execute("COPY (FROM '" + own + "' ORDER BY id) TO '" + file
                            + "' (FORMAT parquet, ROW_GROUP_SIZE 4096)");
        }
        duckdb.createStatement().execute("CREATE TABLE t AS FROM '" + file + "'");
        Schema schema = sample.schema();
        for (int column = 0; column < schema.size(); column++) {
            if (!isCompared(schema.field(column).type())) {
                continue;
            }
            for (int i = 0; i < 2; i++) {
                Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
                Condition condition = condition(sample, column, operator, random);
                long low = random.nextInt(ROWS);
                Condition range = new Condition("id", Operator.FROM, List.of(Long.toString(low)));
                ParquetDataSet dataSet = DataSets.open(file, List.of("id"), condition, range);

                DataSets.Read read = DataSets.readAll(dataSet, dataSet.plan(1000, 5000, 2));

                assertThat(read.rows().stream().map(row -> row.get(0)))
                        .as("seed %d %s, id from %d", seed, condition, low)
                        .isEqualTo(duckDb(condition, low));
                assertThat(read.rows().size() + read.filtered()).isEqualTo(ROWS);
            }
        }
    }

    @Test
    void rowNumbersAreThoseOfThePartition() throws SQLException {
        Path file = folder.resolve("own.parquet");
        write(file, 1, false);
        ParquetDataSet dataSet = DataSets.open(
                file,
                List.of("id"),
                new Condition("id", Operator.IN, List.of("7", "20479", "20480", "45000", "99999")));
        Plan plan = dataSet.plan(1000, 100_000, 1);

        DataSets.Read read = DataSets.read(dataSet, plan, plan.partitions().get(0), 0);

        assertThat(read.rowNumbers()).containsExactly(7L, 20_479L, 20_480L, 45_000L);
    }

    @Test
    void rowGroupsWithoutAMatchAreNotPlanned() {
        ParquetDataSet all = DataSets.open(FLIGHTS, List.of("flight_id"));
        Condition some = new Condition("flight_id", Operator.FROM, List.of("800000"));
        Condition end = new Condition("flight_id", Operator.BEFORE, List.of("900001"));
        ParquetDataSet few = DataSets.open(FLIGHTS, List.of("flight_id"), some, end);
        Plan plan = few.plan(1024, 65_536, 1);

        assertThat(plan.totalRows()).isEqualTo(200_000);
        assertThat(plan.prunedRows()).isEqualTo(175_000);
        assertThat(DataSets.readAll(few, plan).rows()).hasSize(6_666);
        assertThat(DataSets.readAll(few, plan).bytes())
                .isLessThan(DataSets.readAll(all, all.plan(1024, 65_536, 1)).bytes() / 4);
        Condition none = new Condition("flight_id", Operator.AFTER, List.of("3000000"));
        assertThat(DataSets.open(FLIGHTS, List.of("flight_id"), none)
                        .plan(1024, 65_536, 1)
                        .partitions())
                .isEmpty();
    }

    @Test
    void pagesWithoutAMatchAreNotDecoded() throws Exception {
        Path file = folder.resolve("own.parquet");
        write(file, 1, false);
        byte[] bytes = Files.readAllBytes(file);
        // Nothing but the page's checksum tells.
        bytes[lastByteOfFirstPage(file)] ^= 1;
        Files.write(file, bytes);
        Condition late = new Condition("id", Operator.FROM, List.of("30000"));

        ParquetDataSet lateRows = DataSets.open(file, List.of("id"), late);
        ParquetDataSet all = DataSets.open(file, List.of("id"));

        assertThat(DataSets.readAll(lateRows, lateRows.plan(1000, 10_000, 1)).rows())
                .hasSize(ROWS - 30_000);
        assertThatThrownBy(() -> DataSets.readAll(all, all.plan(1000, 10_000, 1)))
                .hasMessageContaining("checksum");
    }

    private static int lastByteOfFirstPage(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            OffsetIndex pages = reader.readOffsetIndex(
                    reader.getRowGroups().get(0).getColumns().get(0));
            return (int) pages.getOffset(0) + pages.getCompressedPageSize(0) - 1;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "flight_id, abc",
        "flight_id, 1.5",
        "flight_id, 9223372036854775808",
        "date, yesterday",
        "date, 2001-02-30",
        "date, 2001-01-01T00:00:00Z",
        "date, 2001-01-01T00:00:00.0000001",
        "delay, ''",
    })
    void refusesOperandsThatAreNotOfTheColumnsType(String column, String operand) {
        assertThatThrownBy(() -> DataSets.open(
                        FLIGHTS, List.of("flight_id"), new Condition(column, Operator.FROM, List.of(operand))))
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.PARAMETER_INVALID))
                .hasMessageContaining("'" + column + "'")
                .hasMessageContaining("'" + operand + "'");
    }

    @Test
    void aDateStandsForItsMidnight() throws SQLException {
        ParquetDataSet day = DataSets.open(
                FLIGHTS,
                List.of("flight_id"),
                new Condition("date", Operator.FROM, List.of("2001-01-05")),
                new Condition("date", Operator.BEFORE, List.of("2001-01-06")));
        try (ResultSet count = duckdb.createStatement()
                .executeQuery("SELECT count(*) FROM '" + FLIGHTS
                        + "' WHERE date >= DATE '2001-01-05' AND date < DATE '2001-01-06'")) {
            count.next();
            assertThat(DataSets.readAll(day, day.plan(1024, 65_536, 2)).rows())
                    .hasSize(count.getInt(1))
                    .isNotEmpty();
        }
    }

    /** Ascending ids, then a column of every type; returns some of the rows. */
    private static RecordBatch write(Path file, long seed, boolean nullable) {
        List<Field> fields = new ArrayList<>(List.of(new Field("id", ColumnType.of(Kind.INT64), false)));
        fields.addAll(RandomBatches.everyType(nullable).fields());
        Schema schema = new Schema(fields);
        RandomBatches random = new RandomBatches(seed, 0.1);
        RecordBatch last = random.next(schema, 1);
        try (Storages storages = Storages.defaults();
                ParquetTableWriter writer = ParquetTableWriter.create(
                        storages.of(file.toString()), file.toString(), schema, Compression.NONE)) {
            for (int first = 0; first < ROWS; first += 5000) {
                last = random.next(schema, 5000);
                long[] ids = ((LongColumn) last.column(0)).values();
                for (int i = 0; i < 5000; i++) {
                    ids[i] = first + i;
                }
                writer.append(last);
            }
            writer.finish();
        }
        return last;
    }

    /** DuckDB holds nanoseconds of local timestamps only. */
    private static boolean isCompared(ColumnType type) {
        return type.unit() != TimeUnit.NANOS || (type.kind() == Kind.TIMESTAMP && !type.utc());
    }

    private static Condition condition(RecordBatch sample, int column, Operator operator, Random random) {
        List<String> operands = new ArrayList<>();
        int wanted = operator == Operator.IN ? 3 : 1;
        while (operands.size() < wanted) {
            @Nullable String text = sample.column(column).text(random.nextInt(sample.rows()));
            if (text != null && !text.contains("Infinity")) {
                operands.add(text);
            }
        }
        return new Condition(sample.schema().field(column).name(), operator, operands);
    }

    private List<String> duckDb(Condition condition, long low) throws SQLException {
        String column = '"' + condition.column() + '"';
        String value = "CAST(? AS " + typeOf(column) + ")";
        String test =
                switch (condition.operator()) {
                    case FROM -> column + " >= " + value;
                    case AFTER -> column + " > " + value;
                    case TO -> column + " <= " + value;
                    case BEFORE -> column + " < " + value;
                    case EQUALS -> column + " = " + value;
                    case IN -> column + " IN (" + value + ", " + value + ", " + value + ")";
                };
        List<String> ids = new ArrayList<>();
        try (PreparedStatement select =
                duckdb.prepareStatement("SELECT id FROM t WHERE id >= " + low + " AND " + test + " ORDER BY id")) {
            for (int i = 0; i < condition.operands().size(); i++) {
                select.setString(i + 1, condition.operands().get(i));
            }
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    ids.add(found.getString(1));
                }
            }
        }
        return ids;
    }

    private String typeOf(String column) throws SQLException {
        try (ResultSet type = duckdb.createStatement().executeQuery("SELECT typeof(" + column + ") FROM t LIMIT 1")) {
            type.next();
            return type.getString(1);
        }
    }
}

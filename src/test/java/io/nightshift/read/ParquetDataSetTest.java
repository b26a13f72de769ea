package io.nightshift.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.Seed;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.Condition;
import io.nightshift.job.Condition.Operator;
import io.nightshift.read.Partition.RowRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ParquetDataSetTest {

    private static final Path FLIGHTS = Path.of("sample-data/flights.parquet");

    @TempDir
    Path folder;

    private Connection duckdb;

    @BeforeEach
    void open() throws SQLException {
        duckdb = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void close() throws SQLException {
        duckdb.close();
    }

    @Test
    void readsTheSampleAsDuckDbDoes() throws SQLException {
        ParquetDataSet flights = DataSets.open(FLIGHTS, List.of("destination", "flight_id", "distance"));

        DataSets.Read read = DataSets.readAll(flights, flights.plan(1024, 65_536, 2));

        assertThat(flights.schema().names()).containsExactly("destination", "flight_id", "distance");
        assertThat(read.rows()).isEqualTo(query("SELECT destination, flight_id, distance FROM '" + FLIGHTS + "'"));
        assertThat(read.filtered()).isZero();
    }

    @Test
    void namesMissingColumnsWithTheNearest() {
        assertThatThrownBy(() -> DataSets.open(FLIGHTS, List.of("origen", "distance", "nonsense")))
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.SCHEMA_MISMATCH))
                .hasMessageContaining("'origen', did you mean 'origin'?")
                .hasMessageContaining("'nonsense'")
                .hasMessageContaining("no row was read");
    }

    @Test
    void widensFilesOfSeveralSchemas() throws SQLException {
        write(
                "a.parquet",
                "SELECT CAST(i AS INTEGER) id, CAST(i AS FLOAT) x, CAST(i AS UTINYINT) u, CAST(i AS SMALLINT) n, CAST(i AS DECIMAL(5,1)) d FROM range(3) t(i)");
        write(
                "b.parquet",
                "SELECT 1.5::DOUBLE x, 7 AS extra, 5000000000 id, 8::TINYINT u, 9.5::DOUBLE n, 12345.678::DECIMAL(20,3) d");

        ParquetDataSet dataSet = DataSets.open(folder, List.of("id", "x", "u", "n", "d"));

        assertThat(dataSet.schema().fields().stream().map(field -> field.type().toString()))
                .containsExactly("int64", "float64", "int16", "float64", "decimal(20,3)");
        assertThat(DataSets.readAll(dataSet, dataSet.plan(10, 10, 1)).rows())
                .containsExactly(
                        List.of("0", "0.0", "0", "0.0", "0.000"),
                        List.of("1", "1.0", "1", "1.0", "1.000"),
                        List.of("2", "2.0", "2", "2.0", "2.000"),
                        List.of("5000000000", "1.5", "8", "9.5", "12345.678"));
    }

    @Test
    void refusesSchemasThatDoNotFitFileByFile() throws SQLException {
        write("a.parquet", "SELECT 1::BIGINT id, 1 AS x");
        write("b.parquet", "SELECT 1.5::DOUBLE id, 1 AS x");
        write("c.parquet", "SELECT 'text' id, 1 AS y");

        assertThatThrownBy(() -> DataSets.open(folder, List.of("id", "x")))
                .hasMessageContaining("b.parquet has the column 'id' as float64")
                .hasMessageContaining("c.parquet has the column 'id' as string")
                .hasMessageContaining("c.parquet has no column 'x'");
    }

    @Test
    void plansTheSameForTheSameInput() throws SQLException {
        for (int i = 0; i < 5; i++) {
            write("f" + i + ".parquet", "SELECT i AS id FROM range(" + (i * 7000 + 3) + ") t(i)", 2048);
        }
        Plan plan = DataSets.open(folder, List.of("id")).plan(1000, 4000, 2);

        assertThat(DataSets.open(folder, List.of("id")).plan(1000, 4000, 2)).isEqualTo(plan);
        assertThat(plan.partitions()).hasSizeGreaterThanOrEqualTo(8);
        assertThat(plan.totalRows()).isEqualTo(70_015);
        assertThat(plan.partitions().stream().mapToLong(Partition::rows).sum()).isEqualTo(70_015);
        assertThat(plan.partitions().stream().map(Partition::number))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, plan.partitions().size())
                                .boxed()
                                .toList());
    }

    @Test
    void splitsABigRowGroupAtChunks() throws SQLException {
        write("one.parquet", "SELECT i AS id FROM range(100000) t(i)", 122_880);
        ParquetDataSet dataSet = DataSets.open(folder, List.of("id"));

        Plan plan = dataSet.plan(1000, 4000, 2);

        assertThat(plan.partitions()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(plan.partitions().stream()
                        .flatMap(partition -> ((Partition.OfFile) partition).ranges().stream())
                        .map(RowRange::firstRow))
                .allMatch(first -> first % 4000 == 0);
        List<String> ids = DataSets.readAll(dataSet, plan).rows().stream()
                .map(row -> row.get(0))
                .toList();
        assertThat(ids)
                .hasSize(100_000)
                .startsWith("0", "1")
                .endsWith("99998", "99999")
                .doesNotHaveDuplicates();
    }

    @Test
    void noWorkerIsIdleForLongAtTheEndWhateverTheRowGroups() throws SQLException {
        Seed seed = Seed.next();
        System.out.println("ParquetDataSetTest " + seed);
        Random random = seed.random();
        for (int trial = 0; trial < 12; trial++) {
            int threads = 1 + random.nextInt(4);
            int chunk = 500;
            int files = 1 + random.nextInt(6);
            long rows = 0;
            for (int i = 0; i < files; i++) {
                int count = threads * 40_000 / files + random.nextInt(20_000);
                write(
                        "t" + trial + "-" + i + ".parquet",
                        "SELECT i AS id FROM range(" + count + ") t(i)",
                        2048 << random.nextInt(6));
                rows += count;
            }
            ParquetDataSet dataSet = DataSets.open(Path.of(folder + "/t" + trial + "-*.parquet"), List.of("id"));

            Plan plan = dataSet.plan(250, chunk, threads);

            assertThat(plan.partitions().stream().mapToLong(Partition::rows).sum())
                    .isEqualTo(rows);
            assertThat(DataSets.readAll(dataSet, plan).rows())
                    .isEqualTo(DataSets.readAll(dataSet, dataSet.plan(250, 1 << 24, 1))
                            .rows());
            long[] busy = new long[threads];
            for (Partition partition : plan.partitions()) {
                Arrays.sort(busy);
                busy[0] += partition.rows();
            }
            Arrays.sort(busy);
            Map<String, LongSummaryStatistics> rowGroups = new TreeMap<>();
            for (Partition partition : plan.partitions()) {
                Partition.OfFile part = (Partition.OfFile) partition;
                part.ranges().forEach(range -> rowGroups
                        .computeIfAbsent(part.path() + ' ' + range.rowGroup(), name -> new LongSummaryStatistics())
                        .accept(range.rows()));
            }
            int parts = 4 * threads;
            assertThat(rowGroups.values()).allMatch(group -> group.getCount() <= parts + 1);
            long smallestPart = rowGroups.values().stream()
                    .mapToLong(group -> Math.max(chunk, (group.getSum() / parts + chunk - 1) / chunk * chunk))
                    .max()
                    .orElseThrow();
            assertThat(busy[threads - 1] - busy[0])
                    .as("%d rows, %d threads: %s", rows, threads, plan)
                    .isLessThanOrEqualTo(smallestPart + chunk / 2);
        }
    }

    @Test
    void everyChunkStartsWhereThePlanSays() {
        ParquetDataSet flights = DataSets.open(FLIGHTS, List.of("flight_id"));
        Plan plan = flights.plan(1000, 7000, 1);
        Partition partition = plan.partitions().get(1);
        List<List<@Nullable String>> whole =
                DataSets.read(flights, plan, partition, 0).rows();

        for (int chunk = 0; chunk <= plan.chunkCount(1); chunk++) {
            DataSets.Read rest = DataSets.read(flights, plan, partition, chunk);
            int first = (int) plan.firstRow(1, chunk);
            assertThat(rest.rows()).as("from chunk %d", chunk).isEqualTo(whole.subList(first, whole.size()));
            if (!rest.rowNumbers().isEmpty()) {
                assertThat(rest.rowNumbers().get(0)).isEqualTo(first);
            }
        }
        assertThat(plan.firstRow(1, plan.chunkCount(1))).isEqualTo(partition.rows());
    }

    @Test
    void chunksBeforeTheStartAreNotRead() throws SQLException {
        write("groups.parquet", "SELECT i AS id, hash(i) AS h FROM range(20480) t(i)", 2048);
        ParquetDataSet dataSet = DataSets.open(folder, List.of("id", "h"));
        Partition.OfFile all = new Partition.OfFile(
                0,
                folder.resolve("groups.parquet").toString(),
                java.util.stream.IntStream.range(0, 10)
                        .mapToObj(group -> new RowRange(group, 0, 2048))
                        .toList());
        Plan plan = new Plan(List.of(all), 512, 2048, 20_480, 0);

        DataSets.Read last = DataSets.read(dataSet, plan, all, 9);

        assertThat(last.rows()).hasSize(2048);
        assertThat(last.bytes()).isLessThan(DataSets.read(dataSet, plan, all, 0).bytes() / 8);
    }

    @Test
    void planAndFingerprintSurviveJson() {
        ParquetDataSet flights = DataSets.open(FLIGHTS, List.of("flight_id"));
        JsonMapper json = JsonMapper.builder().build();
        Plan plan = flights.plan(1024, 65_536, 2);
        InputFingerprint fingerprint = flights.fingerprint();

        assertThat(json.readValue(json.writeValueAsString(plan), Plan.class)).isEqualTo(plan);
        assertThat(json.readValue(json.writeValueAsString(fingerprint), InputFingerprint.class))
                .isEqualTo(fingerprint);
    }

    @Test
    void saysWhatChangedInTheInput() throws Exception {
        write("a.parquet", "SELECT 1 AS id");
        write("b.parquet", "SELECT 2 AS id");
        InputFingerprint.OfFiles before = DataSets.open(folder, List.of("id")).fingerprint();
        before.requireSame(DataSets.open(folder, List.of("id")).fingerprint());

        write("a.parquet", "SELECT 1 AS id, 2 AS other");
        Files.move(folder.resolve("b.parquet"), folder.resolve("c.parquet"));

        assertThatThrownBy(() ->
                        before.requireSame(DataSets.open(folder, List.of("id")).fingerprint()))
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.INPUT_CHANGED))
                .hasMessageContaining("a.parquet had ")
                .hasMessageContaining("b.parquet is gone")
                .hasMessageContaining("c.parquet is new");
    }

    @Test
    void refusesAFileThatChangesBeforeOrWhileItIsRead() throws Exception {
        write("a.parquet", "SELECT i AS id FROM range(10) t(i)");
        Path file = folder.resolve("a.parquet");
        ParquetDataSet dataSet = DataSets.open(folder, List.of("id"));
        Plan plan = dataSet.plan(4, 4, 1);
        Partition partition = plan.partitions().get(0);
        try (PartitionReader reader = dataSet.open(plan, partition, 0)) {
            var batch = new io.nightshift.data.RecordBatch(dataSet.schema(), 4);
            assertThat(reader.next(batch)).isTrue();
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
            assertThatThrownBy(() -> {
                        while (reader.next(batch)) {
                            assertThat(batch.rows()).isPositive();
                        }
                    })
                    .hasMessageContaining("while it was read");
        }
        assertThatThrownBy(() -> dataSet.open(plan, partition, 0))
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.INPUT_CHANGED));
        Files.delete(file);
        assertThatThrownBy(() -> dataSet.open(plan, partition, 0)).hasMessageContaining("a.parquet");
    }

    @Test
    void anInputWithoutRowsHasNoPartitions() throws SQLException {
        write("none.parquet", "SELECT 1 AS id WHERE false");

        Plan plan = DataSets.open(folder, List.of("id")).plan(1024, 65_536, 4);

        assertThat(plan.partitions()).isEmpty();
        assertThat(plan.totalRows()).isZero();
    }

    @Test
    void conditionColumnsComeAfterTheNeededOnes() {
        ParquetDataSet flights =
                DataSets.open(FLIGHTS, List.of("flight_id"), new Condition("origin", Operator.EQUALS, List.of("SFO")));

        assertThat(flights.schema().names()).containsExactly("flight_id", "origin");
    }

    private void write(String name, String query) throws SQLException {
        write(name, query, 122_880);
    }

    private void write(String name, String query, int rowGroup) throws SQLException {
        duckdb.createStatement()
                .execute("COPY (" + query + ") TO '" + folder.resolve(name) + "' (FORMAT parquet, ROW_GROUP_SIZE "
                        + rowGroup + ")");
    }

    private List<List<@Nullable String>> query(String sql) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (var found = duckdb.createStatement().executeQuery(sql)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(found.getString(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }
}

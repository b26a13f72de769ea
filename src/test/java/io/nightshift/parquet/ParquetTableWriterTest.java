package io.nightshift.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.Column;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Dictionary;
import io.nightshift.data.DoubleColumn;
import io.nightshift.data.Field;
import io.nightshift.data.FloatColumn;
import io.nightshift.data.IntColumn;
import io.nightshift.data.LongColumn;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.storage.Storages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetTableWriterTest {

    private static final Field NUMBER = new Field("number", ColumnType.of(Kind.INT64), false);
    private static final Field TEXT = new Field("text", ColumnType.of(Kind.STRING), true);

    @TempDir
    Path folder;

    private final Storages storages = Storages.defaults();
    private Connection duckdb;

    @BeforeEach
    void open() throws SQLException {
        duckdb = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void close() throws SQLException {
        duckdb.close();
        storages.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0, 0.02, 0.5, 1})
    void everyTypeReadsBackEqual(double nullShare) throws Exception {
        long seed = System.nanoTime();
        RandomBatches random = new RandomBatches(seed, nullShare);
        Schema schema = RandomBatches.everyType(nullShare >= 0);
        List<RecordBatch> batches = new ArrayList<>();
        for (int rows : new int[] {1, 1000, 0, 7, 30_000}) {
            batches.add(random.next(schema, rows));
        }

        write("all.parquet", schema, Compression.SNAPPY, batches);

        List<List<@Nullable String>> read = DuckDbText.rows(duckdb, from("all.parquet"), schema);
        assertThat(read).as("seed " + seed).isEqualTo(texts(schema, batches));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void everyCodecReadsBackEqual(Compression compression) throws Exception {
        Schema schema = RandomBatches.everyType(true);
        List<RecordBatch> batches = List.of(new RandomBatches(7, 0.1).next(schema, 3000));

        write("codec.parquet", schema, compression, batches);

        assertThat(DuckDbText.rows(duckdb, from("codec.parquet"), schema)).isEqualTo(texts(schema, batches));
        assertThat(chunks("codec.parquet"))
                .extracting(chunk -> chunk.getCodec().name().replace("UNCOMPRESSED", "NONE"))
                .contains(compression.name())
                .containsOnly(compression.name(), "NONE");
    }

    @Test
    void columnsThatDoNotGetSmallerStayUncompressed() throws Exception {
        Field noise = new Field("noise", ColumnType.of(Kind.FLOAT64), false);
        Field same = new Field("same", ColumnType.of(Kind.FLOAT64), false);
        RecordBatch batch = new RecordBatch(new Schema(List.of(noise, same)), 10_000);
        Random random = new Random(11);
        for (int row = 0; row < batch.capacity(); row++) {
            ((DoubleColumn) batch.column(0)).values()[row] = random.nextDouble();
            ((DoubleColumn) batch.column(1)).values()[row] = 0.5;
        }
        batch.rows(batch.capacity());

        write("noise.parquet", batch.schema(), Compression.SNAPPY, List.of(batch));

        assertThat(chunks("noise.parquet"))
                .extracting(chunk -> chunk.getCodec().name())
                .containsExactly("UNCOMPRESSED", "SNAPPY");
        assertThat(DuckDbText.rows(duckdb, from("noise.parquet"), batch.schema()))
                .isEqualTo(texts(batch.schema(), List.of(batch)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"INT32", "INT64", "UINT32", "UINT64"})
    void wholeNumbersThatLieTogetherAreStoredAsDifferences(Kind kind) throws Exception {
        Field rising = new Field("rising", ColumnType.of(kind), true);
        Field wild = new Field("wild", ColumnType.of(kind), true);
        RecordBatch batch = new RecordBatch(new Schema(List.of(rising, wild)), 50_000);
        Random random = new Random(12);
        for (int row = 0; row < batch.capacity(); row++) {
            if (row % 97 == 0) {
                batch.column(0).setNull(row);
                batch.column(1).setNull(row);
            } else if (batch.column(0) instanceof LongColumn) {
                long mask = kind == Kind.UINT32 ? 0xFFFFFFFFL : -1L;
                ((LongColumn) batch.column(0)).values()[row] = mask / 2 + row * 3L + random.nextInt(2) & mask;
                ((LongColumn) batch.column(1)).values()[row] = random.nextLong() & mask;
            } else {
                ((IntColumn) batch.column(0)).values()[row] = row * 3 - 70_000 + random.nextInt(2);
                ((IntColumn) batch.column(1)).values()[row] = random.nextInt();
            }
        }
        batch.rows(batch.capacity());

        write("whole.parquet", batch.schema(), Compression.SNAPPY, List.of(batch));

        assertThat(chunks("whole.parquet"))
                .extracting(chunk -> chunk.getEncodings().contains(Encoding.DELTA_BINARY_PACKED))
                .containsExactly(true, false);
        assertThat(DuckDbText.rows(duckdb, from("whole.parquet"), batch.schema()))
                .isEqualTo(texts(batch.schema(), List.of(batch)));
    }

    @Test
    void finishedSaysWhatTheFileHolds() throws Exception {
        ParquetTableWriter.Finished finished =
                write("f.parquet", new Schema(List.of(NUMBER)), Compression.SNAPPY, List.of(numbers(0, 5000)));

        byte[] bytes = Files.readAllBytes(folder.resolve("f.parquet"));
        assertThat(finished.rows()).isEqualTo(5000);
        assertThat(finished.bytes()).isEqualTo(bytes.length);
        assertThat(finished.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    @Test
    void writesAFileWithoutRows() throws Exception {
        Schema schema = RandomBatches.everyType(true);

        write("empty.parquet", schema, Compression.SNAPPY, List.of());

        assertThat(DuckDbText.rows(duckdb, from("empty.parquet"), schema)).isEmpty();
    }

    @Test
    void equalBatchesGiveEqualBytes() throws Exception {
        Schema schema = RandomBatches.everyType(true);

        String first = write(
                        "1.parquet", schema, Compression.ZSTD, List.of(new RandomBatches(5, 0.1).next(schema, 25_000)))
                .sha256();
        String second = write(
                        "2.parquet", schema, Compression.ZSTD, List.of(new RandomBatches(5, 0.1).next(schema, 25_000)))
                .sha256();

        assertThat(second).isEqualTo(first);
    }

    @Test
    void cutsRowGroupsAtTheirRowLimit() throws Exception {
        Schema schema = new Schema(List.of(NUMBER));
        List<RecordBatch> batches = IntStream.range(0, 25)
                .mapToObj(i -> numbers(i * 100_000L, 100_000))
                .toList();

        write("groups.parquet", schema, Compression.SNAPPY, batches);

        assertThat(blocks("groups.parquet"))
                .extracting(BlockMetaData::getRowCount)
                .containsExactly(1_100_000L, 1_100_000L, 300_000L);
        assertThat(query("SELECT count(*), sum(number), min(number), max(number) FROM " + from("groups.parquet")))
                .isEqualTo("2500000|3124998750000|0|2499999");
        assertThat(query(
                        "SELECT count(*) FROM " + from("groups.parquet") + " WHERE number BETWEEN 1099999 AND 1100001"))
                .isEqualTo("3");
    }

    @Test
    void dictionaryIdsOfSeveralSourceDictionariesBecomeOneDictionary() throws Exception {
        RecordBatch first =
                strings(Dictionary.ofStrings(List.of("b", "a", "unused", "b")), 0, 1, 3, 0, 1, 0, 1, 0, 1, 0);
        RecordBatch second = strings(Dictionary.ofStrings(List.of("c", "b")), 1, 0, 0, 1, 1, 0, 0, 0, 0, 0);

        write("d.parquet", first.schema(), Compression.NONE, List.of(first, second));

        assertThat(query("SELECT string_agg(text, '') FROM " + from("d.parquet")))
                .isEqualTo("babbabababbccbbccccc");
        assertThat(chunks("d.parquet").get(0).getEncodings()).contains(Encoding.RLE_DICTIONARY);
    }

    @Test
    void anOverflowingDictionaryFallsBackToPlain() throws Exception {
        Random random = new Random(3);
        List<RecordBatch> batches = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<@Nullable String> values = new ArrayList<>();
            int distinct = i < 20 ? 50 : 1_000_000;
            for (int row = 0; row < 2000; row++) {
                values.add("value-" + random.nextInt(distinct) + "-".repeat(20));
            }
            expected.addAll(values);
            batches.add(
                    i % 2 == 0
                            ? plain(values)
                            : strings(
                                    Dictionary.ofStrings(values),
                                    IntStream.range(0, 2000).toArray()));
        }

        write("o.parquet", batches.get(0).schema(), Compression.SNAPPY, batches);

        assertThat(chunks("o.parquet").get(0).getEncodings()).contains(Encoding.RLE_DICTIONARY, Encoding.PLAIN);
        List<List<@Nullable String>> read =
                DuckDbText.rows(duckdb, from("o.parquet"), batches.get(0).schema());
        assertThat(read.stream().map(row -> row.get(0)).toList()).isEqualTo(expected);
    }

    @Test
    void valuesLargerThanAPageAreKept() throws Exception {
        List<String> values = List.of("x".repeat(3_000_000), "", "y".repeat(1_048_576), "z");

        write("large.parquet", new Schema(List.of(TEXT)), Compression.SNAPPY, List.of(plain(values)));

        assertThat(query("SELECT string_agg(length(text), ',') FROM " + from("large.parquet")))
                .isEqualTo("3000000,0,1048576,1");
    }

    @Test
    void filtersOnEveryColumnFindTheSameRowsAsWithoutStatistics() throws Exception {
        long seed = System.nanoTime();
        Schema schema = RandomBatches.everyType(true);
        RandomBatches random = new RandomBatches(seed, 0.2);
        List<RecordBatch> batches = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            batches.add(random.next(schema, 2000));
        }
        write("stats.parquet", schema, Compression.SNAPPY, batches);
        duckdb.createStatement().execute("CREATE TABLE copy AS SELECT * FROM " + from("stats.parquet"));
        for (Field field : schema.fields()) {
            String column = '"' + field.name() + '"';
            for (String pivot : List.of("min", "max", "median", "any_value")) {
                if (pivot.equals("median") && !field.type().numeric()) {
                    continue;
                }
                for (String comparison : List.of("<", "<=", "=", ">=", ">", "IS NULL OR 1 <")) {
                    String where = comparison.startsWith("IS")
                            ? column + " IS NULL"
                            : column + " " + comparison + " (SELECT " + pivot + "(" + column + ") FROM copy)";
                    assertThat(query("SELECT count(*) FROM " + from("stats.parquet") + " WHERE " + where))
                            .as(where + " seed " + seed)
                            .isEqualTo(query("SELECT count(*) FROM copy WHERE " + where));
                }
            }
        }
    }

    @Test
    void statisticsHoldLeastGreatestAndNulls() throws Exception {
        Schema schema = new Schema(List.of(
                new Field("unsigned", ColumnType.of(Kind.UINT64), true),
                new Field("zero", ColumnType.of(Kind.FLOAT32), true),
                TEXT));
        RecordBatch batch = new RecordBatch(schema, 4);
        batch.clear(0);
        System.arraycopy(new long[] {-1, 5, 7, 0}, 0, ((LongColumn) batch.column(0)).values(), 0, 4);
        batch.column(0).setNull(3);
        System.arraycopy(new float[] {0f, 0f, 0f, 0f}, 0, ((FloatColumn) batch.column(1)).values(), 0, 4);
        BytesColumn text = (BytesColumn) batch.column(2);
        for (int row = 0; row < 4; row++) {
            text.append(row, new byte[] {(byte) (0x7E + row)});
        }
        batch.rows(4);

        write("s.parquet", schema, Compression.SNAPPY, List.of(batch));

        List<ColumnChunkMetaData> chunks = chunks("s.parquet");
        Statistics<?> unsigned = chunks.get(0).getStatistics();
        assertThat(unsigned.genericGetMin()).isEqualTo(5L);
        assertThat(unsigned.genericGetMax()).isEqualTo(-1L);
        assertThat(unsigned.getNumNulls()).isEqualTo(1);
        assertThat(chunks.get(1).getStatistics().genericGetMin()).isEqualTo(-0.0f);
        assertThat(chunks.get(1).getStatistics().genericGetMax()).isEqualTo(0.0f);
        assertThat(chunks.get(2).getStatistics().getMinBytes()).containsExactly(0x7E);
        assertThat(chunks.get(2).getStatistics().getMaxBytes()).containsExactly(0x81);
    }

    @Test
    void aChunkWithNaNHasNoStatistics() throws Exception {
        Schema schema = new Schema(List.of(new Field("x", ColumnType.of(Kind.FLOAT64), false)));
        RecordBatch batch = new RecordBatch(schema, 50_000);
        batch.clear(0);
        ((DoubleColumn) batch.column(0)).values()[30_000] = Double.NaN;
        batch.rows(50_000);

        write("nan.parquet", schema, Compression.SNAPPY, List.of(batch));

        assertThat(chunks("nan.parquet").get(0).getStatistics().hasNonNullValue())
                .isFalse();
        assertThat(query("SELECT count(*) FROM " + from("nan.parquet") + " WHERE x > 1"))
                .isEqualTo("1");
    }

    @Test
    void pagesHaveIndexesAndChecksums() throws Exception {
        write("i.parquet", new Schema(List.of(NUMBER)), Compression.NONE, List.of(numbers(0, 100_000)));

        int inFirstPage;
        try (ParquetFileReader reader = open("i.parquet")) {
            ColumnChunkMetaData chunk =
                    reader.getRowGroups().get(0).getColumns().get(0);
            assertThat(reader.readOffsetIndex(chunk).getPageCount()).isEqualTo(5);
            assertThat(reader.readColumnIndex(chunk).getMaxValues()).hasSize(5);
            inFirstPage = (int) chunk.getStartingPos() + 500;
        }
        Path file = folder.resolve("i.parquet");
        byte[] bytes = Files.readAllBytes(file);
        bytes[inFirstPage] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> {
                    try (ParquetFileReader reader = ParquetFileReader.open(
                            new LocalInputFile(file),
                            org.apache.parquet.ParquetReadOptions.builder()
                                    .usePageChecksumVerification()
                                    .build())) {
                        reader.readNextRowGroup()
                                .getPageReader(reader.getFileMetaData()
                                        .getSchema()
                                        .getColumns()
                                        .get(0))
                                .readPage();
                    }
                })
                .hasMessageContaining("CRC");
    }

    private ParquetTableWriter.Finished write(
            String name, Schema schema, Compression compression, List<RecordBatch> batches) {
        String path = folder.resolve(name).toString();
        try (ParquetTableWriter writer = ParquetTableWriter.create(storages.of(path), path, schema, compression)) {
            batches.forEach(writer::append);
            return writer.finish();
        }
    }

    private static RecordBatch numbers(long first, int rows) {
        RecordBatch batch = new RecordBatch(new Schema(List.of(NUMBER)), rows);
        batch.clear(0);
        for (int row = 0; row < rows; row++) {
            ((LongColumn) batch.column(0)).values()[row] = first + row;
        }
        batch.rows(rows);
        return batch;
    }

    private static RecordBatch strings(Dictionary dictionary, int... ids) {
        RecordBatch batch = new RecordBatch(new Schema(List.of(TEXT)), ids.length);
        batch.clear(0);
        BytesColumn column = (BytesColumn) batch.column(0);
        column.dictionary(dictionary);
        System.arraycopy(ids, 0, column.ids(), 0, ids.length);
        batch.rows(ids.length);
        return batch;
    }

    private static RecordBatch plain(List<String> values) {
        RecordBatch batch = new RecordBatch(new Schema(List.of(TEXT)), values.size());
        batch.clear(0);
        for (int row = 0; row < values.size(); row++) {
            ((BytesColumn) batch.column(0)).append(row, values.get(row).getBytes(StandardCharsets.UTF_8));
        }
        batch.rows(values.size());
        return batch;
    }

    private static List<List<@Nullable String>> texts(Schema schema, List<RecordBatch> batches) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (RecordBatch batch : batches) {
            for (int row = 0; row < batch.rows(); row++) {
                List<@Nullable String> values = new ArrayList<>();
                for (int i = 0; i < schema.size(); i++) {
                    Column column = batch.column(i);
                    values.add(DuckDbText.expected(column, row));
                }
                rows.add(values);
            }
        }
        return rows;
    }

    private String from(String name) {
        return "'" + folder.resolve(name) + "'";
    }

    private String query(String sql) throws SQLException {
        try (ResultSet rows = duckdb.createStatement().executeQuery(sql)) {
            rows.next();
            List<@Nullable String> values = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                values.add(rows.getString(i));
            }
            return String.join("|", values);
        }
    }

    private ParquetFileReader open(String name) throws IOException {
        return ParquetFileReader.open(new LocalInputFile(folder.resolve(name)));
    }

    private List<BlockMetaData> blocks(String name) throws IOException {
        try (ParquetFileReader reader = open(name)) {
            return reader.getRowGroups();
        }
    }

    private List<ColumnChunkMetaData> chunks(String name) throws IOException {
        return blocks(name).get(0).getColumns();
    }
}

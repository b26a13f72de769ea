package io.nightshift.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.BytesColumn;
import io.nightshift.data.ColumnType;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.Field;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetReadTest {

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
    void readsEveryTypeThatThisProgramWrites(double nullShare) {
        long seed = System.nanoTime();
        Path file = folder.resolve("own.parquet");

        List<List<@Nullable String>> written = write(file, Compression.ZSTD, seed, nullShare, 8000);

        assertThat(FileRows.of(file, seed)).as("seed " + seed).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "UNCOMPRESSED, V1, -1",
        "SNAPPY, V1, 0.1",
        "GZIP, V1, 0.5",
        "ZSTD, V2, 0.02",
        "LZ4_RAW, V2, 0",
        "SNAPPY, V2, 1",
        "UNCOMPRESSED, V2, 0.3",
    })
    void readsEveryTypeThatDuckDbWrites(String codec, String version, double nullShare) throws SQLException {
        long seed = System.nanoTime();
        Path own = folder.resolve("own.parquet");
        Path file = folder.resolve("duck.parquet");
        write(own, Compression.SNAPPY, seed, nullShare, 9000);
        duckdb.createStatement()
                .execute("COPY (FROM '" + own + "') TO '" + file + "' (FORMAT parquet, COMPRESSION " + codec
                        + ", PARQUET_VERSION " + version + ", ROW_GROUP_SIZE 4096)");

        Schema schema = FileRows.open(file).schema();

        assertThat(schema.names()).isEqualTo(RandomBatches.everyType(true).names());
        assertThat(FileRows.of(file, seed))
                .as("seed " + seed)
                .isEqualTo(DuckDbText.rows(duckdb, "'" + file + "'", schema));
    }

    @Test
    void skippedRowsMoveNothing() {
        long seed = System.nanoTime();
        Path file = folder.resolve("own.parquet");
        List<List<@Nullable String>> written = write(file, Compression.SNAPPY, seed, 0.2, 25_000);

        List<@Nullable List<@Nullable String>> read = FileRows.ofSome(file, seed);

        assertThat(read).as("seed " + seed).hasSameSizeAs(written);
        for (int row = 0; row < read.size(); row++) {
            if (read.get(row) != null) {
                assertThat(read.get(row)).as("seed %d row %d", seed, row).isEqualTo(written.get(row));
            }
        }
    }

    @Test
    void stringsKeepTheFilesDictionary() throws SQLException {
        Path file = folder.resolve("words.parquet");
        duckdb.createStatement()
                .execute(
                        "COPY (SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE 'w' || i % 50 END AS word FROM range(5000) t(i))"
                                + " TO '" + file + "' (FORMAT parquet)");
        ParquetFile opened = FileRows.open(file);
        RecordBatch batch = new RecordBatch(opened.schema(), 1000);

        try (RowGroupReader reader = opened.read(opened.schema())) {
            reader.open(0);
            reader.read(batch, 0, 1000);
            batch.rows(1000);
            BytesColumn words = (BytesColumn) batch.column(0);
            assertThat(words.dictionary()).isNotNull().satisfies(found -> assertThat(found.size())
                    .isBetween(50, 51));
            assertThat(words.string(8)).isEqualTo("w8");
            assertThat(words.isNull(7)).isTrue();
        }
    }

    @Test
    void aBatchOfDictionaryAndPlainPagesBecomesPlain() throws SQLException {
        long seed = System.nanoTime();
        Path file = folder.resolve("mixed.parquet");
        // The dictionary fills up, and parquet-java's writer goes on without it.
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            values.add(i < 10_000 ? "few " + i % 10 : "a rather long and different text number " + i);
        }
        GroupFiles.strings(file, values, 1 << 14);
        ParquetFile opened = FileRows.open(file);

        List<String> read =
                FileRows.of(file, seed).stream().map(row -> row.get(0)).toList();

        assertThat(opened.rowGroupCount()).isOne();
        assertThat(read).as("seed " + seed).isEqualTo(values);
    }

    @Test
    void readsWiderThanTheFile() throws SQLException {
        Path file = folder.resolve("narrow.parquet");
        duckdb.createStatement()
                .execute("COPY (SELECT CAST(i AS INTEGER) a, CAST(i AS FLOAT) b, CAST(i AS UINTEGER) + 4294960000 c,"
                        + " CAST(i AS INTEGER) d, CAST(i AS DECIMAL(9,2)) e, CAST(i AS DECIMAL(9,2)) f,"
                        + " make_timestamp_ms(i * 1000 + 7) g FROM range(3000) t(i)) TO '" + file
                        + "' (FORMAT parquet)");
        Schema wide = new Schema(List.of(
                new Field("a", ColumnType.of(Kind.INT64), true),
                new Field("b", ColumnType.of(Kind.FLOAT64), true),
                new Field("c", ColumnType.of(Kind.INT64), true),
                new Field("d", ColumnType.of(Kind.FLOAT64), true),
                new Field("e", ColumnType.decimal(18, 5), true),
                new Field("f", ColumnType.decimal(38, 10), true),
                new Field("g", ColumnType.timestamp(ColumnType.TimeUnit.NANOS, false), true)));

        List<List<@Nullable String>> rows = FileRows.of(FileRows.open(file), wide, 1, false);

        assertThat(rows.get(1234))
                .containsExactly(
                        "1234",
                        "1234.0",
                        "4294961234",
                        "1234.0",
                        "1234.00000",
                        "1234.0000000000",
                        "1970-01-01T00:20:34.007");
    }

    @Test
    void aTimestampThatDoesNotFitAFinerUnitIsNamed() throws SQLException {
        Path file = folder.resolve("far.parquet");
        duckdb.createStatement()
                .execute("COPY (SELECT TIMESTAMP '9999-12-31 00:00:00' AS t) TO '" + file + "' (FORMAT parquet)");
        Schema nanos =
                new Schema(List.of(new Field("t", ColumnType.timestamp(ColumnType.TimeUnit.NANOS, false), true)));

        assertThatThrownBy(() -> FileRows.of(FileRows.open(file), nanos, 1, false))
                .hasMessageContaining("far.parquet, row group 0, column t: a value does not fit");
    }

    private List<List<@Nullable String>> write(
            Path file, Compression compression, long seed, double nullShare, int rows) {
        RandomBatches random = new RandomBatches(seed, nullShare);
        Schema schema = RandomBatches.everyType(nullShare >= 0);
        List<List<@Nullable String>> texts = new ArrayList<>();
        try (ParquetTableWriter writer =
                ParquetTableWriter.create(storages.of(file.toString()), file.toString(), schema, compression)) {
            for (int left = rows; left > 0; left -= 5000) {
                RecordBatch batch = random.next(schema, Math.min(left, 5000));
                writer.append(batch);
                texts.addAll(FileRows.texts(batch));
            }
            writer.finish();
        }
        return texts;
    }

    @Test
    void decodesTheFooterAgainOnlyWhereTheFileChanged() throws IOException {
        Path file = folder.resolve("f");
        GroupFiles.strings(file, List.of("one", "two"), 1 << 14);
        FileTime time = Files.getLastModifiedTime(file);
        ParquetFile opened = FileRows.open(file);
        assertThat(opened.now()).isSameAs(opened);

        Files.setLastModifiedTime(file, FileTime.from(time.toInstant().plusSeconds(1)));
        assertThat(opened.now()).isNotSameAs(opened);

        Files.delete(file);
        GroupFiles.strings(file, List.of("two", "ten"), 1 << 14);
        Files.setLastModifiedTime(file, time);
        ParquetFile rewritten = opened.now();
        assertThat(rewritten.stored()).isEqualTo(opened.stored());
        assertThat(rewritten.footerSha256()).isNotEqualTo(opened.footerSha256());
    }
}

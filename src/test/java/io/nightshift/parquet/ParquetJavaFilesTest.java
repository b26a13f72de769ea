package io.nightshift.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.data.RecordBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter.Builder;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetJavaFilesTest {

    private enum Layout {
        DICTIONARIES(builder -> builder, Encoding.RLE_DICTIONARY, Encoding.PLAIN_DICTIONARY),
        PLAIN(builder -> builder.withDictionaryEncoding(false), Encoding.PLAIN),
        SECOND_VERSION(
                builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0).withDictionaryEncoding(false),
                Encoding.DELTA_BINARY_PACKED,
                Encoding.DELTA_BYTE_ARRAY,
                Encoding.RLE),
        SPLIT_STREAMS(
                builder -> builder.withDictionaryEncoding(false).withByteStreamSplitEncoding(true),
                Encoding.BYTE_STREAM_SPLIT),
        SNAPPY(builder -> builder.withCompressionCodec(CompressionCodecName.SNAPPY)),
        ZSTD(builder ->
                builder.withWriterVersion(WriterVersion.PARQUET_2_0).withCompressionCodec(CompressionCodecName.ZSTD)),
        GZIP(builder -> builder.withCompressionCodec(CompressionCodecName.GZIP)),
        LZ4_RAW(builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0)
                .withCompressionCodec(CompressionCodecName.LZ4_RAW)),
        MANY_ROW_GROUPS(builder -> builder.withRowGroupSize(100_000L));

        private final UnaryOperator<Builder> options;
        private final List<Encoding> encodings;

        Layout(UnaryOperator<Builder> options, Encoding... encodings) {
            this.options = builder -> options.apply(builder.withPageRowCountLimit(700));
            this.encodings = List.of(encodings);
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void readsEveryType(Layout layout) {
        for (double nullShare : new double[] {-1, 0, 0.3, 1}) {
            long seed = System.nanoTime();
            Path file = folder.resolve(layout + "" + nullShare);
            List<List<@Nullable String>> written = GroupFiles.everyType(file, seed, nullShare, 4000, layout.options);

            List<List<@Nullable String>> read = FileRows.of(file, seed);

            assertThat(read).as("seed %d nulls %s", seed, nullShare).isEqualTo(written);
        }
    }

    @ParameterizedTest
    @EnumSource
    void usesTheEncodingsThatTheLayoutIsNamedFor(Layout layout) {
        Path file = folder.resolve("f");
        GroupFiles.everyType(file, 1, 0.3, 4000, layout.options);
        ParquetFile opened = FileRows.open(file);

        Set<Encoding> used = new TreeSet<>();
        opened.rowGroup(0).getColumns().forEach(chunk -> used.addAll(chunk.getEncodings()));

        if (!layout.encodings.isEmpty()) {
            assertThat(used).containsAnyElementsOf(layout.encodings);
        }
        if (layout == Layout.SECOND_VERSION) {
            assertThat(used).containsAll(layout.encodings);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 6"})
    void countsThePagesReadThatHaveNoChecksum(boolean checksums, long expected) throws Exception {
        MessageType schema = MessageTypeParser.parseMessageType("message m { required double x; }");
        Path file = folder.resolve("pages.parquet");
        try (ParquetWriter<Group> writer = GroupFiles.writer(file, schema, builder -> builder.withPageRowCountLimit(700)
                .withDictionaryEncoding(false)
                .withPageWriteChecksumEnabled(checksums))) {
            SimpleGroupFactory rows = new SimpleGroupFactory(schema);
            for (int row = 0; row < 7 * 700; row++) {
                writer.write(rows.newGroup().append("x", row / 3.0));
            }
        }
        ParquetFile opened = FileRows.open(file);
        try (RowGroupReader reader = opened.read(opened.schema())) {
            reader.open(0);
            reader.skip(700);
            reader.read(new RecordBatch(opened.schema(), 6 * 700), 0, 6 * 700);
            assertThat(reader.pagesWithoutChecksum()).isEqualTo(expected);
        }
    }

    @Test
    void columnsThatCannotBeReadAreRefusedOnlyWhenAskedFor() throws Exception {
        MessageType schema = MessageTypeParser.parseMessageType("message m { required int64 id; repeated int32 many;"
                + " optional group list (LIST) { repeated group list { optional int32 element; } }"
                + " optional binary raw; optional fixed_len_byte_array(12) span (INTERVAL);"
                + " optional fixed_len_byte_array(2) half (FLOAT16); }");
        Path file = folder.resolve("odd.parquet");
        try (ParquetWriter<Group> writer = GroupFiles.writer(file, schema, builder -> builder)) {
            writer.write(new SimpleGroupFactory(schema).newGroup().append("id", 5L));
        }
        ParquetFile opened = FileRows.open(file);

        assertThat(opened.schema().names()).containsExactly("id");
        assertThat(FileRows.of(file, 1)).containsExactly(List.of("5"));
        for (String name : List.of("many", "list.list.element", "raw", "span", "half")) {
            assertThatThrownBy(() -> opened.require(name))
                    .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                            .isEqualTo(FailureCode.SCHEMA_MISMATCH))
                    .hasMessageContaining("'" + name + "'");
        }
        assertThatThrownBy(() -> opened.require("idd")).hasMessageContaining("did you mean 'id'");
    }
}

package io.nightshift.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import io.nightshift.data.ColumnType.Kind;
import io.nightshift.data.RandomBatches;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.storage.Storages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedFileTest {

    private static final int MIB = 1 << 20;
    private static final Set<FailureCode> REFUSALS =
            Set.of(FailureCode.DATA_CORRUPT, FailureCode.LIMIT_EXCEEDED, FailureCode.SCHEMA_MISMATCH);

    @TempDir
    Path folder;

    @Test
    void refusesAFileCutAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(sample("whole.parquet", 500));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int length = i < 20 ? i : random.nextInt(whole.length);
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertRefused(Files.write(folder.resolve("cut.parquet"), cut), "seed " + seed + " length " + length);
        }
    }

    @Test
    void noBitFlipInThePagesIsReadAsOtherValues() throws IOException {
        Path sample = sample("sample.parquet", 800);
        Path second = folder.resolve("second.parquet");
        GroupFiles.everyType(second, 3, 0.1, 800, builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0)
                .withPageRowCountLimit(200)
                .withCompressionCodec(CompressionCodecName.SNAPPY));
        long seed = System.nanoTime();
        for (Path file : List.of(sample, second)) {
            byte[] bytes = Files.readAllBytes(file);
            flip(bytes, FileRows.of(file, 1), 4, footerStart(bytes), seed);
        }
    }

    private void flip(byte[] bytes, List<List<@Nullable String>> expected, int from, int to, long seed)
            throws IOException {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            int at = from + random.nextInt(to - from);
            int bit = random.nextInt(8);
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << bit);
            Path file = Files.write(folder.resolve("flipped.parquet"), damaged);
            try {
                assertThat(FileRows.of(file, seed))
                        .as("seed %d byte %d bit %d", seed, at, bit)
                        .isEqualTo(expected);
            } catch (NightshiftException e) {
                assertThat(e.code()).isIn(REFUSALS);
                assertThat(e.where()).isNotNull();
                refused++;
            }
        }
        assertThat(refused).as("refused of 300 flips").isGreaterThan(200);
    }

    @Test
    void bitFlipsInTheFooterDoNotBreakTheReader() throws IOException {
        byte[] bytes = Files.readAllBytes(sample("sample.parquet", 300));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int start = footerStart(bytes);
        for (int i = 0; i < 300; i++) {
            int at = start + random.nextInt(bytes.length - start);
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Path file = Files.write(folder.resolve("flipped.parquet"), damaged);
            Throwable failure = catchThrowable(() -> FileRows.of(file, seed));
            assertThat(failure)
                    .as("seed %d byte %d", seed, at)
                    .satisfiesAnyOf(none -> assertThat(none).isNull(), refusal -> assertThat(
                                    ((NightshiftException) refusal).code())
                            .isIn(REFUSALS));
        }
    }

    @Test
    void refusesWhatIsNotParquet() throws IOException {
        assertRefused(Files.write(folder.resolve("empty"), new byte[0]), "it is empty");
        assertRefused(Files.write(folder.resolve("short"), new byte[11]), "11 bytes");
        assertRefused(Files.writeString(folder.resolve("csv"), "id,name\n1,a\n2,b\n"), "another kind");
        Path zip = folder.resolve("zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("flights.parquet"));
            out.write(Files.readAllBytes(sample("z.parquet", 50)));
        }
        assertRefused(zip, "another kind");
        byte[] endsOnly = Files.readAllBytes(sample("e.parquet", 50));
        endsOnly[0] = 'X';
        assertRefused(Files.write(folder.resolve("start"), endsOnly), "does not start like");
    }

    @Test
    void refusesEncryptedFilesSayingSo() throws IOException {
        byte[] bytes = Files.readAllBytes(sample("plain.parquet", 50));
        byte[] magic = "PARE".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, bytes, 0, 4);
        System.arraycopy(magic, 0, bytes, bytes.length - 4, 4);

        assertRefused(Files.write(folder.resolve("encrypted"), bytes), "encrypted");
    }

    @Test
    void refusesCodecsByName() {
        Path file = new CraftedFile(CompressionCodec.BROTLI, Encoding.PLAIN)
                .data(1, 5, new byte[5])
                .write(folder.resolve("brotli"), 1);

        assertThatThrownBy(() -> FileRows.open(file).require("s")).hasMessageContaining("BROTLI");
    }

    @Test
    void refusesHundredsOfMillionsOfRowsInAKilobyte() {
        int rows = 300_000_000;
        // One dictionary entry, and one run that repeats it for all rows.
        byte[] run = {
            1,
            (byte) (rows << 1 | 0x80),
            (byte) (rows >> 6 | 0x80),
            (byte) (rows >> 13 | 0x80),
            (byte) (rows >> 20 | 0x80),
            (byte) (rows >> 27),
            0
        };
        Path file = new CraftedFile(CompressionCodec.UNCOMPRESSED, Encoding.RLE_DICTIONARY)
                .dictionary(1, 5, new byte[] {1, 0, 0, 0, 'x'})
                .data(rows, run.length, run)
                .write(folder.resolve("rows"), rows);

        assertBomb(file, FailureCode.LIMIT_EXCEEDED);
    }

    @Test
    void refusesHundredsOfMegabytesOfTextInTwentyKilobytes() {
        ByteBuffer strings = ByteBuffer.allocate(100 * (MIB - 4) + 400).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 100; i++) {
            strings.putInt(MIB - 4).position(strings.position() + MIB - 4);
        }
        byte[] page = Zstd.compress(strings.array(), 9);
        CraftedFile crafted = new CraftedFile(CompressionCodec.ZSTD, Encoding.PLAIN);
        for (int i = 0; i < 6; i++) {
            crafted.data(100, strings.capacity(), page);
        }

        Path file = crafted.write(folder.resolve("text"), 600);

        assertThat(file).satisfies(written -> assertThat(Files.size(written)).isLessThan(64_000));
        assertBomb(file, FailureCode.LIMIT_EXCEEDED);
    }

    @Test
    void refusesOneHugeString() {
        byte[] page = new byte[2 * MIB + 4];
        ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putInt(2 * MIB);
        Path file = new CraftedFile(CompressionCodec.UNCOMPRESSED, Encoding.PLAIN)
                .data(1, page.length, page)
                .write(folder.resolve("string"), 1);

        assertBomb(file, FailureCode.LIMIT_EXCEEDED);
    }

    @Test
    void refusesPagesThatLieAboutTheirSize() {
        byte[] body = Zstd.compress(new byte[100]);
        for (int size : new int[] {-1, 99, 101, Integer.MAX_VALUE}) {
            Path file = new CraftedFile(CompressionCodec.ZSTD, Encoding.PLAIN)
                    .data(25, size, body)
                    .write(folder.resolve("size" + size), 25);

            assertBomb(file, size > MIB ? FailureCode.LIMIT_EXCEEDED : FailureCode.DATA_CORRUPT);
        }
    }

    @Test
    void refusesDeltaPagesThatClaimMoreValuesThanTheyHave() {
        // Block of 128 values in 4 parts, then a count of two billion.
        byte[] page = {(byte) 0x80, 1, 4, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0};
        Path file = new CraftedFile(CompressionCodec.UNCOMPRESSED, Encoding.DELTA_LENGTH_BYTE_ARRAY)
                .data(10, page.length, page)
                .write(folder.resolve("delta"), 10);

        assertBomb(file, FailureCode.DATA_CORRUPT);
    }

    @Test
    void refusesFootersThatLie() throws IOException {
        // A list of two billion row groups: field 4, type list; long list of structs; the length.
        byte[] list = {0x49, (byte) 0xfc, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0};
        assertBomb(CraftedFile.write(folder.resolve("list"), new byte[0], list), FailureCode.DATA_CORRUPT);
        byte[] deep = new byte[5000];
        java.util.Arrays.fill(deep, (byte) 0x1c);
        assertBomb(CraftedFile.write(folder.resolve("deep"), new byte[0], deep), FailureCode.DATA_CORRUPT);
        byte[] bytes = Files.readAllBytes(sample("f.parquet", 50));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 8, Integer.MAX_VALUE);
        assertBomb(Files.write(folder.resolve("length"), bytes), FailureCode.DATA_CORRUPT);
        java.util.ArrayList<SchemaElement> wide = new java.util.ArrayList<>();
        wide.add(new SchemaElement("m").setNum_children(20_000));
        for (int i = 0; i < 20_000; i++) {
            wide.add(new SchemaElement("c" + i).setType(org.apache.parquet.format.Type.INT32));
        }
        assertBomb(
                CraftedFile.write(folder.resolve("wide"), new byte[0], new FileMetaData(1, wide, 0, List.of())),
                FailureCode.LIMIT_EXCEEDED);
    }

    private Path sample(String name, int rows) {
        Path file = folder.resolve(name);
        Schema schema = RandomBatches.everyType(true);
        RecordBatch batch = new RandomBatches(5, 0.1).next(schema, rows);
        assertThat(schema.field(0).type().kind()).isEqualTo(Kind.BOOLEAN);
        try (Storages storages = Storages.defaults();
                ParquetTableWriter writer = ParquetTableWriter.create(
                        storages.of(file.toString()), file.toString(), schema, Compression.ZSTD)) {
            writer.append(batch);
            writer.finish();
        }
        return file;
    }

    private static int footerStart(byte[] bytes) {
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
        return bytes.length - 8 - length;
    }

    private static void assertRefused(Path file, String words) {
        assertThatThrownBy(() -> FileRows.of(file, 1))
                .as(words)
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(FailureCode.DATA_CORRUPT))
                .hasMessageContaining(file.toString());
        if (!words.startsWith("seed")) {
            assertThatThrownBy(() -> FileRows.of(file, 1)).hasMessageContaining(words);
        }
    }

    /** Refused, without taking much memory before. */
    private static void assertBomb(Path file, FailureCode code) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> FileRows.of(file, 1))
                .as(file.getFileName().toString())
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(code))
                .hasMessageContaining(file.toString());
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes taken by %s", file.getFileName())
                .isLessThan(64L * MIB);
    }
}

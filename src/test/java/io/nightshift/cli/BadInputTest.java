package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Input files that are missing, damaged, foreign or changing: no run publishes a row of them. */
final class BadInputTest {

    @TempDir
    Path folder;

    private SmallJob job;

    @BeforeEach
    void soundJob() {
        job = SmallJob.in(folder);
    }

    private byte[] sound() throws IOException {
        return Files.readAllBytes(job.input);
    }

    @Test
    void aFileThatIsMissingIsNamed() throws Exception {
        Files.delete(job.input);
        job.fails(1, "INPUT_MISSING", job.input.toString());
    }

    @Test
    void aFolderWithoutDataIsNamed() throws Exception {
        Files.delete(job.input);
        Files.createDirectory(job.input);
        Files.writeString(job.input.resolve("_SUCCESS"), "");
        job.fails(1, "INPUT_MISSING", job.input.toString());
    }

    @Test
    void filesThatAreNoParquetAreRefused() throws Exception {
        byte[] sound = sound();
        for (byte[] content : List.of(
                new byte[0],
                "PAR1".getBytes(StandardCharsets.US_ASCII),
                "PAR1\0\0\0\0PAR1".getBytes(StandardCharsets.US_ASCII),
                "id,x\n1,2\n3,4\n".getBytes(StandardCharsets.US_ASCII),
                "PK\u0003\u0004 no parquet at all".getBytes(StandardCharsets.US_ASCII),
                Arrays.copyOf(sound, sound.length - 1),
                Arrays.copyOf(sound, sound.length / 2))) {
            Files.write(job.input, content);
            job.fails(1, "DATA_CORRUPT", job.input.toString());
        }
    }

    @Test
    void anEncryptedFileIsRefusedAsSuch() throws Exception {
        byte[] bytes = sound();
        System.arraycopy("PARE".getBytes(StandardCharsets.US_ASCII), 0, bytes, bytes.length - 4, 4);
        Files.write(job.input, bytes);
        job.fails(1, "DATA_CORRUPT", job.input.toString(), "encrypted");
    }

    @Test
    void noBitFlipIsPublishedAsOtherValues() throws Exception {
        // Nightshift's own result as input: its pages carry checksums. The model gives its input, and so every changed
        // value.
        Path results = folder.resolve("results");
        job.definition("output: {parquet: '" + results + "', keep: [x]}\n");
        String run0 = job.completes().get("run").asString();
        byte[] sound = Files.readAllBytes(results.resolve("run=" + run0 + "/predictions/part-00000.parquet"));
        Files.write(job.input, sound);
        job.definition("");
        job.completes();
        List<List<String>> expected = job.published();
        assertThat(expected).hasSize(1000);
        long seed = Long.getLong("nightshift.seed", System.nanoTime());
        System.out.println("BadInputTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 12; i++) {
            byte[] flipped = sound.clone();
            int at = random.nextInt(flipped.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(job.input, flipped);
            CommandRun run = job.run();
            String place = "seed " + seed + " byte " + at + ": " + run.err();
            assertThat(run.exitCode()).as(place).isIn(0, 1, 3);
            if (run.exitCode() != 0) {
                assertThat(run.errJson().get("code").asString()).as(place).isNotEqualTo("DEFECT");
            }
            assertThat(job.published()).as(place).isEqualTo(expected);
        }
    }

    @Test
    void aBombIsRefusedAtOnce() {
        // 64 MiB of text in each of a few rows: a small file, far beyond what a batch may hold.
        job.input("select i as id, i::double as x, repeat('a', 67108864) as g from range(4) t(i)");
        job.definition("output: {table: small, keep: [g]}\n");
        assertThat(job.input.toFile().length()).isLessThan(16L << 20);
        job.fails(1, "LIMIT_EXCEEDED", job.input.toString(), "column g");
    }

    @Test
    void oneDamagedFileAmongSoundOnesIsNamed() throws Exception {
        byte[] sound = sound();
        Files.delete(job.input);
        Files.createDirectory(job.input);
        Files.write(job.input.resolve("a.parquet"), sound);
        SmallJob.write(
                job.input.resolve("b.parquet"), "select i + 1000 as id, i::double as x, 'g' as g from range(9) t(i)");
        Files.write(job.input.resolve("c.parquet"), Arrays.copyOf(sound, 500));
        job.fails(1, "DATA_CORRUPT", "c.parquet");
        Files.delete(job.input.resolve("c.parquet"));
        assertThat(job.completes().get("rows").get("read").asInt()).isEqualTo(1009);
    }

    @Test
    void columnsThatAreMissingOrOfAnotherTypeAreListedBeforeTheFirstRow() throws Exception {
        job.input("select i as id, i::varchar as x from range(10) t(i)");
        job.fails(1, "SCHEMA_MISMATCH", "'x'", "the column is string", "Nothing was scored");
        job.input("select i as id, i::double as xx from range(10) t(i)");
        job.fails(1, "SCHEMA_MISMATCH", "no column 'x'", "did you mean 'xx'?", "no row was read");
        job.input("select [i] as id, i::double as x from range(10) t(i)");
        job.fails(1, "SCHEMA_MISMATCH", "'id'");
        job.input(SmallJob.ROWS).definition("output: {table: small, keep: [origin]}\n");
        job.fails(1, "SCHEMA_MISMATCH", "no column 'origin'");
        job.definition("aggregates: [{name: a, measures: {m: {mean: scor}}}]\n");
        job.fails(1, "SCHEMA_MISMATCH", "'scor'", "did you mean 'score'?");
    }

    @Test
    void filesOfOneFolderThatDoNotFitEachOtherAreListed() throws Exception {
        Files.delete(job.input);
        Files.createDirectory(job.input);
        SmallJob.write(job.input.resolve("a.parquet"), SmallJob.ROWS);
        SmallJob.write(job.input.resolve("b.parquet"), "select i as id, i::varchar as x from range(10) t(i)");
        job.fails(1, "SCHEMA_MISMATCH", "a.parquet", "b.parquet", "'x'", "without loss");
    }

    @Test
    void aTableThatDoesNotFitTheJobIsLeftAsItIs() {
        job.completes();
        List<List<String>> before = job.rows("select * from small");
        job.definition("output: {table: small, keep: [g]}\n");
        job.fails(1, "SCHEMA_MISMATCH", "the table small exists and does not fit the job", "G CHARACTER VARYING");
        assertThat(job.rows("select * from small")).isEqualTo(before);
    }

    @Test
    void aFileThatChangesBetweenAttemptsIsRefusedUntilItIsBack() throws Exception {
        Files.createDirectories(folder.resolve("blocked"));
        Path results = Files.writeString(folder.resolve("results"), "not a folder");
        job.definition("output: {parquet: '" + results + "'}\n");
        JsonNode failed = job.fails(1, "STORAGE_FAILED", results.toString());
        byte[] sound = sound();
        FileTime time = Files.getLastModifiedTime(job.input);
        Files.delete(results);
        String[] restart = {"--output", "json", "restart", failed.get("run").asString()};

        Files.setLastModifiedTime(job.input, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertChanged(job.command(restart), "was modified");
        job.input("select i as id, i::double + 1 as x, 'g' as g from range(1000) t(i)");
        Files.setLastModifiedTime(job.input, time);
        assertChanged(job.command(restart), job.input.toString());
        Files.delete(job.input);
        CommandRun gone = job.command(restart);
        assertThat(gone.errJson().get("code").asString()).isEqualTo("INPUT_MISSING");

        Files.write(job.input, sound);
        Files.setLastModifiedTime(job.input, time);
        CommandRun completed = job.command(restart);
        assertThat(completed.exitCode()).as(completed.err()).isZero();
        assertThat(completed.outJson().get("attempt").asInt()).isEqualTo(5);
    }

    private static void assertChanged(CommandRun run, String difference) {
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errJson().get("code").asString()).isEqualTo("INPUT_CHANGED");
        assertThat(run.errJson().get("message").asString())
                .contains(difference, "start a new run", "nothing was published");
    }

    @Test
    void aFileThatChangesDuringAnAttemptFailsIt() throws Exception {
        job.input("select i as id, i::double as x, 'g' as g from range(60000) t(i)");
        Path results = folder.resolve("results");
        // Small chunks into a table: the input's end is read long after its beginning.
        job.definition("output: {table: small, parquet: '" + results
                + "'}\ncompute: {threads: 1, batch_rows: 100, chunk_rows: 100}\n");
        byte[] other = sound();
        Thread change = new Thread(() -> {
            // A partition that is staged whole shows that others are still to be read.
            while (stagedBytes(results) < 1000) {
                Thread.onSpinWait();
            }
            try (RandomAccessFile file = new RandomAccessFile(job.input.toFile(), "rw")) {
                file.write(other);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        change.setDaemon(true);
        change.start();
        JsonNode run = job.fails(1, "INPUT_CHANGED", job.input.toString());
        change.join();
        assertThat(run.get("rows").get("predicted").asInt()).isPositive();
        assertThat(Files.exists(results.resolve("manifest.json"))).isFalse();
    }

    private static long stagedBytes(Path results) {
        try (Stream<Path> files = Files.walk(results.resolve("_staging"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        } catch (IOException | UncheckedIOException notYet) {
            return 0;
        }
    }
}

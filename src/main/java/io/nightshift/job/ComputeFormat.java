package io.nightshift.job;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.job.ComputeDefinition.Device;
import java.util.List;
import java.util.regex.Pattern;

/** How {@code compute:} is written, and what it is without. */
final class ComputeFormat {

    private static final int BATCH_ROWS_DEFAULT = 2048;
    private static final int CHUNK_ROWS_DEFAULT = 65_536;
    private static final int MOST_BATCH_ROWS = 1 << 20;
    private static final int MOST_CHUNK_ROWS = 1 << 24;
    private static final int MOST_RUNS = 10_000;
    private static final long MEBIBYTE = 1L << 20;

    private static final Key<Device> DEVICE = Key.optional(
            "device",
            Formats.text(Pattern.compile("auto|cpu|gpu(?::[0-9]{1,2})?"), "auto, cpu, gpu or gpu:n")
                    .as(ComputeFormat::device),
            new Device(Device.Kind.AUTO, 0),
            "auto",
            "Where the model is loaded: auto (a GPU where there is one), cpu, gpu or gpu:n.");
    private static final Key<Integer> THREADS = Key.optional(
            "threads",
            Formats.wordOr("auto", 0, Formats.integer(1, 1024).as(Math::toIntExact)),
            0,
            "auto",
            "Batches that are scored at once: a number from 1 to 1024, or auto for as many as there are cores.");
    private static final Key<Integer> BATCH_ROWS = Key.optional(
            "batch_rows",
            Formats.integer(1, MOST_BATCH_ROWS).as(Math::toIntExact),
            BATCH_ROWS_DEFAULT,
            String.valueOf(BATCH_ROWS_DEFAULT),
            "Rows that are scored at once; a batch should fit the processor's cache.");
    private static final Key<Integer> CHUNK_ROWS = Key.optional(
            "chunk_rows",
            Formats.integer(1, MOST_CHUNK_ROWS).as(Math::toIntExact),
            "Rows that are committed at once: a multiple of batch_rows. Default: the largest multiple up to 65536.");
    private static final Key<Long> MEMORY = Key.optional(
            "memory",
            Formats.size(64 * MEBIBYTE, 1024 * 1024 * MEBIBYTE),
            1024 * MEBIBYTE,
            "1GB",
            "Most memory that the workers' batches, readers and writers may take, about: threads: auto starts no more workers"
                    + " than fit. KB, MB and GB are powers of 1024.");

    private static final Key<Integer> RUNS = Key.optional(
            "runs",
            Formats.integer(1, MOST_RUNS).as(Math::toIntExact),
            "Runs of the job that the service works on at once. Default: queue.runs_per_job of the configuration.");

    static final MappingFormat<ComputeDefinition> FORMAT = MappingFormat.of(
            "a run configuration", List.of(DEVICE, THREADS, BATCH_ROWS, CHUNK_ROWS, MEMORY, RUNS), ComputeFormat::bind);

    static final ComputeDefinition DEFAULT = new ComputeDefinition(
            new Device(Device.Kind.AUTO, 0), 0, BATCH_ROWS_DEFAULT, CHUNK_ROWS_DEFAULT, 1024 * MEBIBYTE, 0);

    private ComputeFormat() {}

    private static ComputeDefinition bind(BoundMapping keys) {
        int batchRows = keys.get(BATCH_ROWS);
        Integer chunkRows = keys.find(CHUNK_ROWS);
        if (chunkRows == null) {
            chunkRows = Math.max(batchRows, CHUNK_ROWS_DEFAULT / batchRows * batchRows);
        } else if (chunkRows % batchRows != 0) {
            int below = Math.max(batchRows, chunkRows / batchRows * batchRows);
            keys.problem(
                    CHUNK_ROWS,
                    chunkRows + " is not a multiple of batch_rows (" + batchRows + "); the nearest is " + below);
        }
        Integer runs = keys.find(RUNS);
        return new ComputeDefinition(
                keys.get(DEVICE), keys.get(THREADS), batchRows, chunkRows, keys.get(MEMORY), runs == null ? 0 : runs);
    }

    private static Device device(String text) {
        return switch (text) {
            case "auto" -> new Device(Device.Kind.AUTO, 0);
            case "cpu" -> new Device(Device.Kind.CPU, 0);
            case "gpu" -> new Device(Device.Kind.GPU, 0);
            default -> new Device(Device.Kind.GPU, Integer.parseInt(text.substring("gpu:".length())));
        };
    }
}

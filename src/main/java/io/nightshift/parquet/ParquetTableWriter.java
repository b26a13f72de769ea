package io.nightshift.parquet;

import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.storage.Storage;
import io.nightshift.storage.StoredOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Parquet file from record batches, column by column. Life: {@link #create}, {@link #append} for every batch,
 * {@link #finish}, {@link #close}. Only a finished file counts; what an unfinished one leaves behind is for the caller to
 * delete. For one thread.
 *
 * <p>A row group ends at 1,048,576 rows or 64 MB of encoded values, so that memory stays near 64 MB. Pages hold up to
 * 20,480 rows and carry a checksum; every row group has column and offset indexes. Equal batches in equal order give
 * equal bytes.
 */
public final class ParquetTableWriter implements AutoCloseable {

    /** Encoded bytes at which a row group ends. */
    public static final long ROW_GROUP_BYTES = 64L << 20;

    private static final int ROW_GROUP_ROWS = 1 << 20;

    private final Storage storage;
    private final String path;
    private final Schema schema;
    private final StoredOutput stored;
    private final DigestedOutput out;
    private final ParquetFileWriter file;
    private final Compression.Compressor compressor;
    private final MessageType fileSchema;
    private final List<ColumnPages> columns = new ArrayList<>();
    private @Nullable ColumnChunkPageWriteStore rowGroup;
    private long rowGroupRows;
    private long rows;

    private ParquetTableWriter(Storage storage, String path, Schema schema, Compression compression)
            throws IOException {
        this.storage = storage;
        this.path = path;
        this.schema = schema;
        this.fileSchema = WrittenSchema.of(schema);
        this.compressor = compression.newCompressor();
        this.stored = storage.create(path);
        this.out = new DigestedOutput(stored);
        this.file = new ParquetFileWriter(
                out,
                fileSchema,
                ParquetFileWriter.Mode.CREATE,
                ROW_GROUP_BYTES,
                ParquetWriter.MAX_PADDING_SIZE_DEFAULT,
                ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
                ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
                true);
        for (int i = 0; i < schema.size(); i++) {
            columns.add(ColumnPages.of(fileSchema.getColumns().get(i), schema.field(i)));
        }
        file.start();
    }

    /**
     * A finished file.
     *
     * @param sha256 of the whole file, in hexadecimal
     */
    public record Finished(long rows, long bytes, String sha256) {}

    /**
     * Creates the file, which must not exist yet.
     *
     * @throws NightshiftException STORAGE_FAILED, DISK_FULL
     */
    public static ParquetTableWriter create(Storage storage, String path, Schema schema, Compression compression) {
        try {
            return new ParquetTableWriter(storage, path, schema, compression);
        } catch (IOException e) {
            throw failure("cannot be created", path, e);
        }
    }

    /** Rows appended so far. */
    public long rows() {
        return rows;
    }

    /**
     * Appends all rows of a batch, which may be refilled afterwards.
     *
     * @param batch of exactly the writer's schema
     * @throws NightshiftException STORAGE_FAILED, DISK_FULL; the file is then of no use
     */
    public void append(RecordBatch batch) {
        if (!batch.schema().equals(schema)) {
            throw new IllegalArgumentException(batch.schema() + " appended to a file of " + schema);
        }
        if (batch.rows() == 0) {
            return;
        }
        try {
            if (rowGroup == null) {
                rowGroup = beginRowGroup();
            }
            long bytes = 0;
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).append(batch.column(i), batch.rows());
                bytes += columns.get(i).chunkBytes();
            }
            rows += batch.rows();
            rowGroupRows += batch.rows();
            if (rowGroupRows >= ROW_GROUP_ROWS || bytes >= ROW_GROUP_BYTES) {
                endRowGroup(rowGroup);
            }
        } catch (IOException e) {
            throw failure("cannot be written", path, e);
        }
    }

    /**
     * Completes the file, makes it durable, opens it again and compares what it says of itself with what was written.
     *
     * @throws NightshiftException STORAGE_FAILED, DISK_FULL, DATA_CORRUPT; the file is then of no use
     */
    public Finished finish() {
        try {
            if (rowGroup != null) {
                endRowGroup(rowGroup);
            }
            file.end(Map.of());
            stored.force();
            stored.close();
        } catch (IOException e) {
            throw failure("cannot be completed", path, e);
        }
        Finished finished = new Finished(rows, out.getPos(), out.sha256());
        verify(finished);
        return finished;
    }

    /** Gives up the file where it is not finished; frees what the writer holds. */
    @Override
    public void close() {
        if (rowGroup != null) {
            rowGroup.close();
            rowGroup = null;
        }
        stored.close();
    }

    private ColumnChunkPageWriteStore beginRowGroup() {
        ColumnChunkPageWriteStore store = ColumnChunkPageWriteStore.builder()
                .withCompressorProvider(column -> compressor.newChunk())
                .withSchema(fileSchema)
                .withAllocator(new HeapByteBufferAllocator())
                .withPageWriteChecksumEnabled(true)
                .build();
        columns.forEach(column -> column.begin(store));
        rowGroupRows = 0;
        return store;
    }

    private void endRowGroup(ColumnChunkPageWriteStore store) throws IOException {
        for (ColumnPages column : columns) {
            column.finish();
        }
        file.startBlock(rowGroupRows);
        store.flushToFileWriter(file);
        file.endBlock();
        store.close();
        rowGroup = null;
    }

    private void verify(Finished finished) {
        FooterCheck found = FooterCheck.of(storage.file(path));
        if (found.rows() != finished.rows() || found.bytes() != finished.bytes()) {
            throw new NightshiftException(
                    FailureCode.DATA_CORRUPT,
                    "wrote " + finished.rows() + " rows in " + finished.bytes() + " bytes, but the file has "
                            + found.rows() + " rows in " + found.bytes() + " bytes; it is not used",
                    path,
                    null);
        }
    }

    private static NightshiftException failure(String what, String path, IOException cause) {
        return new NightshiftException(
                FailureCode.STORAGE_FAILED, path + " " + what + ": " + cause.getMessage(), path, cause);
    }
}

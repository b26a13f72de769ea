package io.nightshift.parquet;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.storage.StoredFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * A Parquet file whose footer was read and checked: its columns, row groups and statistics. Holds no open file. Immutable
 * and safe for use by several threads.
 *
 * <p>A column whose type a record batch lacks (a list, a map, raw binary, an interval, ...) is part of the file but not of
 * its schema; only asking for it is refused.
 */
public final class ParquetFile {

    private final StoredFile stored;
    private final ParquetLimits limits;
    private final String footerSha256;
    private final List<BlockMetaData> rowGroups;
    private final Map<String, ParquetColumn> columns = new LinkedHashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final Schema schema;

    private ParquetFile(StoredFile stored, ParquetLimits limits, FooterReader.Footer footer) {
        this.stored = stored;
        this.limits = limits;
        this.footerSha256 = footer.sha256();
        this.rowGroups = List.copyOf(footer.metadata().getBlocks());
        List<Field> fields = new ArrayList<>();
        for (ColumnDescriptor descriptor :
                footer.metadata().getFileMetaData().getSchema().getColumns()) {
            ParquetColumn column = ParquetColumn.of(descriptor);
            if (columns.put(column.name(), column) != null) {
                ambiguous.add(column.name());
            }
        }
        for (ParquetColumn column : columns.values()) {
            if (!ambiguous.contains(column.name())) {
                column.field().ifPresent(fields::add);
            }
        }
        this.schema = new Schema(fields);
    }

    /**
     * Reads the footer.
     *
     * @throws NightshiftException DATA_CORRUPT for anything but a sound, plain Parquet file; LIMIT_EXCEEDED
     */
    public static ParquetFile open(StoredFile file, ParquetLimits limits) {
        return new ParquetFile(file, limits, new FooterReader(file, limits).read());
    }

    /**
     * The file as it is now: this one where size, time and footer's bytes are still the same, for which the footer need not be decoded.
     *
     * @throws NightshiftException as {@link #open}
     */
    public ParquetFile now() {
        StoredFile found = stored.refresh();
        FooterReader reader = new FooterReader(found, limits);
        byte[] footer = reader.bytes();
        return found.equals(stored) && FooterReader.sha256(footer).equals(footerSha256)
                ? this
                : new ParquetFile(found, limits, reader.decode(footer));
    }

    public StoredFile stored() {
        return stored;
    }

    /** SHA-256 of the footer's bytes in lower case hex: it names every page's place and size. */
    public String footerSha256() {
        return footerSha256;
    }

    /** The columns that record batches can hold. */
    public Schema schema() {
        return schema;
    }

    public int rowGroupCount() {
        return rowGroups.size();
    }

    public int rows(int rowGroup) {
        return (int) rowGroups.get(rowGroup).getRowCount();
    }

    public long rows() {
        return rowGroups.stream().mapToLong(BlockMetaData::getRowCount).sum();
    }

    /**
     * The field of a column that a job needs.
     *
     * @throws NightshiftException SCHEMA_MISMATCH where there is none, or it has a type or codec that is not read
     */
    public Field require(String name) {
        ParquetColumn column = columns.get(name);
        if (column == null) {
            throw refused("has no column '" + name + "'" + Suggestion.suffix(name, columns.keySet()) + "; it has "
                    + columns.keySet());
        }
        if (ambiguous.contains(name)) {
            throw refused("has two columns '" + name + "'");
        }
        Field field = column.field()
                .orElseThrow(() -> refused("has the column '" + name + "' as " + column.description()
                        + ", which cannot be read; leave it out of the job, or convert it"));
        for (int rowGroup = 0; rowGroup < rowGroups.size(); rowGroup++) {
            CompressionCodecName codec = chunk(rowGroup, name).getCodec();
            if (!Decompressor.supports(codec)) {
                throw refused("has the column '" + name + "' compressed with " + codec
                        + ", which cannot be read; allowed are SNAPPY, GZIP, ZSTD, LZ4_RAW and UNCOMPRESSED");
            }
        }
        return field;
    }

    /** What the footer's statistics say about a column of this file in a row group, as values of {@code target}'s type. */
    public ColumnBounds bounds(int rowGroup, Field target) {
        return boundsReader(target).ofRowGroup(chunk(rowGroup, target.name()).getStatistics(), rows(rowGroup));
    }

    /**
     * Opens the file to read some of its columns.
     *
     * @param projection the columns in the batch's order, each of the type in this file or one it widens to
     */
    public RowGroupReader read(Schema projection) {
        return new RowGroupReader(this, limits, projection);
    }

    /** How many bytes the columns take in the row group where they take most, as they are stored. */
    public long largestRowGroupBytes(Schema projection) {
        long largest = 0;
        for (int rowGroup = 0; rowGroup < rowGroups.size(); rowGroup++) {
            long bytes = 0;
            for (String name : projection.names()) {
                bytes += chunk(rowGroup, name).getTotalSize();
            }
            largest = Math.max(largest, bytes);
        }
        return largest;
    }

    BoundsReader boundsReader(Field target) {
        return new BoundsReader(column(target.name()), source(target.name()), target.type(), limits);
    }

    ParquetColumn column(String name) {
        ParquetColumn column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("no column " + name);
        }
        return column;
    }

    ColumnType source(String name) {
        return schema.field(schema.require(name)).type();
    }

    BlockMetaData rowGroup(int rowGroup) {
        return rowGroups.get(rowGroup);
    }

    ColumnChunkMetaData chunk(int rowGroup, String name) {
        ColumnDescriptor descriptor = column(name).descriptor();
        ColumnPath path = ColumnPath.get(descriptor.getPath());
        for (ColumnChunkMetaData chunk : rowGroups.get(rowGroup).getColumns()) {
            if (chunk.getPath().equals(path)) {
                if (chunk.getPrimitiveType().getPrimitiveTypeName()
                        != descriptor.getPrimitiveType().getPrimitiveTypeName()) {
                    throw corrupt(rowGroup, name, "its type differs from the schema's");
                }
                return chunk;
            }
        }
        throw corrupt(rowGroup, name, "the row group lacks it");
    }

    NightshiftException corrupt(int rowGroup, String column, String reason) {
        return new NightshiftException(
                FailureCode.DATA_CORRUPT,
                "cannot read " + stored.path() + ", column '" + column + "': " + reason,
                place(rowGroup, column),
                null);
    }

    String place(int rowGroup, String column) {
        return stored.path() + ", row group " + rowGroup + ", column " + column;
    }

    private NightshiftException refused(String reason) {
        return new NightshiftException(FailureCode.SCHEMA_MISMATCH, stored.path() + " " + reason, stored.path(), null);
    }
}

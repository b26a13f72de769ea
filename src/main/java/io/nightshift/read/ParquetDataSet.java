package io.nightshift.read;

import io.nightshift.data.Schema;
import io.nightshift.job.Condition;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.read.InputFingerprint.FileFingerprint;
import io.nightshift.storage.Storages;
import io.nightshift.storage.StoredFile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Parquet files behind a source, as they were when it was opened: listed, their footers read, their schemas brought
 * together. Holds no open file. Immutable and safe for use by several threads; every worker opens readers of its own.
 */
public final class ParquetDataSet implements DataSet {

    private final ParquetSource source;
    private final Map<String, ParquetFile> files;
    private final Schema schema;

    private ParquetDataSet(ParquetSource source, Map<String, ParquetFile> files, Schema schema) {
        this.source = source;
        this.files = files;
        this.schema = schema;
    }

    /**
     * Lists the files, reads their footers and finds the schema that all of them fit.
     *
     * @param neededColumns names in the order in which batches are to hold them; a repeated name counts once
     * @throws io.nightshift.failure.NightshiftException INPUT_MISSING, PATH_REFUSED, STORAGE_FAILED, DATA_CORRUPT,
     *     LIMIT_EXCEEDED; SCHEMA_MISMATCH with every difference; PARAMETER_INVALID for an operand that is not of its
     *     column's type
     */
    public static ParquetDataSet open(
            Storages storages, ParquetSource source, List<String> neededColumns, ParquetLimits limits) {
        List<StoredFile> listed = storages.list(source.path());
        List<ParquetFile> opened = listed.parallelStream()
                .map(file -> ParquetFile.open(file, limits))
                .toList();
        Map<String, ParquetFile> files = new LinkedHashMap<>();
        opened.forEach(file -> files.put(file.stored().path(), file));
        Set<String> columns = new LinkedHashSet<>(neededColumns);
        source.where().stream().map(Condition::column).forEach(columns::add);
        ParquetDataSet dataSet = new ParquetDataSet(source, files, SchemaUnion.of(opened, List.copyOf(columns)));
        dataSet.newFilter();
        return dataSet;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public InputFingerprint fingerprint(Plan plan) {
        return fingerprint();
    }

    @Override
    public void requireUnchanged(InputFingerprint then, List<Partition> planned) {
        if (!(then instanceof InputFingerprint.OfFiles files)) {
            throw InputFingerprint.changed(List.of("it was no Parquet data set"));
        }
        files.requireSame(fingerprint());
    }

    @Override
    public void requireSamePlaces(List<Partition> planned, Set<Integer> read) {
        Set<String> differences = new LinkedHashSet<>();
        Map<String, Integer> ends = new HashMap<>();
        for (Partition partition : planned) {
            if (partition instanceof Partition.OfFile part) {
                part.ranges()
                        .forEach(range -> ends.merge(
                                part.path() + '\0' + range.rowGroup(), range.firstRow() + range.rows(), Math::max));
            } else {
                differences.add("it was no Parquet data set");
            }
        }
        for (Partition partition : planned) {
            if (partition instanceof Partition.OfFile part && read.contains(part.number())) {
                part.ranges()
                        .forEach(range -> requireRows(
                                part.path(),
                                range.rowGroup(),
                                ends.getOrDefault(part.path() + '\0' + range.rowGroup(), 0),
                                differences));
            }
        }
        if (!differences.isEmpty()) {
            throw InputFingerprint.changed(List.copyOf(differences));
        }
    }

    private void requireRows(String path, int rowGroup, int rows, Set<String> differences) {
        ParquetFile file = files.get(path);
        if (file == null) {
            differences.add(path + " is gone");
        } else if (rowGroup >= file.rowGroupCount()) {
            differences.add(path + " has only " + file.rowGroupCount() + " row groups");
        } else if (file.rows(rowGroup) != rows) {
            differences.add(
                    path + ", row group " + rowGroup + ", had " + rows + " rows and has " + file.rows(rowGroup));
        }
    }

    InputFingerprint.OfFiles fingerprint() {
        List<FileFingerprint> fingerprints =
                files.values().stream().map(ParquetDataSet::fingerprint).toList();
        return new InputFingerprint.OfFiles(
                fingerprints,
                files.values().stream().mapToLong(ParquetFile::rows).sum());
    }

    @Override
    public long readerBytes() {
        return files.values().stream()
                .mapToLong(file -> file.largestRowGroupBytes(schema))
                .max()
                .orElse(0);
    }

    @Override
    public long largestPartition() {
        long largest = Planner.LARGEST_JOINED;
        for (ParquetFile file : files.values()) {
            for (int rowGroup = 0; rowGroup < file.rowGroupCount(); rowGroup++) {
                largest = Math.max(largest, file.rows(rowGroup));
            }
        }
        return largest;
    }

    /**
     * Cuts the input into partitions: row groups and parts of row groups that follow each other in one file. The same files and
     * numbers give the same plan.
     */
    @Override
    public Plan plan(int batchRows, int chunkRows, int threads) {
        return new Planner(List.copyOf(files.values()), newFilter(), batchRows, chunkRows, threads).plan();
    }

    @Override
    public PartitionReader open(Plan plan, Partition partition, int fromChunk) {
        Partition.OfFile part = (Partition.OfFile) partition;
        ParquetFile planned = files.get(part.path());
        if (planned == null) {
            throw InputFingerprint.changed(List.of(part.path() + " is gone"));
        }
        ParquetFile now = planned.now();
        String difference = fingerprint(planned).difference(fingerprint(now));
        if (!difference.isEmpty()) {
            throw InputFingerprint.changed(List.of(difference));
        }
        FilePartitionReader reader =
                new FilePartitionReader(plan, part, newFilter(), fingerprint(planned), now, schema);
        reader.skipTo(fromChunk);
        return reader;
    }

    private RowFilter newFilter() {
        return new RowFilter(source.where(), schema);
    }

    private static FileFingerprint fingerprint(ParquetFile file) {
        StoredFile stored = file.stored();
        return new FileFingerprint(stored.path(), stored.size(), stored.modifiedAt(), file.footerSha256());
    }

    /** There is nothing open between readers. */
    @Override
    public void close() {}
}

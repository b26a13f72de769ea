package io.nightshift.read;

import io.nightshift.data.Schema;
import io.nightshift.jdbc.DatabaseSource;
import io.nightshift.jdbc.Databases;
import io.nightshift.jdbc.KeyRange;
import io.nightshift.jdbc.SourceQuery;
import io.nightshift.jdbc.SqlFragment;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobDefinition.TableSource;
import io.nightshift.job.ParameterValue;
import io.nightshift.job.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table or query of a database. Its rows are those that meet the source's condition: the database filters, nobody counts. */
final class TableDataSet implements DataSet {

    /** Enough that the last partition to finish keeps the other workers, two for each thread, idle for a short time only. */
    private static final int PARTITIONS_PER_THREAD = 8;
    /** What a restart in the middle of a partition passes over without decoding stays a matter of seconds. */
    private static final long LARGEST_PARTITION = 2_000_000;

    private static final int MOST_PARTITIONS = 512;

    private final String name;
    private final DatabaseSource source;

    private TableDataSet(String name, DatabaseSource source) {
        this.name = name;
        this.source = source;
    }

    static TableDataSet open(Databases databases, JobDefinition job, TableSource table, List<String> columns) {
        SourceQuery query = new SourceQuery(
                table.database(),
                table.table(),
                bound(table.query(), job.parameters()),
                bound(table.where(), job.parameters()),
                table.partitionBy(),
                job.key(),
                columns);
        return new TableDataSet(query.toString(), DatabaseSource.open(databases, query));
    }

    private static @Nullable SqlFragment bound(@Nullable SqlText sql, Map<String, ParameterValue> parameters) {
        return sql == null
                ? null
                : new SqlFragment(
                        sql.sql(),
                        sql.parameters().stream()
                                .map(parameter -> java.util.Objects.requireNonNull(parameters.get(parameter))
                                        .value())
                                .toList());
    }

    @Override
    public Schema schema() {
        return source.schema();
    }

    @Override
    public long readerBytes() {
        return DatabaseSource.FETCH_BYTES;
    }

    @Override
    public long largestPartition() {
        return LARGEST_PARTITION;
    }

    @Override
    public void expectReaders(int readers) {
        source.expectReaders(readers);
    }

    @Override
    public Plan plan(int batchRows, int chunkRows, int threads) {
        long rows = source.estimate();
        List<Partition> partitions = new ArrayList<>();
        if (rows > 0) {
            for (KeyRange range : source.split(rows, wanted(rows, chunkRows, threads))) {
                if (range.rows() > 0) {
                    partitions.add(new Partition.OfTable(partitions.size(), range));
                }
            }
        }
        long planned = partitions.stream().mapToLong(Partition::rows).sum();
        return new Plan(partitions, batchRows, chunkRows, planned, 0);
    }

    private static int wanted(long rows, int chunkRows, int threads) {
        long chunks = (rows - 1) / chunkRows + 1;
        long share = Math.min(chunks, (long) PARTITIONS_PER_THREAD * threads);
        return (int) Math.min(MOST_PARTITIONS, Math.max(share, (rows - 1) / LARGEST_PARTITION + 1));
    }

    @Override
    public InputFingerprint fingerprint(Plan plan) {
        return new InputFingerprint.OfTable(name, source.mark(), plan.totalRows());
    }

    @Override
    public void requireUnchanged(InputFingerprint then, List<Partition> planned) {
        if (!(then instanceof InputFingerprint.OfTable table)) {
            throw InputFingerprint.changed(List.of("it was no table"));
        }
        if (table.mark().table() != source.mark().table()) {
            throw InputFingerprint.changed(
                    List.of(name + " was dropped and made again, or has other parts or columns of the same names"));
        }
        List<KeyRange> ranges = planned.stream()
                .map(partition -> ((Partition.OfTable) partition).keys())
                .toList();
        requireSame(ranges, source.measure(ranges.isEmpty() ? List.of(KeyRange.whole()) : ranges, table.mark()));
    }

    private void requireSame(List<KeyRange> then, List<KeyRange> now) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            KeyRange measured = now.get(i);
            long rows = then.isEmpty() ? 0 : then.get(i).rows();
            if (measured.rows() != rows) {
                differences.add(name + ", " + measured + ", had " + rows + " rows and has " + measured.rows());
            } else if (!then.isEmpty()
                    && !measured.checksum().equals(then.get(i).checksum())) {
                differences.add(name + ", " + measured + ", has other rows, as many as before");
            }
        }
        if (!differences.isEmpty()) {
            throw InputFingerprint.changed(differences);
        }
    }

    /** A reader counts the rows of its range. */
    @Override
    public void requireSamePlaces(List<Partition> planned, Set<Integer> read) {
        if (!planned.stream().allMatch(partition -> partition instanceof Partition.OfTable)) {
            throw InputFingerprint.changed(List.of("it was no table"));
        }
    }

    @Override
    public PartitionReader open(Plan plan, Partition partition, int fromChunk) {
        KeyRange range = ((Partition.OfTable) partition).keys();
        return new TablePartitionReader(
                name, range, plan.batchRows(), source.read(range), plan.firstRow(partition.number(), fromChunk));
    }

    @Override
    public void close() {
        source.close();
    }
}

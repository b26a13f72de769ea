package io.nightshift.read;

import io.nightshift.parquet.ParquetFile;
import io.nightshift.read.Partition.RowRange;
import java.util.ArrayList;
import java.util.List;

/** Cuts files into partitions; the same input and numbers give the same plan. */
final class Planner {

    /** Enough that the last partition to finish keeps the other workers idle for a short time only. */
    private static final int PARTITIONS_PER_THREAD = 4;
    /** Enough that opening a partition costs little beside reading it. */
    static final long LARGEST_JOINED = 300_000;

    private final List<ParquetFile> files;
    private final RowFilter filter;
    private final int batchRows;
    private final int chunkRows;
    private final int threads;

    Planner(List<ParquetFile> files, RowFilter filter, int batchRows, int chunkRows, int threads) {
        this.files = files;
        this.filter = filter;
        this.batchRows = batchRows;
        this.chunkRows = chunkRows;
        this.threads = threads;
    }

    private record Candidate(String path, int rowGroup, int rows) {}

    Plan plan() {
        List<Candidate> candidates = new ArrayList<>();
        long total = 0;
        for (ParquetFile file : files) {
            total += file.rows();
            for (int rowGroup = 0; rowGroup < file.rowGroupCount(); rowGroup++) {
                if (file.rows(rowGroup) > 0 && !filter.excludes(file, rowGroup)) {
                    candidates.add(new Candidate(file.stored().path(), rowGroup, file.rows(rowGroup)));
                }
            }
        }
        long rows = candidates.stream().mapToLong(Candidate::rows).sum();
        long wanted = Math.max(1, rows / ((long) PARTITIONS_PER_THREAD * threads));
        List<Partition> partitions = candidates.size() < threads ? split(candidates, wanted) : join(candidates, wanted);
        return new Plan(partitions, batchRows, chunkRows, total, total - rows);
    }

    private List<Partition> split(List<Candidate> candidates, long wanted) {
        long step = Math.max(1, (wanted + chunkRows - 1) / chunkRows) * chunkRows;
        List<Partition> partitions = new ArrayList<>();
        for (Candidate candidate : candidates) {
            for (long first = 0; first < candidate.rows(); first += step) {
                int rows = (int) Math.min(step, candidate.rows() - first);
                RowRange range = new RowRange(candidate.rowGroup(), (int) first, rows);
                partitions.add(new Partition.OfFile(partitions.size(), candidate.path(), List.of(range)));
            }
        }
        return partitions;
    }

    private static List<Partition> join(List<Candidate> candidates, long wanted) {
        long largest = Math.min(wanted, LARGEST_JOINED);
        List<Partition> partitions = new ArrayList<>();
        List<RowRange> ranges = new ArrayList<>();
        long rows = 0;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            ranges.add(new RowRange(candidate.rowGroup(), 0, candidate.rows()));
            rows += candidate.rows();
            boolean fileEnds =
                    i + 1 == candidates.size() || !candidates.get(i + 1).path().equals(candidate.path());
            if (fileEnds || rows + candidates.get(i + 1).rows() > largest) {
                partitions.add(new Partition.OfFile(partitions.size(), candidate.path(), ranges));
                ranges = new ArrayList<>();
                rows = 0;
            }
        }
        return partitions;
    }
}

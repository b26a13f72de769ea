package io.nightshift.read;

import io.nightshift.parquet.ParquetFile;
import io.nightshift.read.Partition.RowRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts files into partitions; the same input and numbers give the same plan. A partition takes its share of the rows that are left, so
 * that the last ones are small: whichever worker ends last, the others are idle for a short time only.
 */
final class Planner {

    /** A partition takes at most half of what each thread that scores would have of the rest. */
    private static final int PARTS_OF_REST = 2;
    /** Parts of one row group for each thread, at most: each part reads the row group's bytes again. */
    private static final int PARTS_OF_ROW_GROUP = 4;
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
        return new Plan(new Cut(rows).of(candidates), batchRows, chunkRows, total, total - rows);
    }

    /** The partitions made so far, and the one in hand. */
    private final class Cut {

        private final List<Partition> partitions = new ArrayList<>();
        private final List<RowRange> ranges = new ArrayList<>();
        private String path = "";
        private long left;
        private long share;
        private long taken;

        Cut(long rows) {
            this.left = rows;
        }

        List<Partition> of(List<Candidate> candidates) {
            for (Candidate candidate : candidates) {
                if (!candidate.path().equals(path)) {
                    end();
                    path = candidate.path();
                }
                int first = 0;
                while (first < candidate.rows()) {
                    first += take(candidate, first);
                }
            }
            end();
            return partitions;
        }

        /** Takes rows of a row group, or ends the partition in hand where they had better begin the next. @return rows taken */
        private int take(Candidate candidate, int first) {
            if (taken == 0) {
                share = inChunks(left / ((long) PARTS_OF_REST * threads));
            }
            int rows = candidate.rows() - first;
            long joined = Math.min(share, LARGEST_JOINED);
            if (taken > joined / 2 && taken + rows > joined) {
                end();
                return 0;
            }
            long wanted = Math.max(share - taken, inChunks(candidate.rows() / ((long) PARTS_OF_ROW_GROUP * threads)));
            if (rows - wanted >= chunkRows / 2) {
                rows = (int) wanted;
            }
            ranges.add(new RowRange(candidate.rowGroup(), first, rows));
            taken += rows;
            left -= rows;
            if (taken >= joined) {
                end();
            }
            return rows;
        }

        private long inChunks(long rows) {
            return Math.max(1, (rows + chunkRows - 1) / chunkRows) * chunkRows;
        }

        private void end() {
            if (taken > 0) {
                partitions.add(new Partition.OfFile(partitions.size(), path, ranges));
                ranges.clear();
                taken = 0;
            }
        }
    }
}

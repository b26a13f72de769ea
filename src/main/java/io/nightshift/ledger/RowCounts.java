package io.nightshift.ledger;

/**
 * Where the rows of a chunk, a partition or a run ended.
 *
 * @param read rows of the input
 * @param predicted rows with a prediction
 * @param rejected rows kept with the reason why they could not be scored
 * @param filtered rows that do not meet the job's {@code where}
 */
public record RowCounts(long read, long predicted, long rejected, long filtered) {

    public static final RowCounts NONE = new RowCounts(0, 0, 0, 0);

    /** Rows that a plan left out unread, which are read and filtered like those that a reader leaves out. */
    public static RowCounts pruned(long rows) {
        return new RowCounts(rows, 0, 0, rows);
    }

    public RowCounts plus(RowCounts other) {
        return new RowCounts(
                read + other.read, predicted + other.predicted, rejected + other.rejected, filtered + other.filtered);
    }

    /** Promise 1: every row read is in exactly one of the three. */
    public boolean balanced() {
        return read == predicted + rejected + filtered;
    }
}

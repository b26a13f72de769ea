package io.nightshift.run;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition.RejectLimits;
import io.nightshift.ledger.RowCounts;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fails a run as soon as more rows are rejected than its job allows. The share is taken of all rows of the input, which the plan knows, so
 * that the answer does not depend on which partition comes first. For one attempt; thread-safe.
 */
final class RejectLimit {

    private final RejectLimits limits;
    private final long totalRows;
    private final AtomicLong rejected;

    /** @param rejected rows that earlier attempts have rejected and this one does not see again */
    RejectLimit(RejectLimits limits, long totalRows, long rejected) {
        this.limits = limits;
        this.totalRows = totalRows;
        this.rejected = new AtomicLong(rejected);
    }

    /** @throws NightshiftException TOO_MANY_REJECTS */
    void check(RowCounts rows) {
        if (rows.rejected() == 0) {
            return;
        }
        long now = rejected.addAndGet(rows.rejected());
        if (now > limits.mostOf(totalRows)) {
            throw new NightshiftException(
                    FailureCode.TOO_MANY_REJECTS,
                    now + " of " + totalRows + " rows are rejected so far; the job allows " + limits.maxRows()
                            + " rows and " + limits.percentage() + " (rejects.max_rows, rejects.max_share)");
        }
    }
}

package io.nightshift.run;

import io.nightshift.failure.Causes;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunRecord;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns whatever ended an attempt into the failure that its run records. */
final class Failures {

    private Failures() {}

    static RunFailure of(Throwable cause, RowCounts committed, long chunks) {
        NightshiftException known = Causes.known(cause).orElseGet(() -> translate(cause));
        String kept = chunks == 0
                ? "nothing was committed"
                : committed.read() + " rows in " + chunks + " chunks are committed and kept";
        return new RunFailure(
                known.code(), known.getMessage() + "; " + kept + ", nothing was published", known.where());
    }

    /**
     * What to throw where the end of an attempt cannot be recorded, because the database went first: why the attempt
     * ended, and how the run goes on.
     *
     * @param ended why the attempt ended, or null where it was stopped
     * @param published whether the results are known to be published
     */
    static NightshiftException unrecorded(
            RunRecord run, @Nullable Throwable ended, boolean published, RuntimeException cause) {
        NightshiftException known = translate(cause);
        if (ended != null) {
            known = Causes.known(ended).orElseGet(() -> translate(ended));
        }
        return new NightshiftException(
                known.code(),
                known.getMessage() + "; the end of run " + run.id()
                        + " could not be recorded. "
                        + (published
                                ? "Its results are published; once that is mended, the next command on this home marks the"
                                        + " run COMPLETED"
                                : "Its committed chunks are kept, nothing was published; once that is mended, the next"
                                        + " command on this home marks the run FAILED and `nightshift restart "
                                        + run.id()
                                        + "` goes on"),
                known.where(),
                cause);
    }

    /**
     * Where another attempt has the run by now. What this one met is a consequence: its rows, say, are there already.
     *
     * @param now the run as the other attempt has it
     * @param ended what ended this attempt, or null where it was stopped
     */
    static NightshiftException replaced(RunRecord now, @Nullable Throwable ended) {
        NightshiftException known = ended == null ? null : Causes.known(ended).orElseGet(() -> translate(ended));
        if (known != null && known.code() == FailureCode.LEASE_LOST) {
            return known;
        }
        return new NightshiftException(
                FailureCode.LEASE_LOST,
                "another process took over run " + now.id() + ", which is " + now.state() + " in attempt "
                        + now.attempt()
                        + "; this attempt has ended and changed nothing since"
                        + (known == null ? "" : " (it met: " + known.getMessage() + ")"),
                ended);
    }

    /** Where the tables show the run and the manifest of its files does not yet. */
    static NightshiftException afterPublishing(RunRecord run, Throwable cause) {
        return saying(
                run,
                " is complete and published in the database, but readers of"
                        + " its result files still see the earlier run. Once that is mended, the next command on this"
                        + " home, or `nightshift publish " + run.id() + "`, puts the manifest in place",
                cause);
    }

    /**
     * Why a redrive ended without a result.
     *
     * @param cause what ended it
     */
    static NightshiftException ofRedrive(RunRecord run, Throwable cause) {
        return saying(run, " is as it was before the redrive, its rejects are kept", cause);
    }

    /** Where the recovered rows are committed and the manifest of the files does not yet name them. */
    static NightshiftException afterRedriving(RunRecord run, Throwable cause) {
        return saying(
                run,
                " is redriven in the database, but its result files are still"
                        + " read as before. Once that is mended, the next command on this home puts the manifest in place",
                cause);
    }

    /** Where a purge is begun and not all of the run's results are removed. */
    static NightshiftException ofPurge(RunRecord run, Throwable cause) {
        return saying(
                run,
                " is marked as purged, and some of its results may be left. Once"
                        + " that is mended, `nightshift purge` removes them. Other runs are as they were",
                cause);
    }

    /** The cause, and how it leaves the run. */
    private static NightshiftException saying(RunRecord run, String left, Throwable cause) {
        NightshiftException known = Causes.known(cause).orElseGet(() -> translate(cause));
        return new NightshiftException(
                known.code(), known.getMessage() + "; run " + run.id() + left, known.where(), cause);
    }

    private static NightshiftException translate(Throwable cause) {
        List<Throwable> causes = Causes.of(cause);
        Throwable root = causes.get(causes.size() - 1);
        String message = root.getClass().getSimpleName() + ": " + root.getMessage();
        if (DatabaseFailure.diskFull(cause)) {
            String remedy = DatabaseFailure.remedy(cause);
            return new NightshiftException(
                    FailureCode.DISK_FULL,
                    (remedy.isEmpty() ? "the disk is full: " : "the disk of a database is full: ") + message + remedy,
                    cause);
        }
        if (DatabaseFailure.readOnly(cause)) {
            return new NightshiftException(
                    FailureCode.DATABASE_FAILED,
                    "the database is read-only at present, and a run writes its record and its results: "
                            + DatabaseFailure.message(cause)
                            + "; make it take writes again, then restart",
                    cause);
        }
        if (root instanceof SQLException) {
            return new NightshiftException(
                    FailureCode.DATABASE_FAILED,
                    "the database refused: " + message + DatabaseFailure.remedy(cause),
                    cause);
        }
        if (root instanceof OutOfMemoryError) {
            return new NightshiftException(
                    FailureCode.LIMIT_EXCEEDED,
                    "the process ran out of memory (" + root.getMessage()
                            + "); give it more with NIGHTSHIFT_JAVA_OPTIONS=-Xmx..., or lower compute.threads or"
                            + " compute.chunk_rows",
                    cause);
        }
        return new NightshiftException(
                FailureCode.DEFECT, "an unexpected failure, please report it with the run's log: " + message, cause);
    }
}

package io.nightshift.run;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.DatabaseFailure;
import io.nightshift.ledger.RowCounts;
import io.nightshift.ledger.RunFailure;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Mends what a dead or silent process left. A lost run is taken over, which locks its former owner out; it becomes COMPLETED
 * where its results were published, and otherwise FAILED, and can be restarted; one that was complete and being redriven is
 * COMPLETED as before. A run that this process works on is not lost to itself, however long it was silent. A manifest that was
 * published in the database but not yet renamed is renamed. Repeating it changes nothing, and of several processes that try, one does
 * it. Thread-safe.
 */
public final class CrashRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(CrashRecovery.class);

    private static final String RECOVERY = "recovery";

    private final Ledgers ledgers;
    private final RunPublisher publisher;
    private final Set<Holding> held = ConcurrentHashMap.newKeySet();

    private record Holding(RunId run, long token) {

        private static Holding of(RunRecord run) {
            return new Holding(run.id(), run.token());
        }
    }

    CrashRecovery(Ledgers ledgers, RunPublisher publisher) {
        this.ledgers = ledgers;
        this.publisher = publisher;
    }

    /** Mends what can be mended now, and leaves the rest for the next call. */
    public void recover() {
        mend(ledgers.leases().lost().stream()
                .filter(run -> !held.contains(Holding.of(run)))
                .toList());
        publisher.settleDue();
        publisher.finishPending();
    }

    /** Says that this process keeps the run's lease from now on: after a pause it is to renew that, and not to lose the run to itself. */
    void hold(RunRecord run) {
        held.add(Holding.of(run));
    }

    /** Says that this process keeps the run's lease no longer. */
    void letGo(RunRecord run) {
        held.remove(Holding.of(run));
    }

    /**
     * Mends, in a process that holds the metadata alone and is past its start, the runs that none of its workers has any more: their
     * ends could not be recorded when they came.
     *
     * @param inHand what its workers work on
     */
    public void recoverOwn(Set<RunId> inHand) {
        List<RunRecord> orphans = ledgers.leases().expired().stream()
                .filter(run -> !inHand.contains(run.id()))
                .toList();
        if (!orphans.isEmpty()) {
            mend(orphans);
            publisher.settleDue();
            publisher.finishPending();
        }
    }

    private void mend(List<RunRecord> runs) {
        for (RunRecord lost : runs) {
            try {
                ledgers.leases().takeOver(lost).ifPresent(this::end);
            } catch (DataAccessException | TransactionException e) {
                if (ledgers.leases().exclusive()) {
                    throw e;
                }
                LOG.warn("run={} is lost and cannot be recovered now: {}", lost.id(), DatabaseFailure.message(e));
            } catch (NightshiftException e) {
                // Another process is recovering it, or it cannot be: neither is a reason to refuse other commands.
                LOG.warn("run={} was not recovered code={}: {}", lost.id(), e.code(), e.getMessage());
            }
        }
    }

    private void end(RunRecord run) {
        ledgers.chunks().raiseFence(run);
        if (run.state() == RunState.REDRIVING) {
            giveUpRedrive(run);
            return;
        }
        if (ledgers.chunks().published(run.id())) {
            publisher.completePublished(run, RecordedJob.of(run));
            LOG.warn("run={} state=COMPLETED owner={}: its results were published", run.id(), run.owner());
            return;
        }
        RowCounts rows = ledgers.chunks().committedRows(run.id());
        if (run.state() == RunState.STOPPING) {
            ledgers.runs().end(run, RunState.STOPPED, rows, null, RECOVERY);
            LOG.warn("run={} state=STOPPED owner={}: it ended while it was stopping", run.id(), run.owner());
            return;
        }
        RunFailure failure = new RunFailure(
                FailureCode.OWNER_LOST,
                "the process that worked on the run (" + run.owner() + ") ended without finishing it; "
                        + rows.read() + " rows in "
                        + ledgers.chunks().committedChunks(run.id())
                        + " chunks are committed and kept. `nightshift restart " + run.id() + "` goes on",
                null);
        ledgers.runs().end(run, RunState.FAILED, rows, failure, RECOVERY);
        LOG.warn("run={} state=FAILED code=OWNER_LOST owner={}", run.id(), run.owner());
    }

    /** All that a redrive writes for readers is one transaction, which ended with its process. */
    private void giveUpRedrive(RunRecord run) {
        publisher.dropRedrive(run);
        ledgers.runs()
                .redriveGivenUp(
                        run,
                        RECOVERY,
                        "the process that redrove the run (" + run.owner()
                                + ") ended without finishing it; the run is as it was before");
        LOG.warn("run={} state=COMPLETED redrive given up code=OWNER_LOST owner={}", run.id(), run.owner());
    }
}

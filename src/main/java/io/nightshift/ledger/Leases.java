package io.nightshift.ledger;

import io.nightshift.database.LedgerDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who holds a run. The owner of an active run holds it by a lease, which it renews while it works; a run whose lease is out,
 * whatever state it is in, is taken over by whoever comes first. All times are those of the metadata database's clock, so that
 * processes need not agree on the time. Where one process alone holds the database, every active run that it finds is lost.
 * Thread-safe.
 */
public final class Leases {

    /** How long a run is held that has just been queued, reopened or started, before the first renewal. */
    static final String FIRST = "current_timestamp + interval '30' second";

    /** So many seconds, the statement's parameter, before now. */
    static final String BEFORE_NOW = "current_timestamp - cast(? as integer) * interval '1' second";

    private static final String FROM_NOW = "current_timestamp + cast(? as integer) * interval '1' second";

    private final LedgerDatabase metadata;
    private final Duration duration;
    private final boolean exclusive;

    Leases(LedgerDatabase metadata, Duration duration, boolean exclusive) {
        this.metadata = metadata;
        this.duration = duration;
        this.exclusive = exclusive;
    }

    /** How long a run stays its owner's without a renewal. */
    public Duration duration() {
        return duration;
    }

    /** Whether no other process can work with the metadata. */
    public boolean exclusive() {
        return exclusive;
    }

    /** Prolongs a lease. Returns false where the run is no longer the caller's: another process took it over, or it ended. */
    public boolean renew(RunRecord run) {
        return metadata.jdbc()
                        .sql("update nightshift_run set lease_until = " + FROM_NOW
                                + " where run_id = ? and token = ? and active_key is not null")
                        .params(duration.toSeconds(), run.id().value(), run.token())
                        .update()
                == 1;
    }

    /**
     * Active runs whose first lease is over, oldest first, of a process that holds the metadata alone: those of them that it does not
     * work on have lost their worker.
     */
    public List<RunRecord> expired() {
        return lost(false);
    }

    /** Active runs that nobody holds any more, oldest first; a run that waits to be taken has no holder to lose. */
    public List<RunRecord> lost() {
        return lost(exclusive);
    }

    private List<RunRecord> lost(boolean all) {
        return metadata.jdbc()
                .sql(RunRows.SELECT + " where active_key is not null and lease_until is not null"
                        + " and (lease_until < current_timestamp or ?)"
                        + " order by created_at")
                .param(all)
                .query(RunRows::map)
                .list();
    }

    /**
     * Takes over a lost run: its token is raised, so that the former owner can move and commit nothing any more, and the
     * caller holds it for one lease.
     *
     * @param run as {@link #lost} gave it
     * @return the run with its new token, or empty where another process was faster or the owner came back
     */
    public Optional<RunRecord> takeOver(RunRecord run) {
        int taken = metadata.jdbc()
                .sql("update nightshift_run set token = token + 1, lease_until = " + FROM_NOW
                        + " where run_id = ? and token = ? and active_key is not null and lease_until is not null"
                        + " and (lease_until < current_timestamp or ?)")
                .params(duration.toSeconds(), run.id().value(), run.token(), exclusive)
                .update();
        if (taken == 0) {
            return Optional.empty();
        }
        return metadata.jdbc()
                .sql(RunRows.SELECT + " where run_id = ? and token = ?")
                .params(run.id().value(), run.token() + 1)
                .query(RunRows::map)
                .optional();
    }
}

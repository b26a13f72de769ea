package io.nightshift.ledger;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Says which run the readers of each result table see, and which manifests of result files are still to be renamed. Lives
 * in the result database. Thread-safe; each thread works in its own transaction.
 */
public final class PublicationLedger {

    private final JdbcClient jdbc;

    PublicationLedger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The runs that readers of any result table see. */
    public Set<RunId> publishedRuns() {
        return jdbc.sql("select run_id from nightshift_publication")
                .query((row, number) -> new RunId(row.getObject(1, UUID.class)))
                .set();
    }

    /**
     * Remembers, in the publishing transaction, that a manifest is still to be renamed, in place of an earlier one for the
     * folder.
     *
     * @param folder by the one name that all runs give it
     */
    public void pendingManifest(RunId id, String folder) {
        new KeyedRow("nightshift_pending_manifest")
                .key("folder", folder)
                .value("run_id", id.value())
                .write(jdbc);
        jdbc.sql("update nightshift_pending_manifest set since = current_timestamp where folder = ?")
                .param(folder)
                .update();
    }

    /** Forgets a pending manifest once its rename is done. */
    public void manifestPublished(RunId id, String folder) {
        jdbc.sql("delete from nightshift_pending_manifest where folder = ? and run_id = ?")
                .params(folder, id.value())
                .update();
    }

    /** The manifests that have been waiting to be renamed for at least so long, by folder. */
    public List<Pending> pendingManifests(Duration waiting) {
        return jdbc.sql("select run_id, folder, since from nightshift_pending_manifest where since <= "
                        + Leases.BEFORE_NOW + " order by folder")
                .param(waiting.toSeconds())
                .query((row, number) -> new Pending(
                        new RunId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class)))
                .list();
    }

    /**
     * Whether a manifest is still pending as it was read, and not done or pending anew. If so, nothing else becomes pending for the
     * folder until the caller's transaction ends.
     */
    public boolean stillPending(Pending pending) {
        return jdbc.sql("select folder from nightshift_pending_manifest where folder = ? and run_id = ? and since = ?"
                        + " for update")
                .params(pending.folder(), pending.run().value(), pending.since())
                .query(String.class)
                .optional()
                .isPresent();
    }

    /** A manifest of a run that is to be renamed in a folder, since a time of the database's clock. */
    public record Pending(RunId run, String folder, OffsetDateTime since) {}
}

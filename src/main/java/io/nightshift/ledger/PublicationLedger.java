package io.nightshift.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    /** Folders whose manifest has been waiting to be renamed for at least so long, with the run. */
    public Map<String, RunId> pendingManifests(Duration waiting) {
        Map<String, RunId> pending = new TreeMap<>();
        jdbc.sql("select run_id, folder from nightshift_pending_manifest where since <= " + Leases.BEFORE_NOW)
                .param(waiting.toSeconds())
                .query(row -> {
                    pending.put(row.getString(2), new RunId(row.getObject(1, UUID.class)));
                });
        return pending;
    }
}

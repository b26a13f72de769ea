package io.nightshift.alert;

import io.nightshift.database.LedgerDatabase;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where alerts are raised. What is raised is delivered by {@link AlertDelivery}, in this or another process. Thread-safe. */
public final class Alerts {

    // On a server, a duplicate key would end the caller's transaction.
    private static final String ON_SERVER =
            "insert into nightshift_alert (alert_id, alert_key, kind, subject, run_id, message, raised_at)"
                    + " values (?, ?, ?, ?, ?, ?, ?) on conflict (alert_key) do nothing";
    // Not `insert ... where not exists`: H2 may answer that from the result of the statement's last execution.
    private static final String EMBEDDED = """
            merge into nightshift_alert known using (select cast(? as uuid) as alert_id, cast(? as varchar(300)) as alert_key) raised
                on known.alert_key = raised.alert_key
            when not matched then insert (alert_id, alert_key, kind, subject, run_id, message, raised_at)
                values (raised.alert_id, raised.alert_key, ?, ?, ?, ?, ?)""";

    private final LedgerDatabase metadata;
    private final JdbcClient jdbc;
    private final AlertSettings settings;
    private final Clock clock;

    Alerts(LedgerDatabase metadata, AlertSettings settings, Clock clock) {
        this.metadata = metadata;
        this.jdbc = metadata.jdbc();
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Keeps an alert for delivery, in the caller's transaction of the metadata database, or in one of its own: it is delivered
     * if and only if that commits. An alert whose key was raised before is not raised again.
     */
    public void raise(Alert alert) {
        metadata.transactions().executeWithoutResult(status -> {
            UUID id = UUID.randomUUID();
            if (insert(id, alert) == 1) {
                Timestamp now = Timestamp.from(clock.instant());
                settings.channelsOf(alert).forEach(channel -> jdbc.sql("insert into nightshift_alert_delivery"
                                + " (alert_id, channel, kind, subject, state, due_at)"
                                + " values (?, ?, ?, ?, 'PENDING', ?)")
                        .params(id, channel, alert.kind().name(), alert.subject(), now)
                        .update());
            }
        });
    }

    private int insert(UUID id, Alert alert) {
        return jdbc.sql(metadata.embedded() ? EMBEDDED : ON_SERVER)
                .param(id)
                .param(alert.key())
                .param(alert.kind().name())
                .param(alert.subject())
                .param(alert.run())
                .param(alert.text())
                .param(Timestamp.from(alert.at()))
                .update();
    }
}

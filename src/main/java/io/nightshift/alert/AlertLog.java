package io.nightshift.alert;

import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was raised and what became of it. Thread-safe. */
public final class AlertLog {

    private static final List<String> EVERY =
            Stream.of(AlertState.values()).map(Enum::name).toList();

    private final LedgerDatabase metadata;

    AlertLog(LedgerDatabase metadata) {
        this.metadata = metadata;
    }

    /**
     * An alert on one of its channels.
     *
     * @param id of the alert
     * @param message the id under which it was or is sent, null where that is not decided
     * @param attempts to send it so far
     * @param dueAt when it is sent or tried again, null once it is sent or given up
     * @param reason why it is held, tried again or given up, or null
     */
    public record Entry(
            String id,
            AlertKind kind,
            String subject,
            @Nullable String run,
            String text,
            Instant at,
            String channel,
            AlertState state,
            @Nullable String message,
            int attempts,
            @Nullable Instant dueAt,
            @Nullable Instant sentAt,
            @Nullable String reason) {}

    /** Where an alert on a channel stands in the list. */
    public record Place(Instant at, UUID alert, String channel) {}

    /**
     * The newest, newest first.
     *
     * @param state only those in this state, or null for all
     * @param limit most entries
     */
    public List<Entry> list(@Nullable AlertState state, int limit) {
        return list(state, null, limit);
    }

    /**
     * Newest first.
     *
     * @param state only those in this state, or null for all
     * @param after goes on behind the last entry of the page before; null for the first page
     * @param limit most entries
     */
    public List<Entry> list(@Nullable AlertState state, @Nullable Place after, int limit) {
        JdbcClient.StatementSpec select = metadata.jdbc()
                .sql("select a.alert_id, a.kind, a.subject, a.run_id, a.message, a.raised_at, d.channel, d.state,"
                        + " d.message_id, d.attempts, d.due_at, d.sent_at, d.reason"
                        + " from nightshift_alert a join nightshift_alert_delivery d on d.alert_id = a.alert_id"
                        + " where d.state in (:states)"
                        + (after == null
                                ? ""
                                : " and (a.raised_at < :at or a.raised_at = :at and (a.alert_id > :alert"
                                        + " or a.alert_id = :alert and d.channel > :channel))")
                        + " order by a.raised_at desc, a.alert_id, d.channel fetch first :limit rows only")
                .param("states", state == null ? EVERY : List.of(state.name()))
                .param("limit", limit);
        if (after != null) {
            select = select.param("at", Timestamp.from(after.at()))
                    .param("alert", after.alert())
                    .param("channel", after.channel());
        }
        return select.query(AlertLog::map).list();
    }

    private static Entry map(ResultSet row, int number) throws SQLException {
        return new Entry(
                row.getString("alert_id"),
                AlertKind.valueOf(row.getString("kind")),
                row.getString("subject"),
                row.getString("run_id"),
                row.getString("message"),
                row.getTimestamp("raised_at").toInstant(),
                row.getString("channel"),
                AlertState.valueOf(row.getString("state")),
                row.getString("message_id"),
                row.getInt("attempts"),
                SqlInstant.of(row, "due_at"),
                SqlInstant.of(row, "sent_at"),
                row.getString("reason"));
    }
}

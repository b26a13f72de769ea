package io.nightshift.alert;

import io.nightshift.database.LedgerDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The alerts that one channel has to send. A <em>message</em> is what is sent at once: alerts get its id before it is sent, and
 * keep it, so that a process that goes on where another ended sends the same. Thread-safe.
 */
final class ChannelOutbox {

    private static final String UPDATE = "update nightshift_alert_delivery set ";
    private static final String FREE_AND_DUE = " where channel = ? and due_at <= ? and message_id is null";

    private final JdbcClient jdbc;
    private final String channel;

    ChannelOutbox(LedgerDatabase metadata, String channel) {
        this.jdbc = metadata.jdbc();
        this.channel = channel;
    }

    /** A new alert, and by what the limits count it. */
    record Waiting(UUID alert, String kind, String subject) {}

    /** Messages of a time, and when the first of them was sent. */
    record Sent(long messages, Instant first) {}

    boolean hasDue(Instant now) {
        return jdbc.sql(
                        "select 1 from nightshift_alert_delivery where channel = ? and due_at <= ? fetch first 1 rows only")
                .params(channel, Timestamp.from(now))
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /** Postpones everything that is due, except for some kinds. */
    void holdDue(Instant now, Instant until, Set<AlertKind> except, String reason) {
        List<String> kinds = except.isEmpty()
                ? List.of("")
                : except.stream().map(Enum::name).sorted().toList();
        jdbc.sql(UPDATE + "state = 'HELD', due_at = :until, reason = :reason"
                        + " where channel = :channel and due_at <= :now and kind not in (:kinds)")
                .param("until", Timestamp.from(until))
                .param("reason", reason)
                .param("channel", channel)
                .param("now", Timestamp.from(now))
                .param("kinds", kinds)
                .update();
    }

    /** Postpones what is new of a kind and subject. */
    void holdNew(Waiting group, Instant now, Instant until, String reason) {
        jdbc.sql(UPDATE + "state = 'HELD', due_at = ?, reason = ?" + FREE_AND_DUE
                        + " and state = 'PENDING' and kind = ? and subject = ?")
                .params(Timestamp.from(until), reason, channel, Timestamp.from(now), group.kind(), group.subject())
                .update();
    }

    /** What was sent after a moment. */
    Sent sentAfter(Instant moment) {
        return jdbc.sql("select count(distinct message_id) as messages, min(sent_at) as first_at"
                        + " from nightshift_alert_delivery where channel = ? and sent_at > ?")
                .params(channel, Timestamp.from(moment))
                .query((row, number) -> new Sent(
                        row.getLong("messages"),
                        row.getLong("messages") == 0
                                ? moment
                                : row.getTimestamp("first_at").toInstant()))
                .single();
    }

    /** When a message with this kind and subject was last sent. */
    Optional<Instant> lastSent(Waiting group) {
        return jdbc.sql("select sent_at from nightshift_alert_delivery where channel = ? and kind = ? and subject = ?"
                        + " and sent_at is not null order by sent_at desc fetch first 1 rows only")
                .params(channel, group.kind(), group.subject())
                .query((row, number) -> row.getTimestamp("sent_at").toInstant())
                .optional();
    }

    /** Whether a message with this kind and subject is still to be sent. */
    boolean isUnderWay(Waiting group) {
        return jdbc.sql("select 1 from nightshift_alert_delivery where channel = ? and kind = ? and subject = ?"
                        + " and sent_at is null and message_id is not null and due_at is not null"
                        + " fetch first 1 rows only")
                .params(channel, group.kind(), group.subject())
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /** A message that is to be sent again, or that another process left. */
    Optional<UUID> dueMessage(Instant now) {
        return jdbc.sql("select message_id from nightshift_alert_delivery where channel = ? and due_at <= ?"
                        + " and message_id is not null order by due_at, message_id fetch first 1 rows only")
                .params(channel, Timestamp.from(now))
                .query(UUID.class)
                .optional();
    }

    /** Makes one message of everything whose wait is over. */
    Optional<UUID> sumUp(Instant now) {
        UUID message = UUID.randomUUID();
        int alerts = jdbc.sql(UPDATE + "message_id = ?, state = 'PENDING'" + FREE_AND_DUE + " and state = 'HELD'")
                .params(message, channel, Timestamp.from(now))
                .update();
        return alerts == 0 ? Optional.empty() : Optional.of(message);
    }

    /** The first of the new alerts. */
    Optional<Waiting> firstNew(Instant now) {
        return jdbc.sql("select alert_id, kind, subject from nightshift_alert_delivery" + FREE_AND_DUE
                        + " and state = 'PENDING' order by due_at, alert_id fetch first 1 rows only")
                .params(channel, Timestamp.from(now))
                .query((row, number) -> new Waiting(
                        row.getObject("alert_id", UUID.class), row.getString("kind"), row.getString("subject")))
                .optional();
    }

    /** Makes a message of one alert, with the alert's id. */
    UUID single(Waiting alert) {
        jdbc.sql(UPDATE + "message_id = alert_id where channel = ? and alert_id = ?")
                .params(channel, alert.alert())
                .update();
        return alert.alert();
    }

    AlertMessage message(UUID id) {
        return new AlertMessage(
                id,
                jdbc.sql("""
                        select * from (
                            select a.kind, a.subject, a.run_id, a.message,
                                count(*) over (partition by a.kind, a.subject) as alerts,
                                min(a.raised_at) over (partition by a.kind, a.subject) as first_at,
                                max(a.raised_at) over (partition by a.kind, a.subject) as last_at,
                                row_number() over (partition by a.kind, a.subject order by a.raised_at desc, a.alert_id) as nth
                            from nightshift_alert_delivery d join nightshift_alert a on a.alert_id = d.alert_id
                            where d.channel = ? and d.message_id = ?) summed
                        where nth = 1 order by first_at, kind, subject""").params(channel, id).query(ChannelOutbox::group).list());
    }

    private static AlertMessage.Group group(ResultSet row, int number) throws SQLException {
        return new AlertMessage.Group(
                row.getString("kind"),
                row.getString("subject"),
                row.getLong("alerts"),
                row.getTimestamp("first_at").toInstant(),
                row.getTimestamp("last_at").toInstant(),
                row.getString("run_id"),
                row.getString("message"));
    }

    void sent(UUID message, Instant now) {
        jdbc.sql(UPDATE + "state = 'SENT', attempts = attempts + 1, sent_at = ?, due_at = null, reason = null"
                        + " where channel = ? and message_id = ?")
                .params(Timestamp.from(now), channel, message)
                .update();
    }

    /** Attempts of a message so far. */
    int attempts(UUID message) {
        return jdbc.sql("select max(attempts) from nightshift_alert_delivery where channel = ? and message_id = ?")
                .params(channel, message)
                .query(Integer.class)
                .single();
    }

    void failed(UUID message, Instant next, String reason) {
        jdbc.sql(UPDATE + "state = 'PENDING', attempts = attempts + 1, due_at = ?, reason = ?"
                        + " where channel = ? and message_id = ? and sent_at is null")
                .params(Timestamp.from(next), reason, channel, message)
                .update();
    }

    void givenUp(UUID message, String reason) {
        jdbc.sql(UPDATE + "state = 'UNDELIVERABLE', attempts = attempts + 1, due_at = null, reason = ?"
                        + " where channel = ? and message_id = ? and sent_at is null")
                .params(reason, channel, message)
                .update();
    }
}

package io.nightshift.alert;

import io.nightshift.database.LedgerDatabase;
import java.time.Duration;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which process delivers the alerts of a channel: one at a time, so that limits count every message and no alert is sent by two.
 * A process holds the lease for one message. The lease of one that dies is out after a while, by the database's clock; where
 * one process alone holds the database, at once. Thread-safe.
 */
final class ChannelLease {

    private static final String PAST = "current_timestamp - interval '1' second";

    private final JdbcClient jdbc;
    private final boolean exclusive;
    private final String channel;
    private final String owner;
    private final Duration duration;

    /** @param duration more than the channel ever needs for a message */
    ChannelLease(LedgerDatabase metadata, String channel, String owner, Duration duration) {
        this.jdbc = metadata.jdbc();
        this.exclusive = metadata.embedded();
        this.channel = channel;
        this.owner = owner;
        this.duration = duration;
    }

    /** Takes the lease, where nobody holds it. */
    boolean take() {
        int taken = update();
        if (taken == 0 && insert()) {
            taken = update();
        }
        return taken == 1;
    }

    private int update() {
        return jdbc.sql("update nightshift_alert_channel set owner = ?,"
                        + " lease_until = current_timestamp + cast(? as integer) * interval '1' second"
                        + " where channel = ? and (lease_until < current_timestamp or ?)")
                .params(owner, duration.toSeconds(), channel, exclusive)
                .update();
    }

    private boolean insert() {
        try {
            return jdbc.sql("insert into nightshift_alert_channel (channel, lease_until)"
                                    + " select cast(? as varchar(63)), " + PAST
                                    + " where not exists (select 1 from nightshift_alert_channel where channel = ?)")
                            .params(channel, channel)
                            .update()
                    == 1;
        } catch (DuplicateKeyException another) {
            return false;
        }
    }

    /** Whether the lease is still this process's; until the transaction ends, nobody takes it. */
    boolean holds() {
        return jdbc.sql("select owner from nightshift_alert_channel where channel = ? for update")
                .param(channel)
                .query(String.class)
                .optional()
                .filter(owner::equals)
                .isPresent();
    }

    void release() {
        jdbc.sql("update nightshift_alert_channel set lease_until = " + PAST + " where channel = ? and owner = ?")
                .params(channel, owner)
                .update();
    }
}

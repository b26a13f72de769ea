package io.nightshift.queue;

import io.nightshift.database.LedgerDatabase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The processes that serve on one metadata database, each with how far its clock is off. All that is compared between them is by the
 * database's clock. Thread-safe.
 */
public final class Nodes {

    /** A process whose clock is further off takes no runs and fires nothing. */
    public static final Duration MOST_SKEW = Duration.ofSeconds(5);

    /** A slow answer says little of the clock, and must not cost a process its work. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private static final int MOST_MEASURES = 3;
    private static final int ALIVE_SECONDS = 30;
    private static final int FORGOTTEN_SECONDS = 7 * 24 * 3600;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Nodes(LedgerDatabase metadata, Clock clock) {
        this.jdbc = metadata.jdbc();
        this.transactions = metadata.transactions();
        this.clock = clock;
    }

    /** This process's clock minus the database's, to some milliseconds; worse where the database answers late every time. */
    Duration skew() {
        Measured best = measured();
        for (int more = 1; more < MOST_MEASURES && best.asking().compareTo(QUICK) > 0; more++) {
            Measured next = measured();
            best = next.asking().compareTo(best.asking()) < 0 ? next : best;
        }
        return best.skew();
    }

    /** @param asking the longer it took, the less is known of when the database read its clock */
    private record Measured(Duration skew, Duration asking) {}

    private Measured measured() {
        Instant before = clock.instant();
        Instant database = jdbc.sql("select current_timestamp")
                .query((row, number) -> row.getTimestamp(1).toInstant())
                .single();
        Duration asking = Duration.between(before, clock.instant());
        return new Measured(Duration.between(database, before.plus(asking.dividedBy(2))), asking);
    }

    /** Says that a process is there. */
    void seen(UUID id, String name, Instant startedAt, Beat beat) {
        transactions.executeWithoutResult(status -> {
            int known = jdbc.sql(
                            "update nightshift_node set seen_at = current_timestamp, skew_millis = ?, idle_reason = ?,"
                                    + " workers = ?, address = ? where node_id = ?")
                    .param(beat.skew().toMillis())
                    .param(beat.idleReason())
                    .param(beat.workers())
                    .param(beat.address())
                    .param(id)
                    .update();
            if (known == 0) {
                jdbc.sql(
                                "insert into nightshift_node (node_id, name, started_at, seen_at, skew_millis, idle_reason, workers,"
                                        + " address) values (?, ?, ?, current_timestamp, ?, ?, ?, ?)")
                        .param(id)
                        .param(name)
                        .param(Timestamp.from(startedAt))
                        .param(beat.skew().toMillis())
                        .param(beat.idleReason())
                        .param(beat.workers())
                        .param(beat.address())
                        .update();
                jdbc.sql("delete from nightshift_node where seen_at < current_timestamp"
                                + " - cast(? as integer) * interval '1' second")
                        .param(FORGOTTEN_SECONDS)
                        .update();
            }
        });
    }

    /** Says that a process has ended as it should. */
    void left(UUID id) {
        jdbc.sql("delete from nightshift_node where node_id = ?").param(id).update();
    }

    /** Every process seen within a week that did not say that it ended, the latest first. */
    public List<NodeStatus> list() {
        return jdbc.sql("""
                        select node_id, name, started_at, seen_at, skew_millis, idle_reason, workers, address,
                            seen_at > current_timestamp - cast(? as integer) * interval '1' second as alive
                        from nightshift_node order by seen_at desc, node_id""").param(ALIVE_SECONDS).query(Nodes::map).list();
    }

    /** What a process says of itself. */
    record Beat(
            Duration skew,
            int workers,
            @Nullable String idleReason,
            @Nullable String address) {}

    private static NodeStatus map(ResultSet row, int number) throws SQLException {
        return new NodeStatus(
                row.getObject("node_id", UUID.class),
                row.getString("name"),
                row.getTimestamp("started_at").toInstant(),
                row.getTimestamp("seen_at").toInstant(),
                row.getBoolean("alive"),
                Duration.ofMillis(row.getLong("skew_millis")),
                row.getInt("workers"),
                row.getString("idle_reason"),
                row.getString("address"));
    }
}

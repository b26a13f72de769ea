package io.nightshift.access;

import io.nightshift.failure.FailureCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The record of what was done by the endpoint: rows are added, and nothing here changes or removes one. Each holds a digest of itself
 * and of the one before it, so that a change from elsewhere shows. Thread-safe.
 */
public final class AuditLog {

    private static final int LONGEST_WHO = 200;
    private static final int LONGEST_METHOD = 20;
    private static final int LONGEST_PATH = 500;
    private static final int CHECKED_AT_ONCE = 1000;

    private static final String SELECT = """
            select entry_number, at, who, address, method, path, status, failure_code, request_id, sha256
            from nightshift_audit""";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    AuditLog(JdbcClient jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /**
     * Which entries to list; null means any.
     *
     * @param path how the path begins
     * @param refused whether they were refused or failed
     * @param since earliest time
     * @param until latest time
     * @param before goes on behind the last entry of the page before; null for the first page
     * @param limit most entries given
     */
    public record Filter(
            @Nullable String who,
            @Nullable String path,
            @Nullable Boolean refused,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable Long before,
            int limit) {}

    /** Adds an entry, in a transaction of its own or the caller's. */
    public void record(AuditEntry entry) {
        AuditEntry kept = new AuditEntry(
                cut(entry.who(), LONGEST_WHO),
                entry.address(),
                cut(entry.method(), LONGEST_METHOD),
                cut(entry.path(), LONGEST_PATH),
                entry.status(),
                entry.code(),
                entry.requestId());
        transactions.executeWithoutResult(status -> append(kept));
    }

    private void append(AuditEntry entry) {
        String before = jdbc.sql("select sha256 from nightshift_audit_head where head_id = 1 for update")
                .query(String.class)
                .single();
        Instant at = jdbc.sql("select cast(current_timestamp as timestamp(6) with time zone)")
                .query(Timestamp.class)
                .single()
                .toInstant();
        String digest = AuditChain.digest(before, at, entry);
        jdbc.sql(
                        "insert into nightshift_audit (at, who, address, method, path, status, failure_code, request_id, sha256)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .param(Timestamp.from(at))
                .param(entry.who())
                .param(entry.address())
                .param(entry.method())
                .param(entry.path())
                .param(entry.status())
                .param(entry.code() == null ? null : entry.code().name())
                .param(entry.requestId())
                .param(digest)
                .update();
        jdbc.sql("update nightshift_audit_head set sha256 = ?, entry_count = entry_count + 1 where head_id = 1")
                .param(digest)
                .update();
    }

    /** Newest first. */
    public List<AuditRecord> list(Filter filter) {
        StringBuilder sql = new StringBuilder(SELECT).append(" where 1 = 1");
        List<Object> values = new ArrayList<>();
        add(sql, values, " and who = ?", filter.who());
        add(
                sql,
                values,
                " and path like ? escape '!'",
                filter.path() == null ? null : filter.path().replaceAll("([!%_])", "!$1") + "%");
        if (filter.refused() != null) {
            sql.append(filter.refused() ? " and status >= 400" : " and status < 400");
        }
        add(sql, values, " and at >= ?", filter.since() == null ? null : Timestamp.from(filter.since()));
        add(sql, values, " and at <= ?", filter.until() == null ? null : Timestamp.from(filter.until()));
        add(sql, values, " and entry_number < ?", filter.before());
        values.add(filter.limit());
        return jdbc.sql(sql + " order by entry_number desc limit ?")
                .params(values)
                .query(AuditLog::map)
                .list();
    }

    private static void add(StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            values.add(value);
        }
    }

    /**
     * Looks whether every entry is as it was written, and none is gone. Entries that are added meanwhile wait for nothing, and are left
     * for the next look.
     *
     * @param known a head that somebody noted earlier, which must be the digest of an entry; null where there is none
     */
    public AuditChain check(@Nullable String known) {
        record Head(String sha256, long entries, long newest) {}
        // One statement, and so of one moment: whoever adds an entry changes both tables in one transaction.
        Head head = jdbc.sql("select sha256, entry_count, (select coalesce(max(entry_number), 0) from nightshift_audit)"
                        + " from nightshift_audit_head where head_id = 1")
                .query((row, number) -> new Head(row.getString(1), row.getLong(2), row.getLong(3)))
                .single();
        AuditChain.Walk walk = new AuditChain.Walk(known);
        long last = Long.MIN_VALUE;
        while (true) {
            List<AuditRecord> page = jdbc.sql(
                            SELECT + " where entry_number > ? and entry_number <= ? order by entry_number limit ?")
                    .params(last, head.newest(), CHECKED_AT_ONCE)
                    .query(AuditLog::map)
                    .list();
            page.forEach(walk::add);
            if (page.size() < CHECKED_AT_ONCE) {
                return walk.end(head.sha256(), head.entries());
            }
            last = page.get(page.size() - 1).number();
        }
    }

    private static AuditRecord map(ResultSet row, int number) throws SQLException {
        String code = row.getString("failure_code");
        return new AuditRecord(
                row.getLong("entry_number"),
                row.getTimestamp("at").toInstant(),
                new AuditEntry(
                        row.getString("who"),
                        row.getString("address"),
                        row.getString("method"),
                        row.getString("path"),
                        row.getInt("status"),
                        code == null ? null : FailureCode.valueOf(code),
                        row.getObject("request_id", UUID.class)),
                row.getString("sha256"));
    }

    /** Control characters would be lines of their own to whoever reads it, and a NUL cannot be stored. */
    private static String cut(String text, int longest) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= longest ? plain : plain.substring(0, longest);
    }
}

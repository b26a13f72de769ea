package io.nightshift.access;

import org.springframework.jdbc.core.simple.JdbcClient;

/** The record of what was done by the endpoint: rows are added, and nothing here changes or removes one. Thread-safe. */
public final class AuditLog {

    private static final int LONGEST_WHO = 200;
    private static final int LONGEST_METHOD = 20;
    private static final int LONGEST_PATH = 500;

    private final JdbcClient jdbc;

    AuditLog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public void record(AuditEntry entry) {
        jdbc.sql("insert into nightshift_audit (who, address, method, path, status, failure_code, request_id)"
                        + " values (?, ?, ?, ?, ?, ?, ?)")
                .param(cut(entry.who(), LONGEST_WHO))
                .param(entry.address())
                .param(cut(entry.method(), LONGEST_METHOD))
                .param(cut(entry.path(), LONGEST_PATH))
                .param(entry.status())
                .param(entry.code() == null ? null : entry.code().name())
                .param(entry.requestId())
                .update();
    }

    /** Control characters would be lines of their own to whoever reads it, and a NUL cannot be stored. */
    private static String cut(String text, int longest) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= longest ? plain : plain.substring(0, longest);
    }
}

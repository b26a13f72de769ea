package io.nightshift.jdbc;

import io.nightshift.jdbc.DatabaseSettings.Timeouts;
import java.time.Duration;
import java.util.Properties;

/** What every connection is told beside its URL: when to give up, in each driver's words. */
final class DriverTimeouts {

    private DriverTimeouts() {}

    static Properties properties(DatabaseSettings settings) {
        Timeouts timeouts = settings.timeouts();
        Properties properties = new Properties();
        switch (settings.url().dialect()) {
            case POSTGRESQL -> {
                properties.setProperty("connectTimeout", seconds(timeouts.connect()));
                properties.setProperty("loginTimeout", seconds(timeouts.connect()));
                properties.setProperty("socketTimeout", seconds(timeouts.socket()));
                properties.setProperty("tcpKeepAlive", "true");
                properties.setProperty("ApplicationName", "nightshift");
            }
            case MYSQL -> {
                properties.setProperty("connectTimeout", millis(timeouts.connect()));
                properties.setProperty("socketTimeout", millis(timeouts.socket()));
                properties.setProperty("tcpKeepAlive", "true");
                properties.setProperty("useCursorFetch", "true");
                properties.setProperty("allowLoadLocalInfile", "false");
            }
            case MARIADB -> {
                properties.setProperty("connectTimeout", millis(timeouts.connect()));
                properties.setProperty("socketTimeout", millis(timeouts.socket()));
                properties.setProperty("tcpKeepAlive", "true");
                properties.setProperty("allowLocalInfile", "false");
            }
            case H2 -> {
                // Embedded: there is no network to wait for.
            }
        }
        return properties;
    }

    /** Statements for the start of a session. */
    static String sessionSql(DatabaseSettings settings) {
        Timeouts timeouts = settings.timeouts();
        return switch (settings.url().dialect()) {
            case POSTGRESQL ->
                "set statement_timeout = " + millis(timeouts.statement()) + "; set lock_timeout = "
                        + millis(timeouts.lock());
            case H2 ->
                "set query_timeout " + millis(timeouts.statement()) + "; set lock_timeout " + millis(timeouts.lock());
            case MYSQL ->
                "set session max_execution_time = " + millis(timeouts.statement())
                        + ", session innodb_lock_wait_timeout = " + seconds(timeouts.lock())
                        + ", session lock_wait_timeout = " + seconds(timeouts.lock());
            case MARIADB ->
                "set session max_statement_time = " + seconds(timeouts.statement())
                        + ", session innodb_lock_wait_timeout = " + seconds(timeouts.lock())
                        + ", session lock_wait_timeout = " + seconds(timeouts.lock());
        };
    }

    /** At least one: zero would mean for ever. */
    private static String seconds(Duration duration) {
        return String.valueOf(Math.max(1, duration.toSeconds()));
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }
}

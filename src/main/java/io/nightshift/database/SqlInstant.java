package io.nightshift.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments that may be null, in statements and in their rows. */
public final class SqlInstant {

    private SqlInstant() {}

    /** A column of the current row; null where it is null. */
    public static @Nullable Instant of(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /** The value of a statement's parameter. */
    public static @Nullable Timestamp value(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}

package io.nightshift.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A part of a statement with the values for its {@code ?} in order. Immutable.
 *
 * @param values of types that drivers bind by themselves: text, numbers, booleans, {@code java.time}
 */
public record SqlFragment(String sql, List<Object> values) {

    public SqlFragment {
        values = List.copyOf(values);
    }

    static SqlFragment of(String sql) {
        return new SqlFragment(sql, List.of());
    }

    /** Binds the values from a parameter on and returns the parameter after them. */
    int bind(PreparedStatement statement, int parameter) throws SQLException {
        int next = parameter;
        for (Object value : values) {
            statement.setObject(next++, value);
        }
        return next;
    }
}

package io.nightshift.jdbc;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The columns that a table or query has, found by asking it for no rows. Names are found in any case where one way fits. */
final class SourceShape {

    private static final int MOST_NAMES_SHOWN = 30;

    private final String source;
    private final Map<String, SourceColumn> columns;
    private final Set<String> found = new TreeSet<>();
    private final List<String> differences = new ArrayList<>();

    private SourceShape(String source, Map<String, SourceColumn> columns) {
        this.source = source;
        this.columns = columns;
    }

    /**
     * A column as the database has it.
     *
     * @param name as the catalogue writes it
     * @param type null where no column type holds its values
     * @param problem what is wrong with the type, where there is none
     */
    record SourceColumn(
            String name, String typeName, @Nullable ColumnType type, String problem, boolean nullable) {

        /** Under the name that the job has for it. */
        Field field(String wanted, ColumnType known) {
            return new Field(wanted, known, nullable);
        }
    }

    static SourceShape of(Connection connection, SourceQuery query, SqlFragment from) throws SQLException {
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement("select * from " + from.sql() + " where 1 = 0")) {
            from.bind(select, 1);
            try (ResultSet none = select.executeQuery()) {
                ResultSetMetaData found = none.getMetaData();
                for (int i = 1; i <= found.getColumnCount(); i++) {
                    ColumnType type = TypeMapping.of(found, i).orElse(null);
                    columns.put(
                            found.getColumnLabel(i),
                            new SourceColumn(
                                    found.getColumnLabel(i),
                                    found.getColumnTypeName(i),
                                    type,
                                    type == null ? TypeMapping.advice(found, i) : "",
                                    found.isNullable(i) != ResultSetMetaData.columnNoNulls));
                }
            }
        }
        return new SourceShape(query.toString(), columns);
    }

    /** The column of a name; what is wrong with it is kept for {@link #refuseDifferences}. */
    @Nullable
    SourceColumn find(String wanted) {
        SourceColumn column = columns.get(wanted);
        if (column == null) {
            List<SourceColumn> inAnyCase = columns.values().stream()
                    .filter(known -> known.name().equalsIgnoreCase(wanted))
                    .toList();
            column = inAnyCase.size() == 1 ? inAnyCase.get(0) : null;
        }
        if (column == null) {
            List<String> names = List.copyOf(columns.keySet());
            String all = String.join(", ", names.subList(0, Math.min(MOST_NAMES_SHOWN, names.size())));
            String meant = Suggestion.suffix(wanted, names);
            differences.add(
                    "there is no column '" + wanted + "'" + (meant.isEmpty() ? " (there are " + all + ")" : meant));
        } else if (column.type() == null) {
            differences.add("the column '" + wanted + "' (" + column.typeName() + ") is " + column.problem());
            return null;
        } else {
            found.add(column.name());
        }
        return column;
    }

    /** The names, as the catalogue writes them, of all columns found so far. */
    Set<String> found() {
        return found;
    }

    void difference(String words) {
        differences.add(words);
    }

    /** @throws NightshiftException SCHEMA_MISMATCH with everything that was found wrong so far */
    void refuseDifferences() {
        if (!differences.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    source + " does not have the columns that the job needs; no row was read:\n"
                            + String.join("\n", differences.stream().distinct().toList()));
        }
    }
}

package io.nightshift.jdbc;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a table or view by the name that a job has for it: as written, or else in any case where one way fits. Without a schema it is
 * looked for where the connection's unqualified names are.
 */
final class TableLookup {

    private static final Set<String> KINDS = Set.of(
            "TABLE",
            "BASE TABLE",
            "VIEW",
            "MATERIALIZED VIEW",
            "FOREIGN TABLE",
            "PARTITIONED TABLE",
            "GLOBAL TEMPORARY",
            "LOCAL TEMPORARY",
            "TEMPORARY TABLE");

    private static final Pattern PART = Pattern.compile("\"((?:[^\"]|\"\")+)\"|[^.\"]+");

    private final Connection connection;
    private final Dialect dialect;
    private final String database;

    TableLookup(Connection connection, Dialect dialect, String database) {
        this.connection = connection;
        this.dialect = dialect;
        this.database = database;
    }

    /** A table as the catalogue has it. */
    record FoundTable(@Nullable String catalog, @Nullable String schema, String name) {

        String sql(Dialect dialect) {
            String place = dialect.schemasAreCatalogs() ? catalog : schema;
            return (place == null ? "" : dialect.quoted(place) + ".") + dialect.quoted(name);
        }

        String words(Dialect dialect) {
            String place = dialect.schemasAreCatalogs() ? catalog : schema;
            return place == null ? name : place + "." + name;
        }
    }

    /** A part of a name as the job wrote it; in quotes it is exactly so. */
    private record Part(String name, boolean exact) {

        boolean fits(@Nullable String other) {
            return exact ? name.equals(other) : name.equalsIgnoreCase(other);
        }

        /** What it means: the one that is exactly so, else all that are so but for the case. */
        <T> List<T> meant(List<T> all, Function<T, @Nullable String> nameOf) {
            List<T> exactly =
                    all.stream().filter(one -> name.equals(nameOf.apply(one))).toList();
            return exactly.isEmpty()
                    ? all.stream().filter(one -> fits(nameOf.apply(one))).toList()
                    : exactly;
        }
    }

    private static List<Part> parts(String written) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(written);
        while (matcher.find()) {
            String quoted = matcher.group(1);
            parts.add(quoted == null ? new Part(matcher.group(), false) : new Part(quoted.replace("\"\"", "\""), true));
        }
        return parts;
    }

    /** @throws NightshiftException INPUT_MISSING, with the nearest name */
    FoundTable find(String written) throws SQLException {
        List<Part> parts = parts(written);
        Part name = parts.get(parts.size() - 1);
        List<FoundTable> all = tables();
        List<FoundTable> here;
        if (parts.size() > 1) {
            requirePlace(written, parts.get(0));
            here = parts.get(0).meant(all, this::place);
        } else {
            String place = current();
            here = place == null ? all : new Part(place, false).meant(all, this::place);
        }
        List<FoundTable> fitting = name.meant(here, FoundTable::name);
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw fitting.isEmpty() ? missing(written, name.name(), here, all) : ambiguous(written, fitting);
    }

    private @Nullable String place(FoundTable table) {
        return dialect.schemasAreCatalogs() ? table.catalog() : table.schema();
    }

    private void requirePlace(String written, Part place) throws SQLException {
        List<String> places = new ArrayList<>();
        try (ResultSet rows = dialect.schemasAreCatalogs()
                ? connection.getMetaData().getCatalogs()
                : connection.getMetaData().getSchemas()) {
            while (rows.next()) {
                places.add(rows.getString(1));
            }
        }
        if (places.stream().noneMatch(place::fits)) {
            throw new NightshiftException(
                    FailureCode.INPUT_MISSING,
                    "there is no table '" + written + "' in the database '" + database + "', since it has no schema '"
                            + place.name() + "'" + Suggestion.suffix(place.name(), places) + "; no row was read");
        }
    }

    private @Nullable String current() throws SQLException {
        return dialect.schemasAreCatalogs() ? connection.getCatalog() : connection.getSchema();
    }

    private List<FoundTable> tables() throws SQLException {
        List<FoundTable> tables = new ArrayList<>();
        String catalog = dialect.schemasAreCatalogs() ? null : connection.getCatalog();
        try (ResultSet rows = connection.getMetaData().getTables(catalog, null, "%", null)) {
            while (rows.next()) {
                String kind = rows.getString("TABLE_TYPE");
                if (kind != null && KINDS.contains(kind.toUpperCase(Locale.ROOT))) {
                    tables.add(new FoundTable(
                            rows.getString("TABLE_CAT"), rows.getString("TABLE_SCHEM"), rows.getString("TABLE_NAME")));
                }
            }
        }
        return tables;
    }

    private NightshiftException missing(String written, String name, List<FoundTable> here, List<FoundTable> all) {
        List<String> elsewhere = all.stream()
                .filter(table -> table.name().equalsIgnoreCase(name))
                .map(table -> table.words(dialect))
                .toList();
        String meant = elsewhere.isEmpty()
                ? Suggestion.suffix(name, here.stream().map(FoundTable::name).toList())
                : ", did you mean '" + String.join("' or '", elsewhere) + "'?";
        return new NightshiftException(
                FailureCode.INPUT_MISSING,
                "there is no table '" + written + "' in the database '" + database + "'" + meant + "; no row was read");
    }

    private NightshiftException ambiguous(String written, List<FoundTable> fitting) {
        return new NightshiftException(
                FailureCode.INPUT_MISSING,
                "the table '" + written + "' of the database '" + database + "' could be "
                        + String.join(
                                " or ",
                                fitting.stream()
                                        .map(table -> table.words(dialect))
                                        .toList())
                        + "; write it as it is there; no row was read");
    }

    /** The columns of its primary key in their order; none where it has no such key. */
    List<String> primaryKey(FoundTable table) throws SQLException {
        TreeMap<Short, String> columns = new TreeMap<>();
        try (ResultSet rows = connection.getMetaData().getPrimaryKeys(table.catalog(), table.schema(), table.name())) {
            while (rows.next()) {
                columns.put(rows.getShort("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(columns.values());
    }
}

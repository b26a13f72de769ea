package io.nightshift.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A row that replaces the one of its key, in SQL that H2 and PostgreSQL share. Of two writers of one new key at once, one is
 * refused by the table's primary key; the ledger has one writer for each.
 */
final class KeyedRow {

    private final String table;
    private final List<String> keys = new ArrayList<>();
    private final List<Object> keyValues = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();

    KeyedRow(String table) {
        this.table = table;
    }

    KeyedRow key(String column, Object value) {
        keys.add(column);
        keyValues.add(value);
        return this;
    }

    KeyedRow value(String column, @Nullable Object value) {
        columns.add(column);
        values.add(value);
        return this;
    }

    void write(JdbcClient jdbc) {
        List<@Nullable Object> parameters = new ArrayList<>(values);
        parameters.addAll(keyValues);
        int updated = jdbc.sql("update " + table + " set " + String.join(" = ?, ", columns) + " = ? where "
                        + String.join(" = ? and ", keys) + " = ?")
                .params(parameters)
                .update();
        if (updated == 0) {
            List<String> all = new ArrayList<>(columns);
            all.addAll(keys);
            jdbc.sql("insert into " + table + " (" + String.join(", ", all) + ") values ("
                            + String.join(", ", Collections.nCopies(all.size(), "?")) + ")")
                    .params(parameters)
                    .update();
        }
    }
}

package io.nightshift.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL over results and what else is in their database, one query at a time, which can read and nothing else. Thread-safe. */
public interface ReadOnlyQuery {

    /**
     * @param mostRows rows after which the answer ends
     * @throws io.nightshift.failure.NightshiftException QUERY_INVALID
     */
    Answer run(String sql, int mostRows);

    /** Column names in lower case, and rows of plain JDBC values. */
    record Answer(List<String> columns, List<List<@Nullable Object>> rows) {}
}

package io.nightshift.ledger;

import io.nightshift.database.SqlInstant;
import io.nightshift.failure.FailureCode;
import io.nightshift.job.JobName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Rows of the run tables as records. */
final class RunRows {

    static final String SELECT = """
            select run_id, job, experiment, logical_date, state, attempt, token, owner, parameters, tags, definition,
                snapshot, input, created_at, started_at, ended_at, rows_read, rows_predicted, rows_rejected,
                rows_filtered, failure_code, failure_message, failure_where, published_at,
                pinned, purged_at
            from nightshift_run""";

    private static final TypeReference<Map<String, String>> TEXT_MAP = new TypeReference<>() {};

    private RunRows() {}

    static RunRecord map(ResultSet row, int number) throws SQLException {
        return new RunRecord(
                new RunId(row.getObject("run_id", UUID.class)),
                new JobName(row.getString("job")),
                row.getString("experiment"),
                row.getTimestamp("logical_date").toLocalDateTime(),
                RunState.valueOf(row.getString("state")),
                row.getInt("attempt"),
                row.getLong("token"),
                row.getString("owner"),
                texts(row.getString("parameters")),
                texts(row.getString("tags")),
                row.getString("definition"),
                row.getString("snapshot"),
                row.getString("input"),
                row.getTimestamp("created_at").toInstant(),
                SqlInstant.of(row, "started_at"),
                SqlInstant.of(row, "ended_at"),
                new RowCounts(
                        row.getLong("rows_read"),
                        row.getLong("rows_predicted"),
                        row.getLong("rows_rejected"),
                        row.getLong("rows_filtered")),
                failure(row),
                SqlInstant.of(row, "published_at"),
                row.getBoolean("pinned"),
                SqlInstant.of(row, "purged_at"));
    }

    static RunEvent mapEvent(ResultSet row, int number) throws SQLException {
        String from = row.getString("from_state");
        return new RunEvent(
                row.getTimestamp("at").toInstant(),
                row.getInt("attempt"),
                from == null ? null : RunState.valueOf(from),
                RunState.valueOf(row.getString("to_state")),
                row.getString("who"),
                row.getString("why"));
    }

    private static @Nullable RunFailure failure(ResultSet row) throws SQLException {
        String code = row.getString("failure_code");
        return code == null
                ? null
                : new RunFailure(
                        FailureCode.valueOf(code), row.getString("failure_message"), row.getString("failure_where"));
    }

    private static Map<String, String> texts(String json) {
        return JsonMapper.shared().readValue(json, TEXT_MAP);
    }
}

package io.nightshift.write;

import io.nightshift.data.Column;
import io.nightshift.data.Field;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.RejectColumns;
import io.nightshift.data.Schema;
import io.nightshift.data.ScoredBatch;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns of a job's results.
 *
 * @param predictions the key, the kept input columns, the model's outputs
 * @param rejects the key, then why the row was rejected
 */
public record ResultSchemas(Schema predictions, Schema rejects, List<String> key) {

    /** @throws NightshiftException SCHEMA_MISMATCH where an output has the name of a key or kept column */
    public static ResultSchemas of(JobDefinition job, Schema input, Schema outputs) {
        Set<String> names = new LinkedHashSet<>(job.key());
        names.addAll(job.output().keep());
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            Field field = input.field(input.require(name));
            fields.add(job.key().contains(name) ? new Field(name, field.type(), false) : field);
        }
        for (Field output : outputs.fields()) {
            if (names.contains(output.name())) {
                throw new NightshiftException(
                        FailureCode.SCHEMA_MISMATCH,
                        "the model's output '" + output.name() + "' has the name of an input column that the job keeps;"
                                + " rename the output in the model.yaml");
            }
            fields.add(output);
        }
        return new ResultSchemas(new Schema(fields), RejectColumns.schema(input, job.key()), job.key());
    }

    /** What finds a rejected row again: its key and its number in the partition. */
    Schema rejectPlaces() {
        List<String> columns = new ArrayList<>(key);
        columns.add(RejectColumns.ROW);
        return rejects.select(columns);
    }

    /** The predicted rows of a batch in the columns of the results; shares the batch's arrays. */
    RecordBatch predictions(ScoredBatch batch) {
        List<Column> columns = new ArrayList<>();
        for (Field field : predictions.fields()) {
            columns.add(batch.column(field.name()));
        }
        return RecordBatch.over(predictions, columns, batch.input());
    }
}

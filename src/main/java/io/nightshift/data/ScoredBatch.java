package io.nightshift.data;

/**
 * What scoring made of one {@link RecordBatch}. Every row that was read is in exactly one of three places: a row of
 * {@link #input()} and {@link #outputs()} (predicted), a row of {@link #rejects()}, or counted in {@link #filtered()}.
 *
 * <p>Lives as long as its input batch, is owned by one worker and refilled for every batch.
 *
 * @param input the predicted rows' input columns; rejected rows have been taken out
 * @param outputs the predicted rows' output columns, row by row beside {@code input}
 * @param rejects one row per rejected input row, with the columns of {@link RejectColumns#schema}
 * @param filtered rows read and removed by the job's {@code where}
 */
public record ScoredBatch(RecordBatch input, RecordBatch outputs, RecordBatch rejects, int filtered) {

    public ScoredBatch {
        if (input.rows() != outputs.rows()) {
            throw new IllegalArgumentException(input.rows() + " input rows, " + outputs.rows() + " output rows");
        }
    }

    public int predicted() {
        return outputs.rows();
    }

    public int rejected() {
        return rejects.rows();
    }

    /** Rows read: predicted, rejected and filtered together. */
    public int read() {
        return predicted() + rejected() + filtered;
    }

    /**
     * An output column, or else an input column, of the predicted rows.
     *
     * @throws IllegalArgumentException where neither has it
     */
    public Column column(String name) {
        return outputs.schema().contains(name) ? outputs.column(name) : input.column(name);
    }
}

package io.nightshift.job;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.registry.ModelReference;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A job with its parameters filled in: what one run does. Immutable.
 *
 * @param name also the default experiment and the prefix of run names
 * @param experiment the group its runs belong to
 * @param parameters the typed value of every declared parameter, in order of declaration
 * @param where conditions every row must meet; rows that do not are filtered
 * @param key columns whose values together name a row; at least one
 * @param keep what is kept of its results
 * @param resolvedText the job file's text with the parameters filled in, as the run records it
 */
public record JobDefinition(
        JobName name,
        String description,
        String experiment,
        Map<String, ParameterValue> parameters,
        SourceDefinition source,
        List<String> key,
        ModelReference model,
        OutputDefinition output,
        List<AggregateDefinition> aggregates,
        List<PostProcess> postProcess,
        RejectLimits rejects,
        ComputeDefinition compute,
        Keep keep,
        String resolvedText) {

    public JobDefinition {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        key = List.copyOf(key);
        aggregates = List.copyOf(aggregates);
        postProcess = List.copyOf(postProcess);
    }

    /** The same with the values its parameters were given and the text that came of it. */
    JobDefinition resolved(Map<String, ParameterValue> values, String text) {
        return with(values, source, text);
    }

    /** The same over other rows, as a measurement needs it; the text is still that of the job as it was. */
    public JobDefinition reading(SourceDefinition other) {
        return with(parameters, other, resolvedText);
    }

    private JobDefinition with(Map<String, ParameterValue> values, SourceDefinition rows, String text) {
        return new JobDefinition(
                name,
                description,
                experiment,
                values,
                rows,
                key,
                model,
                output,
                aggregates,
                postProcess,
                rejects,
                compute,
                keep,
                text);
    }

    /** Where the rows come from. */
    public sealed interface SourceDefinition {

        /**
         * The Parquet data set that it is.
         *
         * @throws NightshiftException USAGE where it is something else
         */
        default ParquetSource parquet() {
            if (this instanceof ParquetSource source) {
                return source;
            }
            throw new NightshiftException(
                    FailureCode.USAGE, "this needs a job whose source is a Parquet data set; the job reads " + this);
        }
    }

    /**
     * @param path a file, a folder or a glob, with or without a scheme
     * @param where conditions on columns, all of which must hold
     */
    public record ParquetSource(String path, List<Condition> where) implements SourceDefinition {

        public ParquetSource {
            where = List.copyOf(where);
        }
    }

    /**
     * A table of a database, or what a query of it gives.
     *
     * @param database its name in the configuration
     * @param table {@code name} or {@code schema.name}; null where there is a query
     * @param query null where there is a table
     * @param partitionBy columns by whose values the rows are divided among the workers; none for the table's primary key
     * @param where a condition that every row must meet, or null
     */
    public record TableSource(
            String database,
            @Nullable String table,
            @Nullable SqlText query,
            List<String> partitionBy,
            @Nullable SqlText where)
            implements SourceDefinition {

        public TableSource {
            partitionBy = List.copyOf(partitionBy);
        }

        @Override
        public String toString() {
            return (table == null ? "a query" : "the table " + table) + " of the database " + database;
        }
    }

    /**
     * Where results go; at least one of table and parquet.
     *
     * @param keep input columns beside the key that are written with the outputs
     * @param table the result table, {@code name} or {@code schema.name}, or null
     * @param mode UPSERT only with a table and without files
     * @param parquet the folder of the result files, or null
     */
    public record OutputDefinition(
            List<String> keep,
            @Nullable String table,
            Mode mode,
            @Nullable String parquet) {

        public OutputDefinition {
            keep = List.copyOf(keep);
        }

        /** A relation beside the table, by its suffix, as SQL names it in every database. */
        public String relation(String suffix) {
            return ResultNames.inSql(table + suffix);
        }
    }

    /** What readers find in {@code <table>_current}. */
    public enum Mode {
        /** The rows of the published run. */
        APPEND_RUN,
        /** The last published row of each key. */
        UPSERT
    }

    /** One SQL statement that changes rows; runs in the publishing transaction on the result database. */
    public record PostProcess(String sql) {}

    /**
     * How many rows may be rejected before the run fails.
     *
     * @param maxRows most rejected rows
     * @param maxShare largest share of rejected rows among the rows read, 0 to 1
     */
    public record RejectLimits(long maxRows, double maxShare) {

        /**
         * The most rejected rows that neither limit forbids; {@link Long#MAX_VALUE} where there is no limit.
         *
         * @param rows of the whole input
         */
        public long mostOf(long rows) {
            // 29 % of 100 rows are 29, where doubles multiply to less.
            BigDecimal share = BigDecimal.valueOf(maxShare).multiply(BigDecimal.valueOf(rows));
            return maxShare < 1 ? Math.min(maxRows, share.longValue()) : maxRows;
        }

        /** The largest share as people write it, for example {@code 7.5 %}. */
        public String percentage() {
            return BigDecimal.valueOf(maxShare)
                            .movePointRight(2)
                            .stripTrailingZeros()
                            .toPlainString() + " %";
        }
    }

    /** The key by which publishing merges its results; none where its mode is to show the published run. */
    public List<String> mergeKey() {
        return output.mode() == Mode.UPSERT ? key : List.of();
    }

    /** The names of its aggregates, in order. */
    public List<String> aggregateNames() {
        return aggregates.stream().map(AggregateDefinition::name).toList();
    }

    /**
     * Which runs keep their results when others are purged: those that either of the two keeps, and all where there is neither.
     *
     * @param runs so many complete runs, the last to end, or null
     * @param days those that ended in the last days, or null
     */
    public record Keep(@Nullable Long runs, @Nullable Long days) {

        /** Nothing is ever removed. */
        public static final Keep ALL = new Keep(null, null);

        /** As the job file has it. */
        @Override
        public String toString() {
            StringJoiner keys = new StringJoiner(", ", "{", "}");
            if (runs != null) {
                keys.add("runs: " + runs);
            }
            if (days != null) {
                keys.add("days: " + days);
            }
            return keys.toString();
        }
    }
}

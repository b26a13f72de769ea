package io.nightshift.job;

import io.nightshift.definition.BoundMapping;
import io.nightshift.definition.Formats;
import io.nightshift.definition.Key;
import io.nightshift.definition.MappingFormat;
import io.nightshift.failure.Suggestion;
import io.nightshift.job.JobDefinition.Keep;
import io.nightshift.job.JobDefinition.Mode;
import io.nightshift.job.JobDefinition.OutputDefinition;
import io.nightshift.job.JobDefinition.PostProcess;
import io.nightshift.job.JobDefinition.RejectLimits;
import io.nightshift.job.JobDefinition.SourceDefinition;
import io.nightshift.job.JobDefinition.TableSource;
import io.nightshift.registry.ModelReference;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How a job file is written: every key, once. What a key means beyond its own value is checked in the binders. */
final class JobFormat {

    private static final Key<JobName> JOB = Key.required(
            "job",
            Formats.text(
                            JobName.ALLOWED,
                            "a job name: lower case letters, digits, '.', '_' and '-', starting with a letter or digit, at"
                                    + " most 63 characters")
                    .as(JobName::new),
            "The job's name, unique among the job files.");
    private static final Key<String> DESCRIPTION =
            Key.optional("description", Formats.text(), "", "", "What the job answers, for people.");
    private static final Key<String> EXPERIMENT = Key.optional(
            "experiment",
            Formats.text(JobName.ALLOWED, "a name like a job's"),
            "The group that the job's runs belong to. Default: the job's name.");
    static final Key<Map<String, ParameterDeclaration>> PARAMETERS = Key.optional(
            "parameters",
            Formats.mapOf(
                            Expression.NAME,
                            "a parameter name of lower case letters, digits and '_' that starts with a letter",
                            ParameterDeclaration.FORMAT)
                    .as(JobFormat::withoutBuiltIn),
            Map.of(),
            "",
            "Values that a launch may give, by name; used in expressions such as ${day}, ${day + 1d}.");
    private static final Key<SourceDefinition> SOURCE =
            Key.required("source", SourceFormat.FORMAT, "Where the rows come from.");
    private static final Key<List<String>> KEY =
            Key.required("key", Formats.list(Formats.text(), 1), "Input columns whose values together name a row.");
    private static final Key<ModelReference> MODEL = Key.required(
            "model",
            Formats.text().as(JobFormat::model),
            "The folder that holds the model and its model.yaml; a path without a scheme starts at the working directory."
                    + " May hold expressions.");

    private static final Key<List<String>> KEEP = Key.optional(
            "keep",
            Formats.list(Formats.text(), 0),
            List.of(),
            "none",
            "Input columns beside the key that are written with the predictions.");
    private static final Key<String> TABLE = Key.optional(
            "table",
            ResultNames.table(),
            "The result table, as `name` or `schema.name`; made on first use, with `_rejects` and `_current` beside it.");
    private static final Key<Mode> MODE = Key.optional(
            "mode",
            Formats.oneOf(Mode.class),
            Mode.APPEND_RUN,
            "append_run",
            "What `<table>_current` shows: the rows of the published run (`append_run`), or the last published row of each key"
                    + " (`upsert`).");
    private static final Key<String> PARQUET = Key.optional(
            "parquet", Formats.text(), "The folder of the result files; made on first use. May hold expressions.");
    private static final Key<OutputDefinition> OUTPUT = Key.required(
            "output",
            MappingFormat.<OutputDefinition>of("an output", List.of(KEEP, TABLE, MODE, PARQUET), JobFormat::bindOutput)
                    .atLeastOneOf(List.of(TABLE, PARQUET)),
            "Where the results go: a table, Parquet files, or both.");

    private static final Key<List<AggregateDefinition>> AGGREGATES = Key.optional(
            "aggregates",
            Formats.list(AggregateFormat.FORMAT, 0),
            List.of(),
            "none",
            "Summaries of the predicted rows, computed while scoring.");

    private static final Pattern VERB =
            Pattern.compile("\\s*(?:insert|update|delete|merge)\\b", Pattern.CASE_INSENSITIVE);

    private static final Key<PostProcess> SQL = Key.required(
            "sql",
            Formats.text().as(JobFormat::postProcess),
            "One insert, update, delete or merge for the result database, run in the publishing transaction. May hold expressions of every type"
                    + " but string.");
    private static final Key<List<PostProcess>> POST_PROCESS = Key.optional(
            "post_process",
            Formats.list(MappingFormat.of("a post-process step", List.of(SQL), keys -> keys.get(SQL)), 0),
            List.of(),
            "none",
            "What runs once the results are complete, before readers see them.");

    private static final Key<Long> MAX_ROWS = Key.optional(
            "max_rows",
            Formats.integer(0, Long.MAX_VALUE),
            Long.MAX_VALUE,
            "no limit",
            "Most rows that may be rejected.");
    private static final Key<Double> MAX_SHARE = Key.optional(
            "max_share",
            Formats.share(),
            1.0,
            "100%",
            "Largest share of the rows read that may be rejected: 1% or 0.01.");
    private static final Key<RejectLimits> REJECTS = Key.optional(
            "rejects",
            MappingFormat.of(
                    "the limits on rejects",
                    List.of(MAX_ROWS, MAX_SHARE),
                    keys -> new RejectLimits(keys.get(MAX_ROWS), keys.get(MAX_SHARE))),
            new RejectLimits(0, 0),
            "no row may be rejected",
            "How many rows may be rejected before the run fails.");
    private static final Key<ComputeDefinition> COMPUTE = Key.optional(
            "compute",
            ComputeFormat.FORMAT,
            ComputeFormat.DEFAULT,
            "",
            "Where and how a run computes; each key can be set at launch.");

    private static final int MOST_DAYS = 36_500;
    private static final Key<Long> KEPT_RUNS = Key.optional(
            "runs",
            Formats.integer(1, Integer.MAX_VALUE),
            "So many complete runs keep their results, the last to end; of other runs those that ended later.");
    private static final Key<Long> KEPT_DAYS =
            Key.optional("days", Formats.integer(1, MOST_DAYS), "Runs that ended in so many days keep their results.");
    private static final Key<Keep> RETENTION = Key.optional(
            "keep",
            MappingFormat.of(
                            "what is kept",
                            List.of(KEPT_RUNS, KEPT_DAYS),
                            keys -> new Keep(keys.find(KEPT_RUNS), keys.find(KEPT_DAYS)))
                    .atLeastOneOf(List.of(KEPT_RUNS, KEPT_DAYS)),
            Keep.ALL,
            "everything",
            "Which runs keep their results when `nightshift purge` is called; what either key keeps is kept.");

    static final MappingFormat<JobDefinition> FORMAT = MappingFormat.of(
            "a job",
            List.of(
                    JOB,
                    DESCRIPTION,
                    EXPERIMENT,
                    PARAMETERS,
                    SOURCE,
                    KEY,
                    MODEL,
                    OUTPUT,
                    AGGREGATES,
                    POST_PROCESS,
                    REJECTS,
                    COMPUTE,
                    RETENTION),
            JobFormat::bind);

    private JobFormat() {}

    private static JobDefinition bind(BoundMapping keys) {
        checkColumns(keys);
        checkSqlParameters(keys);
        checkTables(keys);
        JobName name = keys.get(JOB);
        String experiment = keys.find(EXPERIMENT);
        return new JobDefinition(
                name,
                keys.get(DESCRIPTION),
                experiment == null ? name.value() : experiment,
                Map.of(),
                keys.get(SOURCE),
                keys.get(KEY),
                keys.get(MODEL),
                keys.get(OUTPUT),
                keys.get(AGGREGATES),
                keys.get(POST_PROCESS),
                keys.get(REJECTS),
                keys.get(COMPUTE),
                keys.get(RETENTION),
                "");
    }

    private static OutputDefinition bindOutput(BoundMapping keys) {
        if (keys.get(MODE) == Mode.UPSERT && keys.has(PARQUET)) {
            keys.problem(
                    MODE,
                    "upsert is for a result table alone: files are those of one run, and cannot keep the last row of each key;"
                            + " take parquet out of the output, or write append_run");
        }
        return new OutputDefinition(keys.get(KEEP), keys.find(TABLE), keys.get(MODE), keys.find(PARQUET));
    }

    private static void checkColumns(BoundMapping keys) {
        Set<String> own = keys.get(OUTPUT).mode() == Mode.UPSERT
                ? Set.of(ResultNames.RUN_ID, ResultNames.PUBLISHED_AT)
                : Set.of(ResultNames.RUN_ID);
        Set<String> columns = new HashSet<>(own);
        for (String column : keys.get(KEY)) {
            if (!columns.add(column)) {
                keys.problem(KEY, taken(column, own));
            }
        }
        for (String column : keys.get(OUTPUT).keep()) {
            if (!columns.add(column)) {
                keys.problem(OUTPUT, "keep: " + taken(column, own));
            }
        }
    }

    private static String taken(String column, Set<String> own) {
        return own.contains(column)
                ? "the result table has a column '" + column + "' of its own"
                : "the column '" + column + "' is already written; the key is always kept";
    }

    private static void checkSqlParameters(BoundMapping keys) {
        if (!(keys.get(SOURCE) instanceof TableSource source)) {
            return;
        }
        Set<String> declared = new TreeSet<>(keys.get(PARAMETERS).keySet());
        for (SqlText sql : Arrays.asList(source.query(), source.where())) {
            List<String> used = sql == null ? List.of() : sql.parameters();
            used.stream()
                    .filter(name -> !declared.contains(name))
                    .distinct()
                    .forEach(name -> keys.problem(
                            SOURCE,
                            "jdbc: the SQL names a parameter ':" + name + "' that the job does not declare"
                                    + (declared.isEmpty() ? "" : " (there are " + String.join(", ", declared) + ")")
                                    + (name.equals(Expression.LOGICAL_DATE)
                                            ? "; declare one with the default ${" + name + "}"
                                            : Suggestion.suffix(name, declared))));
        }
    }

    private static void checkTables(BoundMapping keys) {
        Set<String> names = new HashSet<>();
        for (AggregateDefinition aggregate : keys.get(AGGREGATES)) {
            if (!names.add(aggregate.name())) {
                keys.problem(AGGREGATES, "two aggregates are named '" + aggregate.name() + "'");
            }
        }
        String table = keys.get(OUTPUT).table();
        if (table == null) {
            return;
        }
        for (String name : ResultNames.generated(table, keys.get(AGGREGATES))) {
            int length = ResultNames.unqualified(name).length();
            if (length > ResultNames.LONGEST) {
                keys.problem(
                        AGGREGATES,
                        "the name '" + name + "' would have " + length + " characters, more than the "
                                + ResultNames.LONGEST + " that databases allow; shorten the table or the aggregate");
            }
        }
    }

    /** What defines tables is refused, since databases may commit on it: a run that then failed would be half published. */
    private static PostProcess postProcess(String text) {
        if (!VERB.matcher(text).lookingAt()) {
            throw new IllegalArgumentException(
                    "a statement in the publishing transaction begins with insert, update, delete or merge; tables are"
                            + " made outside the job");
        }
        List<String> names = SqlText.parse(text).parameters();
        if (!names.isEmpty()) {
            throw new IllegalArgumentException(
                    "':" + names.get(0) + "' is not filled in here; write ${" + names.get(0) + "} for a parameter");
        }
        return new PostProcess(text);
    }

    private static ModelReference model(String text) {
        if (text.startsWith("models:")) {
            throw new IllegalArgumentException("there is no model registry yet; name the model's folder");
        }
        return new ModelReference(text);
    }

    private static Map<String, ParameterDeclaration> withoutBuiltIn(Map<String, ParameterDeclaration> parameters) {
        if (parameters.containsKey(Expression.LOGICAL_DATE)) {
            throw new IllegalArgumentException(
                    "'" + Expression.LOGICAL_DATE + "' is there in every job and cannot be declared");
        }
        return parameters;
    }
}

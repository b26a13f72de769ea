package io.nightshift.job;

import io.nightshift.definition.Node;
import io.nightshift.definition.NodeText;
import io.nightshift.definition.Place;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes a job definition from a job file and one launch. Settings come first, then parameters are filled in. */
final class Resolution {

    /** The keys that a launch may set; parameters and the model have their own options. */
    static final List<String> SETTABLE = List.of(
            "experiment",
            "source.parquet.path",
            "source.jdbc.database",
            "source.jdbc.table",
            "output.table",
            "output.parquet",
            "rejects.max_rows",
            "rejects.max_share",
            "compute.device",
            "compute.threads",
            "compute.batch_rows",
            "compute.chunk_rows",
            "compute.memory");

    private static final Pattern FOR_PATHS = Pattern.compile("source\\.parquet\\.path|model|output\\.parquet");
    private static final Pattern FOR_SQL = Pattern.compile("post_process\\[\\d+]\\.sql");
    private static final Pattern FOR_BOUND_SQL = Pattern.compile("source\\.jdbc\\.(?:where|query)");
    private static final Pattern FOR_OPERANDS =
            Pattern.compile("source\\.parquet\\.where\\[\\d+]\\.(?!column)[a-z]+(?:\\[\\d+])?");
    /** Texts that are not filled in, where the opening of an expression is nothing but text. */
    private static final Pattern VERBATIM =
            Pattern.compile("description|parameters\\.[^.]+\\.(?:description|pattern|default)");

    private static final Pattern LOCAL_SCHEME = Pattern.compile("^file:", Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/");

    private static final String PARENT = "..";

    private final JobFile file;
    private final JobFile.Launch launch;
    private final Problems problems = new Problems();

    Resolution(JobFile file, JobFile.Launch launch) {
        this.file = file;
        this.launch = launch;
    }

    /** Reports expressions that are malformed, name nothing, do not fit their place, or stand where none are allowed. */
    static void checkExpressions(Node.Mapping root, Problems problems) {
        Map<String, ParameterValue> examples = new LinkedHashMap<>();
        Node.Entry declared = root.entries().get(JobFormat.PARAMETERS.name());
        if (declared != null && declared.value() instanceof Node.Mapping parameters) {
            parameters.entries().forEach((name, entry) -> examples.put(name, example(entry.value())));
        }
        examples.put(Expression.LOGICAL_DATE, ParameterType.TIMESTAMP.example());
        root.mapScalars(scalar -> filled(scalar, examples, problems));
    }

    /** An example of the declared type; of a date where the declaration is too broken to have one. */
    private static ParameterValue example(Node declaration) {
        Node.Entry type =
                declaration instanceof Node.Mapping mapping ? mapping.entries().get("type") : null;
        if (type != null && type.value() instanceof Node.Scalar scalar) {
            for (ParameterType candidate : ParameterType.values()) {
                if (candidate.word().equals(scalar.text())) {
                    return candidate.example();
                }
            }
        }
        return ParameterType.DATE.example();
    }

    JobDefinition resolve() {
        Map<String, ParameterValue> values = parameterValues();
        Node.Mapping root = withSettings(file.root());
        problems.throwIfAny();

        Map<String, ParameterValue> known = new LinkedHashMap<>(values);
        known.put(Expression.LOGICAL_DATE, ParameterValue.timestamp(launch.logicalDate()));
        Node.Mapping filled =
                root.mapScalars(scalar -> filled(scalar, known, problems)).mapScalars(Resolution::anchored);
        problems.throwIfAny();

        JobDefinition read = JobFormat.FORMAT.read(filled, problems);
        problems.throwIfAny();
        JobDefinition definition = Objects.requireNonNull(read, "a job without problems");
        return definition.resolved(values, NodeText.of(withDefaults(filled, values, definition.compute())));
    }

    private Map<String, ParameterValue> parameterValues() {
        List<String> wrong = new ArrayList<>();
        Map<String, ParameterDeclaration> declared = file.parameters();
        for (String given : new TreeMap<>(launch.parameters()).keySet()) {
            if (!declared.containsKey(given)) {
                wrong.add(ParameterTexts.unknown(file, given));
            }
        }
        Map<String, ParameterValue> values = new LinkedHashMap<>();
        declared.forEach((name, declaration) -> {
            try {
                values.put(name, value(name, declaration));
            } catch (IllegalArgumentException e) {
                wrong.add("parameter '" + name + "' of job " + file.name() + ": " + e.getMessage());
            }
        });
        if (!wrong.isEmpty()) {
            throw new NightshiftException(FailureCode.PARAMETER_INVALID, String.join("\n", wrong), file.file(), null);
        }
        return values;
    }

    private ParameterValue value(String name, ParameterDeclaration declaration) {
        String given = launch.parameters().get(name);
        if (given != null) {
            return declaration.value(given);
        }
        if (declaration.required()) {
            throw new IllegalArgumentException(ParameterTexts.missing(declaration));
        }
        return declaration.defaultValue(launch.logicalDate());
    }

    private Node.Mapping withSettings(Node.Mapping root) {
        Node.Mapping set = root;
        for (var setting : new TreeMap<>(launch.settings()).entrySet()) {
            String path = setting.getKey();
            Place place = Place.ofOption("--set " + path + "=" + setting.getValue(), "");
            if (SETTABLE.contains(path)) {
                set = with(set, path, setting.getValue(), place);
            } else {
                problems.add(
                        place,
                        "'" + path + "' cannot be set at launch, only " + String.join(", ", SETTABLE)
                                + Suggestion.suffix(path, SETTABLE));
            }
        }
        String model = launch.model();
        if (model != null) {
            Place place = Place.ofOption("--model " + model, "model");
            set = set.with(List.of("model"), new Node.Scalar(place, model, true));
        }
        return set;
    }

    private static Node.Mapping with(Node.Mapping root, String path, String value, Place option) {
        Place place = Place.ofOption(option.file(), path);
        return root.with(
                Arrays.asList(path.split("\\.")), value.isEmpty() ? null : new Node.Scalar(place, value, false));
    }

    private static Node.Scalar filled(Node.Scalar scalar, Map<String, ParameterValue> values, Problems problems) {
        String path = scalar.place().path();
        if (!Expression.isIn(scalar.text()) || VERBATIM.matcher(path).matches()) {
            return scalar;
        }
        try {
            return new Node.Scalar(scalar.place(), fill(path, scalar.text(), values), true);
        } catch (IllegalArgumentException e) {
            problems.add(scalar.place(), String.valueOf(e.getMessage()));
            return scalar;
        }
    }

    private static String fill(String path, String text, Map<String, ParameterValue> values) {
        if (FOR_OPERANDS.matcher(path).matches()) {
            return Expression.fill(text, values, ParameterValue::text);
        }
        if (FOR_SQL.matcher(path).matches()) {
            return Expression.fill(text, values, Resolution::forSql);
        }
        if (FOR_PATHS.matcher(path).matches()) {
            String filled = Expression.fill(text, values, Resolution::forPath);
            if (parentSteps(filled) > parentSteps(text)) {
                throw new IllegalArgumentException(
                        "'" + filled + "' steps out of the path with '..', which only the job file itself may do");
            }
            return filled;
        }
        throw new IllegalArgumentException(
                FOR_BOUND_SQL.matcher(path).matches()
                        ? "'" + text
                                + "': expressions are not allowed in the SQL of a source, where a value could become a"
                                + " statement; write :name for a parameter, which is bound"
                        : "'" + text + "': expressions are not allowed here, only in source.parquet.path,"
                                + " the values of where, model, output.parquet and post_process.sql");
    }

    /** A local path from the root on, so that the run finds it from whatever directory it is restarted or published. */
    private static Node.Scalar anchored(Node.Scalar scalar) {
        String text = scalar.text();
        if (!FOR_PATHS.matcher(scalar.place().path()).matches()
                || text.isBlank()
                || OTHER_SCHEME.matcher(text).lookingAt()) {
            return scalar;
        }
        String path = LOCAL_SCHEME.matcher(text).replaceFirst("");
        if (path.startsWith("/")) {
            return scalar;
        }
        String directory = Path.of("").toAbsolutePath().toString();
        return new Node.Scalar(scalar.place(), directory + "/" + path.replaceFirst("^(?:\\./+)+", ""), true);
    }

    private static String forPath(ParameterValue value) {
        if (value.type() == ParameterType.TIMESTAMP) {
            throw new IllegalArgumentException(
                    "a timestamp has colons, which do not fit into a path; use a parameter of type date");
        }
        return value.text();
    }

    private static String forSql(ParameterValue value) {
        if (value.type() == ParameterType.STRING) {
            throw new IllegalArgumentException("text is not filled into SQL, where it could become a statement; use a"
                    + " parameter of another type");
        }
        return value.text();
    }

    private static long parentSteps(String path) {
        return Arrays.stream(path.split("[/\\\\]", -1)).filter(PARENT::equals).count();
    }

    /**
     * With the values as defaults, and the sizes that plans are made of: so that the text alone gives the same run again, in a version with
     * other defaults, too.
     */
    private static Node.Mapping withDefaults(
            Node.Mapping root, Map<String, ParameterValue> values, ComputeDefinition compute) {
        Node.Mapping with = root;
        for (var value : values.entrySet()) {
            with = with.with(
                    List.of(JobFormat.PARAMETERS.name(), value.getKey(), "default"),
                    new Node.Scalar(root.place(), value.getValue().text(), true));
        }
        with = with(with, "compute.batch_rows", Integer.toString(compute.batchRows()), root.place());
        return with(with, "compute.chunk_rows", Integer.toString(compute.chunkRows()), root.place());
    }
}

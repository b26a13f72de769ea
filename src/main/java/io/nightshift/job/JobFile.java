package io.nightshift.job;

import io.nightshift.definition.Document;
import io.nightshift.definition.Node;
import io.nightshift.definition.Place;
import io.nightshift.definition.Problems;
import io.nightshift.failure.NightshiftException;
import io.nightshift.registry.ModelFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job file that has no problem of its own: parsed, checked, not yet resolved. It keeps the exact text that was read, so
 * a later change of the file changes nothing here. Immutable.
 *
 * <p>Paths in a job (source, model, result files) are those of the process that runs it: without a scheme they start at
 * the working directory. What a launch fills in may not step out of a path that the file gives: a {@code ..} may come
 * from the file only.
 */
public final class JobFile {

    private final Document document;
    private final JobDefinition declared;
    private final Map<String, ParameterDeclaration> parameters;

    private JobFile(Document document, JobDefinition declared, Map<String, ParameterDeclaration> parameters) {
        this.document = document;
        this.declared = declared;
        this.parameters = parameters;
    }

    /**
     * What a launch says beside the job.
     *
     * @param parameters values by parameter name, as the user wrote them
     * @param logicalDate the moment the run is for
     * @param settings values by path, such as {@code compute.threads}; an empty value takes the key out
     * @param model replaces the job's model, or null
     */
    public record Launch(
            Map<String, String> parameters,
            LocalDateTime logicalDate,
            Map<String, String> settings,
            @Nullable String model) {

        public Launch {
            parameters = Map.copyOf(parameters);
            settings = Map.copyOf(settings);
        }

        /** A launch that leaves everything as the job has it. */
        public static Launch on(LocalDateTime logicalDate) {
            return new Launch(Map.of(), logicalDate, Map.of(), null);
        }
    }

    /**
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the file
     */
    public static JobFile load(Path file) {
        Problems problems = new Problems();
        JobFile job = read(file, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(job, "a file without problems is a job");
    }

    /**
     * A job from text that is no file any more, such as a run's snapshot.
     *
     * @param name for messages
     * @throws io.nightshift.failure.NightshiftException DEFINITION_INVALID with every problem of the text
     */
    public static JobFile parse(String name, String text) {
        Problems problems = new Problems();
        JobFile job = bind(Document.parse(name, text.getBytes(StandardCharsets.UTF_8), problems), problems);
        problems.throwIfAny();
        return Objects.requireNonNull(job, "a text without problems is a job");
    }

    /** The job, or null after reporting every problem of the file. */
    static @Nullable JobFile read(Path file, Problems problems) {
        return bind(Document.read(file, problems), problems);
    }

    private static @Nullable JobFile bind(@Nullable Document document, Problems problems) {
        if (document == null) {
            return null;
        }
        int before = problems.size();
        Resolution.checkExpressions(document.root(), problems);
        JobDefinition declared = JobFormat.FORMAT.read(document.root(), problems);
        return declared == null || problems.size() > before
                ? null
                : new JobFile(document, declared, parameters(document.root()));
    }

    private static Map<String, ParameterDeclaration> parameters(Node.Mapping root) {
        Node.Entry declared = root.entries().get(JobFormat.PARAMETERS.name());
        Map<String, ParameterDeclaration> parameters =
                declared == null ? null : JobFormat.PARAMETERS.format().read(declared.value(), new Problems());
        return parameters == null ? Map.of() : parameters;
    }

    /**
     * The job with its parameters filled in and what the launch says.
     *
     * @throws io.nightshift.failure.NightshiftException PARAMETER_INVALID for unknown, missing and wrong parameters, all
     *     at once; DEFINITION_INVALID where what was filled in or set breaks the format
     */
    public JobDefinition resolve(Launch launch) {
        return new Resolution(this, launch).resolve();
    }

    /**
     * Values for a launch from texts with expressions of the logical date, as a schedule has them.
     *
     * @param texts by parameter name; parameters that are not among them have their defaults
     * @throws io.nightshift.failure.NightshiftException PARAMETER_INVALID for unknown and wrong parameters, all at once
     */
    public Map<String, String> filled(Map<String, String> texts, LocalDateTime logicalDate) {
        return new ParameterTexts(this, texts).filled(logicalDate);
    }

    /**
     * What is wrong with such texts whatever the logical date is: unknown parameters, missing ones, values of another
     * type.
     *
     * @return what is wrong, by the name of the parameter; empty where nothing is
     */
    public Map<String, String> problemsOf(Map<String, String> texts) {
        return new ParameterTexts(this, texts).problems();
    }

    /**
     * Why there is no model where the job says, or empty where there is one. A place that depends on the launch is not
     * looked at, and neither is what is in the model.
     */
    public Optional<String> missingModel() {
        if (Expression.isIn(declared.model().text())) {
            return Optional.empty();
        }
        try {
            ModelFolder.requireKnown(declared.model(), Path.of(""));
            return Optional.empty();
        } catch (NightshiftException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The file as the user named it. */
    public String file() {
        return document.file();
    }

    public JobName name() {
        return declared.name();
    }

    /** As the file has it, with expressions unresolved and without values for parameters. */
    public JobDefinition declared() {
        return declared;
    }

    /** By name, in the order of the file. */
    public Map<String, ParameterDeclaration> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /** The exact text of the file. */
    public String text() {
        return document.text();
    }

    /** Of the file's bytes, in lower case hexadecimal digits. */
    public String sha256() {
        return document.sha256();
    }

    /** Where a value such as {@code output.keep[0]} stands, for problems that only the data or the model show. */
    public Place place(String path) {
        return document.place(path);
    }

    Node.Mapping root() {
        return document.root();
    }
}

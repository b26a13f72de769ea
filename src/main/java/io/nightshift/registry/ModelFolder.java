package io.nightshift.registry;

import io.nightshift.data.ColumnType;
import io.nightshift.data.Field;
import io.nightshift.data.Schema;
import io.nightshift.definition.Document;
import io.nightshift.definition.Problems;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Suggestion;
import io.nightshift.onnx.ModelTensors;
import io.nightshift.onnx.ModelTensors.ModelTensor;
import io.nightshift.onnx.OnnxInspector;
import io.nightshift.registry.ModelSignature.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model as it lies on disk: its signature, its model file, already inspected, and the checksums of all its files.
 * Immutable; says what the files were when it was opened.
 */
public final class ModelFolder {

    public static final String DEFINITION = "model.yaml";

    private final Path path;
    private final ModelSignature signature;
    private final String definitionText;
    private final Map<String, String> checksums;
    private final ModelTensors tensors;
    private final @Nullable GoldenRows golden;

    private ModelFolder(
            Path path,
            ModelSignature signature,
            String definitionText,
            Map<String, String> checksums,
            ModelTensors tensors,
            @Nullable GoldenRows golden) {
        this.path = path;
        this.signature = signature;
        this.definitionText = definitionText;
        this.checksums = Map.copyOf(checksums);
        this.tensors = tensors;
        this.golden = golden;
    }

    /**
     * Opens the folder a reference names, relative to a base folder, and reads everything but the model's weights.
     *
     * @throws NightshiftException MODEL_UNKNOWN where there is no such folder or no model.yaml in it, DEFINITION_INVALID
     *     with every problem of the model.yaml, MODEL_INVALID for a model file that is damaged or not allowed
     */
    public static ModelFolder open(ModelReference reference, Path base) {
        Path folder = locate(reference, base);
        Path definition = folder.resolve(DEFINITION);
        Problems problems = new Problems();
        Document document = Document.read(definition, problems);
        problems.throwIfAny();
        SideFiles files = new SideFiles(folder);
        ModelSignature written =
                document == null ? null : new SignatureFormat(files).format().read(document.root(), problems);
        problems.throwIfAny();
        if (document == null || written == null) {
            throw new NightshiftException(FailureCode.DEFECT, definition + " gave no signature and no problem");
        }
        ModelTensors tensors = inspect(files.require(written.file()));
        ModelSignature signature = withAllColumns(written, tensors);
        GoldenRows golden = signature.golden() == null
                ? null
                : GoldenRows.read(files.require(signature.golden()), signature.inputs());
        Map<String, String> checksums = new TreeMap<>(files.checksums());
        checksums.put(DEFINITION, document.sha256());
        return new ModelFolder(folder, signature, document.text(), checksums, tensors, golden);
    }

    /** The JSON Schema of a model.yaml, for editors. */
    public static Map<String, Object> schema() {
        return new SignatureFormat(new SideFiles(Path.of(""))).format().schema();
    }

    /** The folder, with its links resolved. */
    public Path path() {
        return path;
    }

    public Path modelFile() {
        return path.resolve(signature.file());
    }

    public ModelSignature signature() {
        return signature;
    }

    /** The exact text of the model.yaml. */
    public String definitionText() {
        return definitionText;
    }

    /** The SHA-256 of the model.yaml and of every file it names, by name, in lower case hexadecimal digits. */
    public Map<String, String> checksums() {
        return checksums;
    }

    /** The SHA-256 of the model file. */
    public String modelChecksum() {
        return checksums.getOrDefault(signature.file(), "");
    }

    /** What the model file says it takes and gives. */
    public ModelTensors tensors() {
        return tensors;
    }

    /** The rows with expected outputs, or null where the model has none. */
    public @Nullable GoldenRows golden() {
        return golden;
    }

    /** The columns that scoring adds, in the order of the signature. */
    public Schema outputSchema() {
        List<Field> fields = new ArrayList<>();
        for (Output output : signature.outputs()) {
            ColumnType type = output.type().columnType();
            ColumnType columnType = output.labels().isEmpty() ? type : ColumnType.of(ColumnType.Kind.STRING);
            output.columns().forEach(column -> fields.add(new Field(column, columnType, false)));
            if (output.probability() != null) {
                fields.add(new Field(output.probability(), type, false));
            }
        }
        return new Schema(fields);
    }

    /** @throws NightshiftException MODEL_INVALID where the model file is no longer the one that was opened */
    public void verifyUnchanged() {
        try {
            String now = SideFiles.sha256(modelFile());
            if (!now.equals(modelChecksum())) {
                throw invalid("the model file has changed since it was opened: its SHA-256 was " + modelChecksum()
                        + " and is " + now + "; nothing was scored with it");
            }
        } catch (IOException e) {
            throw new NightshiftException(
                    FailureCode.MODEL_INVALID,
                    "the model file cannot be read again: " + e,
                    modelFile().toString(),
                    e);
        }
    }

    private NightshiftException invalid(String message) {
        return new NightshiftException(
                FailureCode.MODEL_INVALID, message, modelFile().toString(), null);
    }

    /**
     * Checks that a reference names a model, without reading it.
     *
     * @throws NightshiftException MODEL_UNKNOWN where there is no such folder or no model.yaml in it
     */
    public static void requireKnown(ModelReference reference, Path base) {
        locate(reference, base);
    }

    private static Path locate(ModelReference reference, Path base) {
        String text = reference.text();
        if (text.startsWith("models:")) {
            throw unknown(text, "models are named by their folder, such as sample-data/models/flight-delay");
        }
        Path folder;
        try {
            folder = base.resolve(text).toRealPath();
        } catch (IOException | IllegalArgumentException e) {
            throw unknown(text, "there is no folder " + safe(base, text) + neighbours(base, text));
        }
        if (!Files.isDirectory(folder)) {
            throw unknown(text, folder + " is a file; a model is named by the folder that holds its " + DEFINITION);
        }
        if (!Files.isRegularFile(folder.resolve(DEFINITION))) {
            throw unknown(text, "the folder " + folder + " has no " + DEFINITION);
        }
        return folder;
    }

    private static String safe(Path base, String text) {
        String folder = base.toAbsolutePath().normalize().toString();
        try {
            return Path.of(folder).resolve(text).normalize().toString();
        } catch (InvalidPathException e) {
            return folder + "/" + text;
        }
    }

    /** Folders with a model.yaml beside the one that is not there. */
    private static String neighbours(Path base, String text) {
        try {
            Path wanted = base.resolve(text).normalize();
            Path parent = wanted.getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                return "";
            }
            try (Stream<Path> entries = Files.list(parent)) {
                List<String> names = entries.filter(entry -> Files.isRegularFile(entry.resolve(DEFINITION)))
                        .map(entry -> entry.getFileName().toString())
                        .sorted()
                        .toList();
                String listed = names.isEmpty() ? "" : "; models beside it: " + String.join(", ", names);
                return listed + Suggestion.suffix(wanted.getFileName().toString(), names);
            }
        } catch (IOException | IllegalArgumentException e) {
            return "";
        }
    }

    private static NightshiftException unknown(String text, String message) {
        return new NightshiftException(FailureCode.MODEL_UNKNOWN, "unknown model '" + text + "': " + message);
    }

    private static ModelTensors inspect(Path file) {
        try {
            return OnnxInspector.inspect(file);
        } catch (NightshiftException e) {
            throw e.at(file.toString());
        } catch (IOException e) {
            throw new NightshiftException(
                    FailureCode.MODEL_INVALID, "the model file cannot be read: " + e, file.toString(), e);
        }
    }

    /** Gives an output of several elements that has one column name a column for each element. */
    private static ModelSignature withAllColumns(ModelSignature signature, ModelTensors tensors) {
        List<Output> outputs = signature.outputs().stream()
                .map(output -> {
                    long width = tensors.output(output.tensor())
                            .map(ModelFolder::elements)
                            .orElse(1L);
                    if (output.columns().size() > 1 || !output.labels().isEmpty() || width <= 1 || width > 100_000) {
                        return output;
                    }
                    String column = output.columns().get(0);
                    List<String> columns = IntStream.range(0, (int) width)
                            .mapToObj(element -> column + "_" + element)
                            .toList();
                    return new Output(output.tensor(), columns, output.type(), output.range(), List.of(), null);
                })
                .toList();
        return new ModelSignature(
                signature.name(),
                signature.engine(),
                signature.file(),
                signature.inputs(),
                outputs,
                signature.golden());
    }

    private static long elements(ModelTensor tensor) {
        long[] shape = tensor.shape();
        return shape != null && shape.length == 2 ? shape[1] : 1;
    }
}

package io.nightshift.score;

import io.nightshift.onnx.OnnxBytes;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders with tiny models made for a test. */
public final class TensorModels {

    private TensorModels() {}

    /** A model folder whose definition is {@code name: m} and {@code file: model.onnx}, then the given lines. */
    public static Path write(Path folder, OnnxBytes graph, String definition) {
        try {
            Files.createDirectories(folder);
            OnnxBytes.model(graph).write(folder.resolve("model.onnx"));
            Files.writeString(folder.resolve("model.yaml"), "name: m\nfile: model.onnx\n" + definition);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LoadedModel load(Path folder, OnnxBytes graph, String definition) {
        write(folder, graph, definition);
        return LoadedModel.load(
                ModelFolder.open(new ModelReference(folder.toString()), Path.of("")),
                DeviceChoice.cpu(),
                ThreadPlan.of(1, 1));
    }
}

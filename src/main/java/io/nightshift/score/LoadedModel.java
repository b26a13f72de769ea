package io.nightshift.score;

import ai.djl.Device;
import ai.djl.Model;
import io.nightshift.data.Schema;
import io.nightshift.failure.NightshiftException;
import io.nightshift.feature.FeatureTensor;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelSignature;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A model in memory on one device, checked against its signature and its golden rows. Shared by all workers of a run;
 * thread-safe. Whoever loads it closes it, after the last of its scorers.
 */
public final class LoadedModel implements AutoCloseable {

    private final ModelFolder folder;
    private final Device device;
    private final Model model;
    private final Schema outputSchema;
    private final Semaphore turns;
    private long loadNanos;

    private LoadedModel(ModelFolder folder, Device device, Model model, ThreadPlan threads) {
        this.folder = folder;
        this.device = device;
        this.model = model;
        this.outputSchema = folder.outputSchema();
        this.turns = new Semaphore(threads.scorers());
    }

    /**
     * Loads a model.
     *
     * @param threads how many batches are scored at once, and with how many threads each
     * @throws NightshiftException DEVICE_UNAVAILABLE, MODEL_SIGNATURE_MISMATCH, MODEL_INVALID or GOLDEN_MISMATCH
     */
    public static LoadedModel load(ModelFolder folder, DeviceChoice choice, ThreadPlan threads) {
        long start = System.nanoTime();
        TensorCheck.check(folder);
        Device device = Devices.resolve(choice);
        LoadedModel loaded =
                new LoadedModel(folder, device, OnnxEngine.load(folder, device, threads.intraOpThreads()), threads);
        try {
            folder.verifyUnchanged();
            GoldenCheck.check(folder, loaded);
            loaded.loadNanos = System.nanoTime() - start;
            return loaded;
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    public ModelSignature signature() {
        return folder.signature();
    }

    /** The columns that scoring adds. */
    public Schema outputSchema() {
        return outputSchema;
    }

    /** Where it computes: {@code cpu} or {@code gpu:0}. */
    public String device() {
        return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }

    /** Nanoseconds that loading and checking took. */
    public long loadNanos() {
        return loadNanos;
    }

    /**
     * A scorer for one worker.
     *
     * @param input the schema of the batches it will get
     * @param key the columns whose values name a row; a row where one is null is rejected
     * @param batchRows most rows of a batch
     * @throws NightshiftException SCHEMA_MISMATCH where the model's features do not fit the schema
     */
    public BatchScorer newScorer(Schema input, List<String> key, int batchRows) {
        return new BatchScorer(this, input, key, batchRows);
    }

    /** Held while a batch is scored. */
    Semaphore turns() {
        return turns;
    }

    EngineSession newSession(List<FeatureTensor> tensors) {
        return new EngineSession(model, tensors, folder.tensors());
    }

    @Override
    public void close() {
        model.close();
    }
}

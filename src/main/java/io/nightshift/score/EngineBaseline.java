package io.nightshift.score;

import ai.djl.Device;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.feature.FeatureCompiler;
import io.nightshift.feature.FeatureTensor;
import io.nightshift.feature.RejectedRows;
import io.nightshift.registry.ModelFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The engine alone, by its own interface and without DJL: the same model on rows whose features lie ready in memory. No job
 * can be faster. Fill it from one thread, then measure.
 */
public final class EngineBaseline {

    private final ModelFolder folder;
    private final Device device;
    private final List<FeatureTensor> tensors;
    private final List<ByteBuffer> stores = new ArrayList<>();
    private final int capacity;
    private int rows;

    /**
     * Makes room for rows.
     *
     * @param choice where to compute
     * @param capacity how many rows to keep
     * @throws NightshiftException DEVICE_UNAVAILABLE
     */
    public EngineBaseline(ModelFolder folder, DeviceChoice choice, Schema input, int batchRows, int capacity) {
        this.folder = folder;
        this.device = Devices.resolve(choice);
        this.tensors = FeatureCompiler.compile(folder.signature(), input, batchRows);
        this.capacity = capacity;
        for (FeatureTensor tensor : tensors) {
            stores.add(ByteBuffer.allocateDirect(Math.multiplyExact(capacity, rowBytes(tensor)))
                    .order(ByteOrder.nativeOrder()));
        }
    }

    /** Keeps the features of a batch's rows; false once there is no room for more. */
    public boolean add(RecordBatch batch) {
        int taken = Math.min(batch.rows(), capacity - rows);
        RejectedRows rejected = new RejectedRows(Math.max(1, batch.rows()));
        for (int i = 0; i < tensors.size(); i++) {
            FeatureTensor tensor = tensors.get(i);
            tensor.fill(batch, rejected);
            tensor.flush(batch.rows(), rejected);
            stores.get(i).put(rows * rowBytes(tensor), tensor.buffer(), 0, taken * rowBytes(tensor));
        }
        rows += taken;
        return rows < capacity;
    }

    /** How many rows it keeps. */
    public int rows() {
        return rows;
    }

    /**
     * Scores the kept rows again and again.
     *
     * @param threads each with one engine thread
     * @param batchRows rows of one call; times the threads no more than there are rows
     * @param nanos at least so long
     * @return rows a second, all threads together
     */
    public double rowsPerSecond(int threads, int batchRows, long nanos) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (OrtSession.SessionOptions options = OnnxEngine.options(device)) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            try (OrtSession session =
                    environment.createSession(folder.modelFile().toString(), options)) {
                List<Callable<Double>> workers = new ArrayList<>();
                for (int worker = 0; worker < threads; worker++) {
                    workers.add(worker(environment, session, worker, threads, batchRows, nanos));
                }
                double rate = 0;
                for (Future<Double> result : pool.invokeAll(workers)) {
                    rate += result.get();
                }
                return rate;
            }
        } catch (OrtException | ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(e);
        } finally {
            pool.shutdownNow();
        }
    }

    private Callable<Double> worker(
            OrtEnvironment environment, OrtSession session, int worker, int threads, int batchRows, long nanos) {
        return () -> {
            List<Map<String, OnnxTensor>> batches = new ArrayList<>();
            try {
                for (int from = worker * batchRows; from + batchRows <= rows; from += threads * batchRows) {
                    batches.add(slice(environment, from, batchRows));
                }
                return score(session, batches, batchRows, nanos);
            } finally {
                batches.forEach(batch -> batch.values().forEach(OnnxTensor::close));
            }
        };
    }

    private static double score(OrtSession session, List<Map<String, OnnxTensor>> batches, int batchRows, long nanos)
            throws OrtException {
        long scored = 0;
        long start = System.nanoTime();
        long elapsed = 0;
        for (int next = 0; elapsed < nanos; next = (next + 1) % batches.size()) {
            session.run(batches.get(next)).close();
            scored += batchRows;
            elapsed = System.nanoTime() - start;
        }
        return scored * 1e9 / elapsed;
    }

    private Map<String, OnnxTensor> slice(OrtEnvironment environment, int from, int batchRows) throws OrtException {
        Map<String, OnnxTensor> batch = new HashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            FeatureTensor tensor = tensors.get(i);
            int rowBytes = rowBytes(tensor);
            ByteBuffer bytes =
                    stores.get(i).slice(from * rowBytes, batchRows * rowBytes).order(ByteOrder.nativeOrder());
            long[] shape = folder.tensors()
                    .input(tensor.name())
                    .map(declared -> declared.shape())
                    .filter(declared -> declared.length == 1)
                    .map(declared -> new long[] {batchRows})
                    .orElse(new long[] {batchRows, tensor.width()});
            OnnxTensor view =
                    switch (tensor.type()) {
                        case FLOAT32 -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
                        case FLOAT64 -> OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
                        case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
                        case INT32 -> OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
                        case BOOLEAN -> OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.BOOL);
                    };
            batch.put(tensor.name(), view);
        }
        return batch;
    }

    private static int rowBytes(FeatureTensor tensor) {
        return tensor.width() * tensor.type().bytes();
    }

    private NightshiftException failed(Exception cause) {
        return new NightshiftException(
                FailureCode.SCORING_FAILED,
                "measuring the engine alone with the model '"
                        + folder.signature().name() + "' failed: " + OnnxEngine.rootMessage(cause),
                cause);
    }
}

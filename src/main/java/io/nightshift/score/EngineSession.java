package io.nightshift.score;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.nightshift.feature.FeatureTensor;
import io.nightshift.onnx.ModelTensors;
import io.nightshift.onnx.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One worker's way into a loaded model. Input tensors are views of the workers' feature buffers and stay as long as the
 * number of rows does, so that a batch costs the engine's call and little else; a translator and predictor would make and
 * close them, and two memory managers, for every batch. Not thread-safe.
 */
final class EngineSession implements AutoCloseable {

    private final Block block;
    private final NDManager manager;
    private final ParameterStore parameters;
    private final List<FeatureTensor> tensors;
    private final boolean[] flat;
    private NDList inputs = new NDList();
    private int rows = -1;

    EngineSession(Model model, List<FeatureTensor> tensors, ModelTensors declared) {
        this.block = model.getBlock();
        this.manager = model.getNDManager().newSubManager();
        this.parameters = new ParameterStore(manager, false);
        this.tensors = tensors;
        this.flat = new boolean[tensors.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = declared.input(tensors.get(i).name())
                    .map(ModelTensors.ModelTensor::shape)
                    .map(shape -> shape.length == 1)
                    .orElse(false);
        }
    }

    /** Runs the model on the first rows of the feature buffers; the caller closes the outputs. */
    NDList run(int batchRows) {
        if (batchRows != rows) {
            view(batchRows);
        }
        return block.forward(parameters, inputs, false);
    }

    private void view(int batchRows) {
        inputs.close();
        rows = -1;
        NDList views = new NDList(tensors.size());
        for (int i = 0; i < tensors.size(); i++) {
            FeatureTensor tensor = tensors.get(i);
            ByteBuffer buffer = tensor.buffer().duplicate().order(ByteOrder.nativeOrder());
            buffer.position(0).limit(batchRows * tensor.width() * tensor.type().bytes());
            Shape shape = flat[i] ? new Shape(batchRows) : new Shape(batchRows, tensor.width());
            NDArray view = manager.create(buffer, shape, dataType(tensor.type()));
            view.setName(tensor.name());
            views.add(view);
        }
        inputs = views;
        rows = batchRows;
    }

    static DataType dataType(TensorType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT64 -> DataType.FLOAT64;
            case INT64 -> DataType.INT64;
            case INT32 -> DataType.INT32;
            case BOOLEAN -> DataType.BOOLEAN;
        };
    }

    @Override
    public void close() {
        manager.close();
    }
}

package io.nightshift.score;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.registry.ModelSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processors and GPUs that the engine can compute on here. */
final class Devices {

    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

    private Devices() {}

    /** @throws NightshiftException DEVICE_UNAVAILABLE naming the devices there are, and why not the one asked for */
    static Device resolve(DeviceChoice choice) {
        OnnxEngine.restrain();
        if (choice.kind() == DeviceChoice.Kind.CPU
                || (choice.kind() == DeviceChoice.Kind.AUTO && !OnnxRuntime.WITH_CUDA)) {
            return Device.cpu();
        }
        // There is one environment of the library in a process, and nothing can be asked before: DJL makes it as it
        // needs it.
        Engine.getEngine(ModelSignature.ONNX_RUNTIME);
        int gpus = OnnxRuntime.WITH_CUDA ? CudaUtils.getGpuCount() : 0;
        Device gpu = Device.gpu(choice.index());
        String obstacle = choice.index() < gpus ? obstacle(gpu) : missing(gpus);
        if (obstacle == null) {
            return gpu;
        }
        if (choice.kind() == DeviceChoice.Kind.AUTO) {
            LOG.warn("computing on the processor: {}", obstacle);
            return Device.cpu();
        }
        throw new NightshiftException(
                FailureCode.DEVICE_UNAVAILABLE,
                "the device " + choice + " was asked for, but there are: " + String.join(", ", names(gpus)) + " ("
                        + obstacle + "). Nothing was scored");
    }

    /** Lets sessions with these options compute on a device that {@link #resolve} gave. */
    static void use(Device device, OrtSession.SessionOptions options) throws OrtException {
        if (!device.isGpu()) {
            return;
        }
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.getDeviceId())) {
            // By default products are computed from numbers of ten bits, and golden rows miss by the fourth digit.
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
        }
    }

    private static String missing(int gpus) {
        if (!OnnxRuntime.WITH_CUDA) {
            return "this build of ONNX Runtime has no GPU support";
        }
        return gpus == 0 ? "CUDA's runtime library is missing or finds no GPU" : "there is no such number";
    }

    /** Why the engine cannot use a GPU that is there: most often a library that is missing. */
    private static @Nullable String obstacle(Device gpu) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            use(gpu, options);
            return null;
        } catch (OrtException e) {
            return "the engine cannot use the GPU: " + OnnxEngine.rootMessage(e);
        }
    }

    private static List<String> names(int gpus) {
        List<String> names = new ArrayList<>(List.of("cpu"));
        IntStream.range(0, gpus).forEach(gpu -> names.add("gpu:" + gpu));
        return names;
    }

    /** Asked for once: the library is loaded for it. */
    private static final class OnnxRuntime {

        static final boolean WITH_CUDA = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }
}

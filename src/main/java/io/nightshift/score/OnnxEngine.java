package io.nightshift.score;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * DJL's ONNX engine, kept on a short lead: no downloads, no telemetry, no second engine, and a model is loaded from one file
 * with options fixed here, never from a folder whose side files could change them.
 */
final class OnnxEngine {

    private OnnxEngine() {}

    /** Must run before any class of DJL is touched: DJL reads these once. */
    static void restrain() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.onnx.disable_alternative", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    /** @throws NightshiftException MODEL_INVALID where the engine refuses the file */
    static Model load(ModelFolder folder, Device device, int intraOpThreads) {
        restrain();
        Path file = folder.modelFile();
        Model model = Model.newInstance(folder.signature().name(), device, ModelSignature.ONNX_RUNTIME);
        try {
            OrtEnvironment.getEnvironment().setTelemetry(false);
            model.load(
                    file,
                    null,
                    Map.of(
                            "sessionOptions",
                            quietOptions(),
                            "intraOpNumThreads",
                            Integer.toString(intraOpThreads),
                            "interOpNumThreads",
                            "1"));
            return model;
        } catch (IOException | MalformedModelException | OrtException | EngineException e) {
            model.close();
            throw new NightshiftException(
                    FailureCode.MODEL_INVALID,
                    "ONNX Runtime cannot load the model '" + folder.signature().name() + "' on " + device + ": "
                            + rootMessage(e),
                    file.toString(),
                    e);
        }
    }

    /** What the engine would write to the error stream is in the exceptions that it throws. DJL closes the options. */
    private static OrtSession.SessionOptions quietOptions() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        return options;
    }

    /** @throws NightshiftException DEVICE_UNAVAILABLE naming the devices there are */
    static Device resolve(DeviceChoice choice) {
        restrain();
        if (choice.kind() == DeviceChoice.Kind.CPU) {
            return Device.cpu();
        }
        int gpus = gpus();
        if (choice.kind() == DeviceChoice.Kind.AUTO) {
            return gpus > 0 ? Device.gpu(0) : Device.cpu();
        }
        if (choice.index() < 0 || choice.index() >= gpus) {
            throw new NightshiftException(
                    FailureCode.DEVICE_UNAVAILABLE,
                    "the device " + choice + " was asked for, but there are: " + String.join(", ", names(gpus))
                            + (hasCuda() ? "" : " (this build of ONNX Runtime has no GPU support)")
                            + ". Nothing was scored");
        }
        return Device.gpu(choice.index());
    }

    private static int gpus() {
        return hasCuda() ? CudaUtils.getGpuCount() : 0;
    }

    private static boolean hasCuda() {
        return Providers.CUDA;
    }

    /** Asked for once: the library is loaded for it. */
    private static final class Providers {

        static final boolean CUDA = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    private static List<String> names(int gpus) {
        List<String> names = new ArrayList<>(List.of("cpu"));
        IntStream.range(0, gpus).forEach(gpu -> names.add("gpu:" + gpu));
        return names;
    }

    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}

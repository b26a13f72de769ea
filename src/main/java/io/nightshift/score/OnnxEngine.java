package io.nightshift.score;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.registry.ModelFolder;
import io.nightshift.registry.ModelSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

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
        // The device is in the options: for a GPU, DJL would add its own, which cannot be set.
        Model model = Model.newInstance(folder.signature().name(), Device.cpu(), ModelSignature.ONNX_RUNTIME);
        try {
            OrtEnvironment.getEnvironment().setTelemetry(false);
            model.load(
                    file,
                    null,
                    Map.of(
                            // DJL closes them.
                            "sessionOptions",
                            options(device),
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

    /** For a device that can be used here. What the engine would write to the error stream is in the exceptions that it throws. */
    static OrtSession.SessionOptions options(Device device) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            Devices.use(device, options);
            return options;
        } catch (OrtException e) {
            options.close();
            throw e;
        }
    }

    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}

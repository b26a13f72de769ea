package io.nightshift.onnx;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.onnx.ModelTensors.ModelTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ONNX file before the engine does, and refuses what a batch scorer must not load: data in other files,
 * operators from outside ONNX Runtime, outputs that are no tensors, and graphs made to exhaust memory or stack.
 *
 * <p>A protobuf message may be split over repeated fields; each part is inspected, so nothing hides in a second one.
 */
public final class OnnxInspector {

    static final int MOST_NODES = 1_000_000;
    static final int DEEPEST = 8;

    private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");
    /** Operators of an allowed domain that read other files. */
    private static final Set<String> FOREIGN_OPERATORS = Set.of("EPContext");

    private static final String WITHOUT_ZIPMAP = "; export the model without ZipMap: skl2onnx"
            + " convert_sklearn(..., options={'zipmap': False}), onnxmltools convert_lightgbm(..., zipmap=False)";

    private final Map<String, Body> functions = new HashMap<>();
    private final Set<String> foreignDomains = new HashSet<>();
    private final Set<String> initialised = new HashSet<>();
    private final List<ModelTensor> inputs = new ArrayList<>();
    private final List<ModelTensor> outputs = new ArrayList<>();
    private int nodes;
    private boolean hasGraph;

    private OnnxInspector() {}

    /**
     * The tensors of a model file.
     *
     * @throws NightshiftException MODEL_INVALID for a file that is damaged or not allowed
     */
    public static ModelTensors inspect(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw invalid("the model file has " + channel.size() + " bytes; an ONNX file has at most 2 GiB");
            }
            return inspect(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    static ModelTensors inspect(ByteBuffer file) {
        return new OnnxInspector().model(new ProtobufReader(file));
    }

    private ModelTensors model(ProtobufReader model) {
        Body main = new Body();
        while (model.next()) {
            switch (model.field()) {
                case 7 -> {
                    hasGraph = true;
                    graph(model.message(), 1, main);
                }
                case 20 -> throw invalid("the model file holds training graphs; export the model for inference");
                case 25 -> function(model.message());
                default -> model.skip();
            }
        }
        if (!hasGraph) {
            throw invalid("the model file is damaged, cut off or no ONNX file: it has no graph");
        }
        checkDomains();
        if (size(main, 0) > MOST_NODES) {
            throw invalid("the model has more than " + MOST_NODES + " nodes with its functions written out");
        }
        inputs.removeIf(tensor -> initialised.contains(tensor.name()));
        return new ModelTensors(inputs, outputs);
    }

    private void function(ProtobufReader function) {
        String name = "";
        String domain = "";
        Body body = new Body();
        while (function.next()) {
            switch (function.field()) {
                case 1 -> name = function.text();
                case 7 -> node(function.message(), 1, body);
                case 10 -> domain = function.text();
                case 11 -> attribute(function.message(), 1, body);
                default -> function.skip();
            }
        }
        functions.merge(domain + ":" + name, body, Body::and);
    }

    private void graph(ProtobufReader graph, int depth, Body body) {
        if (depth > DEEPEST) {
            throw invalid("the model nests graphs deeper than " + DEEPEST);
        }
        while (graph.next()) {
            switch (graph.field()) {
                case 1 -> node(graph.message(), depth, body);
                case 5 -> {
                    String name = tensor(graph.message());
                    if (depth == 1) {
                        initialised.add(name);
                    }
                }
                case 11 -> port(graph, depth, inputs);
                case 12 -> port(graph, depth, outputs);
                case 15 -> {
                    String name = sparseTensor(graph.message());
                    if (depth == 1) {
                        initialised.add(name);
                    }
                }
                default -> graph.skip();
            }
        }
    }

    private static void port(ProtobufReader graph, int depth, List<ModelTensor> ports) {
        if (depth == 1) {
            ports.add(OnnxPort.read(graph.message(), WITHOUT_ZIPMAP));
        } else {
            graph.skip();
        }
    }

    private void node(ProtobufReader node, int depth, Body body) {
        if (++nodes > MOST_NODES) {
            throw invalid("the model has more than " + MOST_NODES + " nodes");
        }
        String operator = "";
        String domain = "";
        while (node.next()) {
            switch (node.field()) {
                case 4 -> operator = node.text();
                case 5 -> attribute(node.message(), depth, body);
                case 7 -> domain = node.text();
                default -> node.skip();
            }
        }
        if (operator.equals("ZipMap")) {
            throw invalid("the model ends in ZipMap, whose output is a list of maps and no tensor" + WITHOUT_ZIPMAP);
        }
        if (FOREIGN_OPERATORS.contains(operator)) {
            throw invalid("the operator " + operator + " reads other files, which is not allowed");
        }
        String call = domain + ":" + operator;
        if (!DOMAINS.contains(domain)) {
            foreignDomains.add(call);
        }
        body.nodes++;
        body.calls.merge(call, 1, Integer::sum);
    }

    private void attribute(ProtobufReader attribute, int depth, Body body) {
        while (attribute.next()) {
            switch (attribute.field()) {
                case 5, 10 -> tensor(attribute.message());
                case 6, 11 -> graph(attribute.message(), depth + 1, body);
                case 22, 23 -> sparseTensor(attribute.message());
                default -> attribute.skip();
            }
        }
    }

    private static String sparseTensor(ProtobufReader sparse) {
        String name = "";
        while (sparse.next()) {
            switch (sparse.field()) {
                case 1 -> name = tensor(sparse.message());
                case 2 -> tensor(sparse.message());
                default -> sparse.skip();
            }
        }
        return name;
    }

    private static String tensor(ProtobufReader tensor) {
        OnnxTensorHeader header = new OnnxTensorHeader();
        header.read(tensor);
        return header.name();
    }

    private void checkDomains() {
        for (String call : foreignDomains) {
            if (!functions.containsKey(call)) {
                int colon = call.lastIndexOf(':');
                throw invalid("the operator " + call.substring(colon + 1) + " is of the domain '"
                        + call.substring(0, colon) + "'; allowed are ai.onnx, ai.onnx.ml, com.microsoft and functions"
                        + " that the model file defines itself");
            }
        }
    }

    /** Nodes with all function calls written out; the depth limit ends a function that calls itself. */
    private long size(Body body, int depth) {
        if (depth > DEEPEST) {
            throw invalid("the model's functions call each other deeper than " + DEEPEST);
        }
        if (body.size == null) {
            long size = body.nodes;
            for (Map.Entry<String, Integer> call : body.calls.entrySet()) {
                Body called = functions.get(call.getKey());
                if (called != null) {
                    size = Math.min(MOST_NODES + 1L, size + call.getValue() * size(called, depth + 1));
                }
            }
            body.size = size;
        }
        return body.size;
    }

    private static NightshiftException invalid(String message) {
        return new NightshiftException(FailureCode.MODEL_INVALID, message);
    }

    /** What a graph or function calls, its subgraphs included. */
    private static final class Body {

        private final Map<String, Integer> calls = new HashMap<>();
        private long nodes;
        private @Nullable Long size;

        Body and(Body other) {
            other.calls.forEach((call, count) -> calls.merge(call, count, Integer::sum));
            nodes += other.nodes;
            return this;
        }
    }
}

package io.nightshift.cli;

import io.nightshift.onnx.OnnxBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the files of {@code examples/pump-failure} that are no text: the input and the model, a logistic regression. */
final class PumpExample {

    static final Path FOLDER = Path.of("examples/pump-failure");

    private static final List<String> KINDS = List.of("gear", "screw", "centrifugal");
    private static final float[] WEIGHTS = {1.2f, 3f, 0.4f, -0.2f, 0.1f};
    private static final float BIAS = -2.5f;
    private static final double MEAN = 60;
    private static final double DEVIATION = 12;
    private static final double MISSING_VIBRATION = 0.2;

    private PumpExample() {}

    /** 1,000 readings of pumps: some without a vibration, four of a kind that the model does not know. */
    static void writeInput() throws SQLException {
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
            duckdb.createStatement()
                    .execute("COPY (SELECT i::BIGINT AS pump_id, DATE '2026-01-01' + (i % 30)::INTEGER AS day,"
                            + " 40 + (i * 37 % 400) / 10.0::DOUBLE AS temperature,"
                            + " CASE WHEN i % 50 <> 0 THEN (i * 13 % 100) / 100.0::DOUBLE END AS vibration,"
                            + " CASE WHEN i % 250 = 0 THEN 'piston' ELSE ['gear', 'screw', 'centrifugal'][1 + i % 3]"
                            + " END AS kind FROM range(1, 1001) t(i)) TO '" + FOLDER.resolve("pumps.parquet")
                            + "' (FORMAT parquet)");
        }
    }

    static byte[] model() {
        return OnnxBytes.model(OnnxBytes.graph()
                        .node("MatMul", "", "features weights", "product")
                        .node("Add", "", "product bias", "score")
                        .node("Sigmoid", "", "score", "probability")
                        .constant("weights", new int[] {WEIGHTS.length, 1}, WEIGHTS)
                        .constant("bias", new int[] {1}, BIAS)
                        .input("features", OnnxBytes.FLOAT, 0, WEIGHTS.length)
                        .output("probability", OnnxBytes.FLOAT, 0, 1))
                .toByteArray();
    }

    /** The model's formula, in double precision. */
    static double probability(double temperature, Double vibration, String kind) {
        double score = BIAS
                + WEIGHTS[0] * (temperature - MEAN) / DEVIATION
                + WEIGHTS[1] * (vibration == null ? MISSING_VIBRATION : vibration)
                + WEIGHTS[2 + KINDS.indexOf(kind)];
        return 1 / (1 + Math.exp(-score));
    }

    private static String golden() {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            double temperature = 45 + 8 * i;
            Double vibration = i == 3 ? null : (Double) (i / 10.0);
            String kind = KINDS.get(i % KINDS.size());
            rows.add(String.format(
                    Locale.ROOT,
                    "    {\"input\": {\"temperature\": %s, \"vibration\": %s, \"kind\": \"%s\"}, \"expected\":"
                            + " {\"failure_probability\": %.9f}}",
                    temperature,
                    vibration,
                    kind,
                    probability(temperature, vibration, kind)));
        }
        return "{\n  \"tolerance\": 1e-6,\n  \"rows\": [\n" + String.join(",\n", rows) + "\n  ]\n}\n";
    }

    static void writeAll() throws IOException, SQLException {
        writeInput();
        Files.write(FOLDER.resolve("model/model.onnx"), model());
        Files.writeString(FOLDER.resolve("model/golden.json"), golden());
    }
}

package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scoring on a GPU; of a build for GPUs, on a machine with one. */
@Tag("gpu")
class GpuTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"flight-delay", "flight-delay-gbdt-large", "flight-delay-mlp"})
    void predictsWhatTheProcessorPredicts(String model) throws Exception {
        // A process that has computed on the processor before would find the GPU more easily.
        String onGpu = run(model, "gpu");
        String onCpu = run(model, "cpu");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet difference = duck.createStatement()
                        .executeQuery("select count(*), count(c.flight_id), count(g.flight_id),"
                                + " max(abs(c.delay_probability - g.delay_probability)) from '" + onCpu + "' c"
                                + " full join '" + onGpu + "' g using (flight_id)")) {
            assertThat(difference.next()).isTrue();
            assertThat(difference.getLong(1)).isEqualTo(200_000);
            assertThat(difference.getLong(2)).isEqualTo(200_000);
            assertThat(difference.getLong(3)).isEqualTo(200_000);
            assertThat(difference.getDouble(4)).isLessThan(1e-6);
        }
    }

    /** The result files of a run over the sample. */
    private String run(String model, String device) {
        Path home = folder.resolve(device);
        CommandRun run = CommandRun.inHome(
                home,
                "--output",
                "json",
                "run",
                "flight-delay",
                "--model",
                "sample-data/models/" + model,
                "--set",
                "compute.device=" + device,
                "--set",
                "output.parquet=" + home.resolve("out"));
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        String id = run.outJson().get("run").asString();
        CommandRun shown = CommandRun.inHome(home, "--output", "json", "runs", "show", id);
        assertThat(shown.outJson().get("snapshot").get("device").asString())
                .isEqualTo(device.equals("gpu") ? "gpu:0" : device);
        return home.resolve("out") + "/run=" + id + "/predictions/*.parquet";
    }

    @Test
    void choosesTheGpuByItself() {
        CommandRun run = CommandRun.inHome(folder, "--output", "json", "run", "flight-delay");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        CommandRun shown = CommandRun.inHome(
                folder,
                "--output",
                "json",
                "runs",
                "show",
                run.outJson().get("run").asString());
        assertThat(shown.outJson().get("snapshot").get("device").asString()).isEqualTo("gpu:0");
    }

    @Test
    void refusesAGpuThatIsNotThereAndNamesThoseThatAre() {
        CommandRun run =
                CommandRun.inHome(folder, "--output", "json", "run", "flight-delay", "--set", "compute.device=gpu:99");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errJson().get("code").asString()).isEqualTo("DEVICE_UNAVAILABLE");
        assertThat(run.errJson().get("message").asString()).contains("gpu:99", "cpu, gpu:0", "there is no such number");
    }
}

package io.nightshift;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nightshift's command line in a process of its own, as an operator starts it, so that a test may kill it. */
public final class NightshiftProcess {

    /** For a process that lives for seconds: the quick compiler, a small heap. */
    static final List<String> JVM_OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-Dai.djl.offline=true",
            "-Dai.djl.onnx.disable_alternative=true");

    private static final long DEADLINE_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    private NightshiftProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** What a finished process left. */
    public record Result(int exit, String out, String err) {

        public JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    /** Starts a command with its home, in the project's directory. */
    public static NightshiftProcess start(Path home, List<String> jvmOptions, String... arguments) {
        return startIn(Path.of(""), home, jvmOptions, arguments);
    }

    /** Starts a command with its home in a directory. */
    public static NightshiftProcess startIn(Path directory, Path home, List<String> jvmOptions, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(jvmOptions);
        command.addAll(ProductArchive.options());
        command.addAll(
                List.of("-cp", ProductArchive.classPath(), "io.nightshift.cli.Nightshift", "--home", home.toString()));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile(home.getParent(), "out", ".txt");
            Path err = Files.createTempFile(home.getParent(), "err", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(directory.toAbsolutePath().toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            return new NightshiftProcess(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. */
    public static Result run(Path home, String... arguments) throws InterruptedException {
        return start(home, List.of(), arguments).await();
    }

    /** Lets it work for a while, then kills it as {@code kill -9} does, if it has not ended before. */
    public Result killAfter(long milliseconds) throws InterruptedException {
        if (!process.waitFor(milliseconds, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        return await();
    }

    /** Skips a test where this process, and so each that it starts, ignores a signal: in a shell's background, or by nohup. */
    public static void assumeHeard(String signal) {
        Signal named = new Signal(signal);
        SignalHandler before = Signal.handle(named, SignalHandler.SIG_DFL);
        Signal.handle(named, before);
        assumeFalse(
                before.equals(SignalHandler.SIG_IGN),
                () -> "SIG" + signal + " is ignored here; run the tests in the foreground");
    }

    /** Sends a signal: TERM, INT (as Ctrl-C does), HUP. */
    public void signal(String name) throws InterruptedException {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Result await() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + DEADLINE_SECONDS + " s: " + read(err));
        }
        return new Result(process.exitValue(), read(out), read(err));
    }

    /** What it has printed so far on standard output. */
    public String outputSoFar() {
        return read(out);
    }

    /** What it has printed so far on standard error. */
    public String errorsSoFar() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

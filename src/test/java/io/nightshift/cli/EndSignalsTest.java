package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to a process of its own. */
final class EndSignalsTest {

    private static final int DONE = 7;

    /** What a process does that is told to end. */
    static final class Heeding {

        private Heeding() {}

        public static void main(String[] args) throws InterruptedException {
            EndSignals signals = new EndSignals(Heeding::told);
            signals.heed();
            if (args[0].equals("closed")) {
                signals.close();
            }
            System.out.println("begun");
            new CountDownLatch(1).await();
        }

        private static void told() {
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {}));
                System.out.println("at work");
            } catch (IllegalStateException ending) {
                System.out.println(ending.getMessage());
            }
            Runtime.getRuntime().halt(DONE);
        }
    }

    private static Process start(String how) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Heeding.class.getName(),
                        how)
                .redirectErrorStream(true)
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Once the JVM begins to end, libraries end themselves, and no model can be loaded or asked any more. */
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void theJvmGoesOnUntilWhoeverWasToldEndsIt(String name) throws Exception {
        NightshiftProcess.assumeHeard(name);
        Process process = start("heeding");
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("begun");
            signal(process, name);
            assertThat(out.readLine()).isEqualTo("at work");
            assertThat(process.waitFor()).isEqualTo(DONE);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void onceClosedASignalEndsTheProcess(String name, int exit) throws Exception {
        NightshiftProcess.assumeHeard(name);
        Process process = start("closed");
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("begun");
            signal(process, name);
            assertThat(out.readLine()).isNull();
            assertThat(process.waitFor()).isEqualTo(exit);
        }
    }
}

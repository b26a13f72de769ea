package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.NightshiftProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that serves says: in its log, and on its error stream. */
class ServeLogTest {

    private static final Pattern ALERT = Pattern.compile("WARN .* - alert [0-9a-f-]{36}: RUN_FAILED");
    private static final Pattern TOKEN = Pattern.compile("nst_\\S+");

    @TempDir
    Path folder;

    @Test
    void anAlertWithoutConfigurationIsInTheLogAndOnTheErrorStream() throws Exception {
        ServiceFolder service = ServiceFolder.embedded(folder, "");
        Files.writeString(
                service.jobs().resolve("small.yaml"),
                Files.readString(service.jobs().resolve("small.yaml")).replace("flights.parquet", "gone.parquet"));
        service.schedule("s", "every: 1s\noverlap: skip");
        NightshiftProcess process = service.serveIn("home");
        Path log = service.home("home").resolve("logs").resolve("serve.log");
        try {
            long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while (!(ALERT.matcher(read(log)).find()
                    && ALERT.matcher(process.errorsSoFar()).find())) {
                assertThat(process.isAlive()).as(process.errorsSoFar()).isTrue();
                assertThat(System.nanoTime())
                        .as("log: %s%nerror stream: %s", read(log), process.errorsSoFar())
                        .isLessThan(deadline);
            }
            assertThat(read(log)).as("what is no trouble").contains("endpoint listens url=");
            assertThat(process.errorsSoFar()).doesNotContain("endpoint listens");
            Matcher token = TOKEN.matcher(process.outputSoFar());
            assertThat(token.find()).isTrue();
            assertThat(read(log)).doesNotContain(token.group());
            process.signal("TERM");
            assertThat(process.await().exit()).isZero();
        } finally {
            process.killAfter(0);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}

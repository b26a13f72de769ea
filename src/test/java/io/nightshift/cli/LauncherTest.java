package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code nightshift} in a checkout of its own, whose Maven and Java are scripts too. */
class LauncherTest {

    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path checkout;

    private Path jar;

    @BeforeEach
    void checkOut() throws IOException {
        Files.copy(Path.of("nightshift"), checkout.resolve("nightshift"));
        Files.createDirectories(checkout.resolve("jdk/bin"));
        script("jdk/bin/java", "echo started");
        Files.writeString(checkout.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.createDirectories(checkout.resolve("src/main"));
        source(BUILT.minusSeconds(60));
        jar = Files.createDirectories(checkout.resolve("target")).resolve("nightshift.jar");
        Files.writeString(jar, "built");
        Files.setLastModifiedTime(jar, FileTime.from(BUILT));
    }

    @Test
    void startsWhatIsBuilt() throws Exception {
        script("mvnw", "exit 1");
        assertThat(launch()).isEqualTo("0 started\n");
    }

    @Test
    void buildsWhereASourceIsNewer() throws Exception {
        source(BUILT.plusSeconds(60));
        script("mvnw", "echo anew >target/nightshift.jar");
        assertThat(launch()).startsWith("0 ").contains("building").endsWith("started\n");
        assertThat(jar).hasContent("anew");
        assertThat(launch()).isEqualTo("0 started\n");
    }

    @Test
    void aBuildThatFailsStartsNothingAndIsTriedAgain() throws Exception {
        source(BUILT.plusSeconds(60));
        script("mvnw", "exit 1");
        for (int time = 0; time < 2; time++) {
            assertThat(launch()).startsWith("1 ").endsWith("the build failed; nothing was started\n");
        }
        script("mvnw", "echo anew >target/nightshift.jar");
        assertThat(launch()).startsWith("0 ").endsWith("started\n");
    }

    private void source(Instant modified) throws IOException {
        Path source = Files.writeString(checkout.resolve("src/main/Source.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(modified));
        Path pom = Files.writeString(checkout.resolve("pom.xml"), "");
        Files.setLastModifiedTime(pom, FileTime.from(BUILT.minusSeconds(60)));
        Files.setLastModifiedTime(checkout.resolve("src/main"), FileTime.from(BUILT.minusSeconds(60)));
    }

    private void script(String name, String command) throws IOException {
        Path script = Files.writeString(checkout.resolve(name), "#!/usr/bin/env bash\n" + command + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Exit code, and what it printed. */
    private String launch() throws Exception {
        ProcessBuilder command = new ProcessBuilder("bash", "nightshift", "--version")
                .directory(checkout.toFile())
                .redirectErrorStream(true);
        command.environment().keySet().removeIf(name -> name.startsWith("NIGHTSHIFT_"));
        command.environment().put("JAVA_HOME", checkout.resolve("jdk").toString());
        Process process = command.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes());
        return process.waitFor() + " " + printed;
    }
}

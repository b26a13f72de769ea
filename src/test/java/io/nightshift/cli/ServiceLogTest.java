package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How large the log of a service becomes. */
class ServiceLogTest {

    private static final Logger LOG = LoggerFactory.getLogger("io.nightshift.cli.ServiceLogTest");
    private static final int LARGEST = 4_000;
    private static final int LONGEST_LINE = 200;
    private static final List<String> OLDEST_FIRST =
            List.of("serve.4.log", "serve.3.log", "serve.2.log", "serve.1.log", "serve.log");

    @TempDir
    Path home;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new ByteArrayOutputStream(), err, false);
    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = home.resolve("100%d of %i (old)");
    }

    private void write(int from, int to) {
        try (ServiceLog log = new ServiceLog(terminal, LARGEST)) {
            log.writeTo(folder);
            IntStream.range(from, to).forEach(number -> LOG.info("line {}", number));
        }
    }

    private List<Integer> numbers(List<String> names) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String name : names) {
            for (String line : Files.readAllLines(folder.resolve(name))) {
                assertThat(line).matches(".* INFO .* - line \\d+").hasSizeLessThan(LONGEST_LINE);
                numbers.add(Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
            }
        }
        return numbers;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .toList();
        }
    }

    @Test
    void aFullFileMakesRoomAndTheNewestFourOlderOnesAreKept() throws Exception {
        write(0, 1_000);

        assertThat(files()).containsExactlyInAnyOrderElementsOf(OLDEST_FIRST);
        for (String name : OLDEST_FIRST) {
            long size = Files.size(folder.resolve(name));
            assertThat(size).as(name).isLessThan(LARGEST + LONGEST_LINE);
            if (!name.equals("serve.log")) {
                assertThat(size).as(name).isGreaterThanOrEqualTo(LARGEST);
            }
        }
        List<Integer> kept = numbers(OLDEST_FIRST);
        assertThat(kept)
                .as("the newest, each once, in order")
                .isEqualTo(IntStream.range(1_000 - kept.size(), 1_000).boxed().toList());
    }

    @Test
    void theNextProcessGoesOnWithTheFile() throws Exception {
        write(0, 10);
        write(10, 60);

        assertThat(files()).containsExactlyInAnyOrder("serve.1.log", "serve.log");
        assertThat(numbers(List.of("serve.1.log", "serve.log")))
                .isEqualTo(IntStream.range(0, 60).boxed().toList());
    }
}

package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A home that a process serves, and commands that ask that process. */
final class ServedHomeTest {

    private static final Pattern TOKEN = Pattern.compile("nst_\\S+");
    private static final Pattern ADDRESS = Pattern.compile("http://[0-9.:]+\\d");

    @TempDir
    private Path folder;

    private String url = "";
    private String token = "";

    @Test
    void aScheduleThatIsAppliedByCommandFiresWithoutANewStart() throws Exception {
        Path home = folder.resolve("home");
        NightshiftProcess service = NightshiftProcess.startIn(folder, home, List.of(), "serve", "--port", "0");
        await(() -> service.outputSoFar().contains("serving at"), service);
        url = found(ADDRESS, service.outputSoFar());
        token = found(TOKEN, service.outputSoFar());
        write("jobs/daily.yaml", """
                job: daily
                source: {parquet: {path: %1$s/flights.parquet, where: [{column: date, from: 2001-03-05, before: 2001-03-06}]}}
                key: [flight_id]
                model: %1$s/models/flight-delay
                output: {table: daily}
                """.formatted(Path.of("sample-data").toAbsolutePath()));
        write("schedules/often.yaml", "schedule: often\njob: daily\nevery: 3s\ntime_zone: UTC\noverlap: skip\n");

        CommandRun refused =
                CommandRun.of(Clock.systemUTC(), Map.of("NIGHTSHIFT_HOME", home.toString()), "schedules", "reload");
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).contains("serves at " + url, "--server " + url);

        assertThat(ask("schedules", "reload").get("changes").get(0).get("kind").asString())
                .isEqualTo("ADDED");
        await(() -> ask("runs", "--state", "COMPLETED").get("runs").size() > 0, service);
        JsonNode fires = ask("fires", "--schedule", "often").get("fires");
        JsonNode first = fires.get(fires.size() - 1);
        assertThat(first.get("outcome").asString()).as(fires.toString()).isEqualTo("FIRED");
        JsonNode node = ask("nodes").get("nodes").get(0);
        assertThat(node.get("address").asString()).isEqualTo(url);
        assertThat(node.get("alive").asBoolean()).isTrue();

        service.signal("TERM");
        assertThat(service.await().exit()).isZero();
        // Nothing had to be repaired: the trigger was set when the file was applied.
        CommandRun alerts = CommandRun.of(
                Clock.systemUTC(), Map.of("NIGHTSHIFT_HOME", home.toString()), "--output", "json", "alerts");
        assertThat(alerts.out()).doesNotContain("TRIGGER_REPAIRED");
    }

    private JsonNode ask(String... words) {
        List<String> command = new java.util.ArrayList<>(List.of("--output", "json", "--server", url));
        command.addAll(List.of(words));
        CommandRun run =
                CommandRun.of(Clock.systemUTC(), Map.of("NIGHTSHIFT_TOKEN", token), command.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.outJson();
    }

    private static void await(BooleanSupplier condition, NightshiftProcess service) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            assertThat(service.isAlive()).as(service.errorsSoFar()).isTrue();
            assertThat(System.nanoTime()).as(service.errorsSoFar()).isLessThan(deadline);
        }
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

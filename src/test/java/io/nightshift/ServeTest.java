package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as operators have it: a process of its own on PostgreSQL, schedules in files, everything else over HTTP. */
final class ServeTest {

    private static final Pattern TOKEN = Pattern.compile("nst_\\S+");
    private static final Pattern ADDRESS = Pattern.compile("http://[0-9.:]+");

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private String url = "";
    private String token = "";

    @Test
    void firesLaunchesStopsRestartsAndPublishes() throws Exception {
        String database = PostgresServer.newDatabase();
        write(
                "nightshift.yaml",
                "databases: {server: {url: '" + database + "', user: postgres, pool: 20}}\nmetadata: server\n"
                        + "queue: {workers: 2}\n");
        Path data = Path.of("sample-data").toAbsolutePath();
        write("jobs/daily.yaml", """
                job: daily
                parameters: {day: {type: date}}
                source:
                  parquet: {path: %1$s/flights.parquet, where: [{column: date, from: "${day}", before: "${day + 1d}"}]}
                key: [flight_id]
                model: %1$s/models/flight-delay
                output: {table: daily}
                """.formatted(data));
        // Small chunks, each a transaction, so that there is something to stop.
        write("jobs/slow.yaml", """
                job: slow
                source: {parquet: {path: %1$s/flights.parquet}}
                key: [flight_id]
                model: %1$s/models/flight-delay
                output: {table: slow}
                compute: {threads: 1, batch_rows: 256, chunk_rows: 256}
                """.formatted(data));
        write(
                "schedules/often.yaml",
                "schedule: often\njob: daily\nevery: 2s\ntime_zone: UTC\nparameters: {day: '2001-03-05'}\n");
        NightshiftProcess service =
                NightshiftProcess.startIn(folder, folder.resolve("home"), List.of(), "serve", "--port", "0");
        await(() -> ADDRESS.matcher(service.outputSoFar()).find(), service);
        url = found(ADDRESS, service.outputSoFar());
        token = found(TOKEN, service.outputSoFar());

        String first = scheduledRun();
        String slow = launchStopAndRestart();
        assertThat(one(database, "select count(*) || ' of ' || count(distinct run_id) from slow_current"))
                .isEqualTo("200000 of 1");
        assertThat(one(database, "select distinct run_id from slow_current")).isEqualTo(slow);

        post("schedules/often/pause", "{\"reason\": \"to look at the results\"}", 200);
        awaitJson("runs?job=daily&state=RUNNING", page -> page.get("runs").isEmpty());
        awaitJson("queue", page -> page.get("waiting").isEmpty());
        post("runs/" + first + "/publish", "{}", 200);
        assertThat(one(database, "select distinct run_id from daily_current")).isEqualTo(first);
        assertThat(
                        one(
                                database,
                                "select count(*) - count(distinct run_id) from nightshift_fire where outcome in ('FIRED', 'LATE')"))
                .as("fires without a run of their own")
                .isEqualTo("0");

        service.signal("TERM");
        NightshiftProcess.Result end = service.await();
        assertThat(end.exit()).as(end.err()).isZero();
    }

    private String scheduledRun() throws Exception {
        JsonNode page = awaitJson(
                "runs?job=daily&state=COMPLETED", found -> found.get("runs").size() >= 2);
        JsonNode runs = page.get("runs");
        JsonNode oldest = runs.get(runs.size() - 1);
        assertThat(oldest.get("rows").get("predicted").asInt()).isEqualTo(980);
        assertThat(oldest.get("tags").get("schedule").asString()).isEqualTo("often");
        return oldest.get("run").asString();
    }

    private String launchStopAndRestart() throws Exception {
        HttpResponse<String> launched = post("runs", "{\"job\": \"slow\"}", 202);
        String path = launched.headers().firstValue("Location").orElseThrow();
        String run = path.substring(path.lastIndexOf('/') + 1);
        awaitJson("runs/" + run, found -> found.get("state").asString().equals("RUNNING"));
        post("runs/" + run + "/stop", "{\"reason\": \"maintenance\"}", 202);
        awaitJson("runs/" + run, found -> found.get("state").asString().equals("STOPPED"));
        post("runs/" + run + "/restart", "{}", 202);
        JsonNode ended =
                awaitJson("runs/" + run, found -> found.get("state").asString().equals("COMPLETED"));
        assertThat(ended.get("attempt").asInt()).isEqualTo(2);
        return run;
    }

    private HttpResponse<String> post(String path, String body, int status) throws Exception {
        HttpResponse<String> answer = http.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
        return answer;
    }

    private JsonNode awaitJson(String path, Predicate<JsonNode> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (true) {
            HttpResponse<String> answer = http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
            JsonNode document = JsonMapper.shared().readTree(answer.body());
            if (condition.test(document)) {
                return document;
            }
            assertThat(System.nanoTime()).as("%s is still %s", path, document).isLessThan(deadline);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + "/api/v1/" + path)).header("Authorization", "Bearer " + token);
    }

    private static void await(java.util.function.BooleanSupplier condition, NightshiftProcess service) {
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

    private static String one(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, "postgres", "");
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

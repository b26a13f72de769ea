package io.nightshift.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import io.nightshift.alert.AlertDelivery;
import io.nightshift.backfill.BackfillKeeper;
import io.nightshift.cli.CommandRun;
import io.nightshift.cli.SmallJob;
import io.nightshift.schedule.ScheduleKeeper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service of which more is asked at once than it has connections, workers or places for. */
final class BusyServiceTest {

    private static final int LAUNCHES = 50;
    private static final int READERS = 8;

    @TempDir
    private Path folder;

    @Test
    void theSmallestPoolThatARunIsLetBeginWithServesManyAtOnce() throws Exception {
        // One thread of a run and three connections more: what the check before a run asks for.
        try (Endpoint endpoint = Endpoint.configured(folder, configuration(4, "workers: 2, runs_per_job: 2"))) {
            job();
            endpoint.working();
            endpoint.core.getBean(ScheduleKeeper.class).start();
            endpoint.core.getBean(BackfillKeeper.class).start();
            endpoint.core.getBean(AlertDelivery.class).start();
            ExecutorService callers = Executors.newFixedThreadPool(LAUNCHES);
            List<Future<Endpoint.Answer>> launches = new ArrayList<>();
            for (int n = 0; n < LAUNCHES; n++) {
                String body = launch(n);
                launches.add(callers.submit(() -> endpoint.post(
                        endpoint.operator, "/api/v1/runs", body, "Idempotency-Key", "key-" + body.hashCode())));
            }
            Future<Endpoint.Answer> reload =
                    callers.submit(() -> endpoint.post(endpoint.operator, "/api/v1/schedules/reload", ""));
            List<String> runs = new ArrayList<>();
            for (Future<Endpoint.Answer> launch : launches) {
                Endpoint.Answer answer = launch.get(60, TimeUnit.SECONDS);
                assertThat(answer.status()).as("%s", answer).isEqualTo(202);
                runs.add(answer.header("Location"));
            }
            assertThat(reload.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
            for (String run : runs.subList(LAUNCHES - READERS, LAUNCHES)) {
                streams.add(endpoint.client()
                        .sendAsync(
                                endpoint.request(run + "/events")
                                        .timeout(java.time.Duration.ofSeconds(120))
                                        .header("Authorization", "Bearer " + endpoint.viewer)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> stream : streams) {
                assertThat(stream.get(120, TimeUnit.SECONDS).body()).contains("event: end");
            }
            callers.shutdown();
            for (String run : runs) {
                assertThat(ended(endpoint, run)).isEqualTo("COMPLETED");
            }
        }
    }

    private static String ended(Endpoint endpoint, String run) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        String state = "";
        while (System.nanoTime() < deadline) {
            Endpoint.Answer answer = endpoint.get(endpoint.viewer, run);
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            state = answer.json().get("state").asString();
            if (!state.equals("QUEUED") && !state.equals("RUNNING")) {
                return state;
            }
        }
        return state;
    }

    @Test
    void aLaunchIntoAFullQueueIsRefusedAndChangesNothing() throws Exception {
        try (Endpoint endpoint = Endpoint.configured(folder, configuration(10, "most_waiting: 2"))) {
            job();
            for (int n = 0; n < 2; n++) {
                assertThat(endpoint.post(endpoint.operator, "/api/v1/runs", launch(n))
                                .status())
                        .isEqualTo(202);
            }
            Endpoint.Answer full =
                    endpoint.post(endpoint.operator, "/api/v1/runs", launch(2), "Idempotency-Key", "the-third");
            assertThat(full.status()).as("%s", full).isEqualTo(429);
            assertThat(full.code()).isEqualTo("QUEUE_FULL");
            assertThat(full.header("Retry-After")).isNotNull();
            assertThat(full.json().get("detail").asString())
                    .contains("2 runs wait, and queue.most_waiting allows 2; nothing was submitted");
            CommandRun command = CommandRun.of(
                    Clock.systemUTC(),
                    Map.of("NIGHTSHIFT_SERVER", endpoint.server.url(), "NIGHTSHIFT_TOKEN", endpoint.operator),
                    "run",
                    "busy",
                    "-p",
                    "n=2",
                    "--detach");
            assertThat(command.exitCode()).as("%s", command).isEqualTo(1);
            assertThat(command.err()).contains("QUEUE_FULL", "queue.most_waiting allows 2");
            String first = endpoint.get(endpoint.viewer, "/api/v1/queue")
                    .json()
                    .get("waiting")
                    .get(0)
                    .get("run")
                    .asString();
            endpoint.post(endpoint.operator, "/api/v1/queue/" + first + "/cancel", "");
            assertThat(endpoint.post(endpoint.operator, "/api/v1/runs", launch(2), "Idempotency-Key", "the-third")
                            .status())
                    .as("the key of a refused launch is free")
                    .isEqualTo(202);
        }
    }

    private static String launch(int n) {
        return "{\"job\": \"busy\", \"parameters\": {\"n\": \"" + n + "\"}}";
    }

    private static String configuration(int pool, String queue) {
        return "databases: {server: {url: '" + PostgresServer.newDatabase() + "', user: postgres, pool: " + pool
                + "}}\nmetadata: server\nqueue: {" + queue + "}\n";
    }

    private void job() throws IOException {
        Path work = Files.createDirectories(folder.resolve("work"));
        String text = Files.readString(SmallJob.in(work).file).replace("job: small", "job: busy");
        Files.writeString(
                Files.createDirectories(folder.resolve("jobs")).resolve("busy.yaml"),
                text + "parameters: {n: {type: long}}\ncompute: {threads: 1}\n");
    }
}

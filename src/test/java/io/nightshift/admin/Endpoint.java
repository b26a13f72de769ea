package io.nightshift.admin;

import io.nightshift.Application;
import io.nightshift.access.AccessTokens;
import io.nightshift.access.Role;
import io.nightshift.alert.AlertChannels;
import io.nightshift.alert.AlertSettings;
import io.nightshift.cli.SmallJob;
import io.nightshift.configuration.Configuration;
import io.nightshift.database.Home;
import io.nightshift.database.LedgerDatabases;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobName;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.queue.NodeKeeper;
import io.nightshift.queue.QueueWorkers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service of a test over a home of its own, with its endpoint on a free port, and a client of it. */
final class Endpoint implements AutoCloseable {

    final ConfigurableApplicationContext core;
    final AdminServer server;
    final String operator;
    final String viewer;
    private final Home home;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private Endpoint(Home home, ConfigurableApplicationContext core, EndpointSettings settings, Class<?>... more) {
        this.home = home;
        this.core = core;
        this.server = AdminServer.start(core, settings, more);
        AccessTokens tokens = core.getBean(AccessTokens.class);
        this.operator = tokens.create("op", Role.OPERATOR, null, "test").secret();
        this.viewer = tokens.create("eye", Role.VIEWER, null, "test").secret();
    }

    static Endpoint embedded(Path folder, Class<?>... more) {
        return start(folder, null, more);
    }

    static Endpoint onServer(Path folder, String url) {
        return start(folder, "databases: {server: {url: '" + url + "', user: postgres}}\nmetadata: server\n");
    }

    /** On a server, with the text of the configuration file. */
    static Endpoint configured(Path folder, String configuration) {
        return start(folder, configuration);
    }

    /** With HTTPS. */
    static Endpoint secured(Path folder, EndpointSettings.Tls tls) {
        return start(folder, null, tls);
    }

    private static Endpoint start(Path folder, @Nullable String configuration, Class<?>... more) {
        return start(folder, configuration, null, more);
    }

    private static Endpoint start(
            Path folder, @Nullable String configuration, EndpointSettings.@Nullable Tls tls, Class<?>... more) {
        try {
            Path directory = folder.resolve("home");
            Path file =
                    configuration == null ? null : Files.writeString(folder.resolve("nightshift.yaml"), configuration);
            Home home = configuration == null ? Home.open(directory, "a test") : Home.shared(directory);
            Configuration loaded = Configuration.load(file);
            ConfigurableApplicationContext core = Application.start(
                    home,
                    new Databases(loaded.databases(), Map.of()),
                    new AlertChannels(AlertSettings.DEFAULT, Map.of(), Clock.systemUTC()),
                    loaded.queue(),
                    Clock.systemUTC());
            return new Endpoint(
                    home,
                    core,
                    new EndpointSettings(0, EndpointSettings.LOOPBACK, Set.of(), folder.resolve("jobs"), tls),
                    more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JdbcClient database() {
        return core.getBean(LedgerDatabases.class).metadata().jdbc();
    }

    RunLedger ledger() {
        return core.getBean(RunLedger.class);
    }

    /** A queued run that nobody works on. */
    RunRecord run(String job, Map<String, String> tags) {
        String text = "job: " + job + "\nsource: {parquet: {path: in.parquet}}\nkey: [id]\nmodel: model\n"
                + "output: {table: t}\n";
        return ledger().create(
                        new RunLedger.NewRun(
                                new JobName(job),
                                job,
                                LocalDateTime.of(2001, 3, 5, 0, 0),
                                java.util.UUID.randomUUID().toString(),
                                Map.of(),
                                tags,
                                text),
                        "test");
    }

    /** Puts a job of 1,000 rows called {@code small} into the service's folder of jobs. */
    Endpoint withJob() {
        try {
            Path folder = home.directory().resolveSibling("work");
            Files.createDirectories(folder);
            Path jobs = home.directory().resolveSibling("jobs");
            Files.createDirectories(jobs);
            Files.copy(SmallJob.in(folder).file, jobs.resolve("small.yaml"));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins to work on what waits. */
    Endpoint working() {
        core.getBean(NodeKeeper.class).start("a test");
        core.getBean(QueueWorkers.class).start();
        return this;
    }

    /** Takes a run that a person asked for, as a worker does, and does not begin it. */
    RunRecord taken(String run) {
        RunId id = new RunId(java.util.UUID.fromString(run));
        database()
                .sql("update nightshift_queue set waiting = false, tries = 1 where run_id = ?")
                .param(id.value())
                .update();
        database()
                .sql(
                        "update nightshift_run set lease_until = current_timestamp + interval '30' second where run_id = ?")
                .param(id.value())
                .update();
        return ledger().get(id);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(30));
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String token, String path) {
        return send(request(path).header("Authorization", "Bearer " + token).build());
    }

    Answer post(String token, String path, String body, String... headers) {
        HttpRequest.Builder request = request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    Home home() {
        return home;
    }

    HttpClient client() {
        return client;
    }

    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(response.body());
        }

        String code() {
            return json().get("code").asString();
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        @Override
        public String toString() {
            return response.statusCode() + " " + response.headers().map() + " " + response.body();
        }
    }

    @Override
    public void close() {
        server.close();
        core.close();
        try {
            home.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

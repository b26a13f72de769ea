package io.nightshift.schedule;

import io.nightshift.NightshiftProcess;
import io.nightshift.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A directory that processes serve from: a job, schedules, and a configuration with metadata in a PostgreSQL database of its own. */
final class ServiceFolder {

    static final String NO_WORKERS = "queue: {workers: 0, most_waiting: 1000000, most_waiting_per_job: 1000000}\n";

    private static final Path SAMPLES = Path.of("sample-data").toAbsolutePath();

    private final Path folder;
    private final @Nullable String url;
    private int homes;

    private ServiceFolder(Path folder, @Nullable String url) {
        this.folder = folder;
        this.url = url;
    }

    /** @param more sections of the configuration */
    static ServiceFolder onPostgres(Path folder, String more) throws IOException {
        String url = PostgresServer.newDatabase();
        return onPostgres(folder, url, url, more);
    }

    /** @param through the URL that the processes use */
    static ServiceFolder onPostgres(Path folder, String url, String through, String more) throws IOException {
        ServiceFolder made = new ServiceFolder(folder, url);
        made.write(
                "nightshift.yaml",
                "databases: {server: {url: '" + through + "', user: postgres, pool: 12}}\nmetadata: server\nlease: 5s\n"
                        + more);
        made.samples();
        return made;
    }

    static ServiceFolder embedded(Path folder, String more) throws IOException {
        ServiceFolder made = new ServiceFolder(folder, null);
        made.write("nightshift.yaml", more.isEmpty() ? "queue: {workers: 1}\n" : more);
        made.samples();
        return made;
    }

    private void samples() throws IOException {
        Files.createDirectories(schedules());
        job("small", "");
    }

    void job(String name, String more) throws IOException {
        write("jobs/" + name + ".yaml", """
                job: %s
                source: {parquet: {path: %s/flights.parquet}}
                key: [flight_id]
                model: %s/models/flight-delay
                output: {table: %s}
                %s""".formatted(name, SAMPLES, SAMPLES, name.replace('-', '_'), more));
    }

    /** @param keys all but name and job */
    void schedule(String name, String keys) throws IOException {
        write("schedules/" + name + ".yaml", "schedule: " + name + "\njob: small\n" + keys + "\n");
    }

    void schedules(int count, String keys) throws IOException {
        for (int i = 0; i < count; i++) {
            schedule("s-%04d".formatted(i), keys);
        }
    }

    void removeSchedule(String name) throws IOException {
        Files.delete(schedules().resolve(name + ".yaml"));
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    Path schedules() {
        return folder.resolve("schedules");
    }

    Path jobs() {
        return folder.resolve("jobs");
    }

    Path configuration() {
        return folder.resolve("nightshift.yaml");
    }

    Path home(String name) {
        return folder.resolve(name);
    }

    boolean embeddedDatabase() {
        return url == null;
    }

    DataSource database() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        database.setUser("postgres");
        return database;
    }

    /** A process that serves, with a home of its own. */
    NightshiftProcess serve(String... jvmOptions) {
        return serveIn("home-" + homes++, jvmOptions);
    }

    NightshiftProcess serveIn(String home, String... jvmOptions) {
        return NightshiftProcess.startIn(
                folder,
                home(home),
                new ArrayList<>(List.of(jvmOptions)),
                Stream.of("--config", configuration().toString(), "serve", "--port", "0")
                        .toArray(String[]::new));
    }
}

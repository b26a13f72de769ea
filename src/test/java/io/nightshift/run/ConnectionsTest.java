package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.configuration.Configuration;
import io.nightshift.failure.NightshiftException;
import io.nightshift.jdbc.Databases;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.score.ThreadPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionsTest {

    private static final String FILES = "{parquet: {path: in.parquet}}";
    private static final String TABLE = "{jdbc: {database: server, table: flights, partition_by: [id]}}";
    private static final String EMBEDDED = "{jdbc: {database: file, table: flights, partition_by: [id]}}";

    @TempDir
    Path folder;

    private ThreadPlan allowed(String roles, int pool, int runs, String source, String output) throws IOException {
        Path file = Files.writeString(
                folder.resolve("nightshift.yaml"),
                "databases:\n  server: {url: 'jdbc:postgresql://localhost:1/x', user: u, pool: " + pool + "}\n"
                        + "  file: {url: 'jdbc:h2:file:/tmp/x', pool: 100}\n" + roles);
        JobDefinition job = JobFile.parse(
                        "j.yaml", "job: small\nsource: " + source + "\nkey: [id]\nmodel: m\noutput: " + output + "\n")
                .resolve(JobFile.Launch.on(LocalDate.EPOCH.atStartOfDay()));
        try (Databases databases = new Databases(Configuration.load(file).databases(), Map.of())) {
            return new Connections(databases, new RunsAtOnce(runs)).allow(job, ThreadPlan.of(3, 8));
        }
    }

    @Test
    void rowsThatNoServerHasGetNoMoreWorkersThanScore() throws Exception {
        assertThat(allowed("", 100, 1, FILES, "{table: small}").workers()).isEqualTo(3);
        assertThat(allowed("", 100, 1, EMBEDDED, "{table: small}").workers()).isEqualTo(3);
        assertThat(allowed("results: server\n", 100, 1, FILES, "{parquet: out}").workers())
                .isEqualTo(3);
    }

    @Test
    void rowsFromAServerOrForOneGetTwiceAsManyWorkersAsScore() throws Exception {
        ThreadPlan twice = new ThreadPlan(3, 6, 1);
        assertThat(allowed("", 100, 1, TABLE, "{parquet: out}")).isEqualTo(twice);
        assertThat(allowed("results: server\n", 100, 1, FILES, "{table: small}"))
                .isEqualTo(twice);
        assertThat(allowed("metadata: server\n", 100, 1, FILES, "{table: small}"))
                .isEqualTo(twice);
    }

    /** A source and a result table of one server: 2 connections for each worker, 4 for the run and 4 for others. */
    @ParameterizedTest
    @CsvSource({"20,1,6", "19,1,5", "17,1,4", "15,1,3", "14,1,3", "10,1,3", "36,2,6", "35,2,5", "20,2,3"})
    void thereAreNoMoreThanThePoolHasConnectionsFor(int pool, int runs, int workers) throws Exception {
        assertThat(allowed("results: server\n", pool, runs, TABLE, "{table: small}"))
                .isEqualTo(new ThreadPlan(3, workers, 1));
    }

    @Test
    void aPoolThatIsTooSmallForThoseThatScoreIsRefused() {
        assertThatThrownBy(() -> allowed("results: server\n", 9, 1, TABLE, "{table: small}"))
                .isInstanceOf(NightshiftException.class)
                .hasMessageContaining("has a pool of 9 connections, and a run with 3 workers needs 10");
    }
}

package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of a result view on PostgreSQL while runs are published, and taken back, beside them. */
class ReadersTest {

    @TempDir
    Path folder;

    @Test
    void seeWholeRunsOnly() throws Exception {
        publishBesideReaders(10);
    }

    @Test
    @Tag("slow")
    void seeWholeRunsOnlyHoweverOften() throws Exception {
        publishBesideReaders(50);
    }

    private void publishBesideReaders(int publications) throws Exception {
        String url = PostgresServer.newDatabase();
        SmallJob job = SmallJob.in(folder).onServer(url);
        String small = job.completes().get("run").asString();
        job.input("select i as id, i::double as x from range(3000) t(i)");
        String large = job.completes().get("run").asString();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Set<String>> reader = CompletableFuture.supplyAsync(() -> read(url, over));
        for (int i = 0; i < publications; i++) {
            CommandRun published = job.command("publish", i % 2 == 0 ? small : large);
            assertThat(published.exitCode()).as(published.err()).isZero();
        }
        // A new run comes beside the readers, too.
        String last = job.completes().get("run").asString();
        over.set(true);
        assertThat(reader.get()).isSubsetOf(Set.of(small + " 1000 1000", large + " 3000 3000", last + " 3000 3000"));
        assertThat(new TreeSet<>(reader.get())).as("runs that were seen").hasSizeGreaterThan(1);
        assertThat(job.rows("select count(*) from small_current")).containsExactly(List.of("3000"));
    }

    /** What a reader saw: for each run, how many rows and keys. More than one run in one answer is one line of all. */
    private static Set<String> read(String url, AtomicBoolean over) {
        Set<String> seen = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                Statement statement = connection.createStatement()) {
            while (!over.get()) {
                try (ResultSet rows = statement.executeQuery(
                        "select string_agg(distinct run_id::text, '+'), count(*), count(distinct id) from small_current")) {
                    rows.next();
                    seen.add(rows.getString(1) + " " + rows.getLong(2) + " " + rows.getLong(3));
                }
            }
            return seen;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

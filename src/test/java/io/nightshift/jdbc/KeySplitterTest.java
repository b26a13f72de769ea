package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.PostgresServer;
import io.nightshift.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sample of keys costs, and what it is good for, where a database is wrong about how many there are. */
class KeySplitterTest {

    private static final int ROWS = 2 * KeySplitter.MOST_SAMPLED;

    @TempDir
    Path folder;

    enum Server {
        POSTGRESQL("generate_series(1, " + ROWS + ") s(i)"),
        H2("(select x as i from system_range(1, " + ROWS + ")) s");

        private final String series;

        Server(String series) {
            this.series = series;
        }
    }

    private Databases databases(Server server) throws Exception {
        String url = server == Server.H2 ? "jdbc:h2:mem:splitter;DB_CLOSE_DELAY=-1" : PostgresServer.newDatabase();
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("create table numbers (id bigint primary key)");
            statement.execute("insert into numbers select i from " + server.series);
        }
        return new Databases(
                Configuration.load(Files.writeString(
                                folder.resolve("nightshift.yaml"),
                                "databases: {w: {url: '" + url + "', user: postgres, password: {env: PW}}}"))
                        .databases(),
                Map.of("PW", ""));
    }

    private static DatabaseSource source(Databases databases) {
        return DatabaseSource.open(
                databases, new SourceQuery("w", "numbers", null, null, List.of("id"), List.of("id"), List.of("id")));
    }

    @ParameterizedTest
    @EnumSource
    void rangesAreEvenThoughThereAreManyMoreRowsThanWasThought(Server server) throws Exception {
        try (Databases databases = databases(server);
                DatabaseSource source = source(databases)) {
            List<Long> sizes =
                    source.split(1, 8).stream().map(KeyRange::rows).sorted().toList();

            assertThat(sizes).hasSize(8);
            assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(ROWS);
            assertThat((double) sizes.get(7) / sizes.get(4))
                    .as(sizes.toString())
                    .isLessThan(1.2);
        }
    }

    @Test
    void aSampleEndsAtItsLimitAndIsInTheOrderOfKeys() throws Exception {
        try (Databases databases = databases(Server.POSTGRESQL);
                Connection connection = databases.of("w").getConnection();
                Statement statement = connection.createStatement()) {
            SourceStatements statements = new SourceStatements(
                    SqlFragment.of("numbers"),
                    null,
                    List.of("id"),
                    List.of(),
                    List.of("id"),
                    List.of("id"),
                    Dialect.POSTGRESQL);
            for (SqlFragment sample : List.of(statements.sample(1, 100), statements.samplePages(1, 100))) {
                List<Long> keys = new ArrayList<>();
                try (ResultSet found = statement.executeQuery(sample.sql())) {
                    while (found.next()) {
                        keys.add(found.getLong(1));
                    }
                }
                assertThat(keys).hasSize(100).isSorted();
            }
        }
    }
}

package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.configuration.Configuration;
import io.nightshift.definition.Secret;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.failure.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration file: what it says, what holds without it, and what is refused. */
class DatabaseConfigurationTest {

    private static final String WHOLE = """
            databases:
              warehouse:
                url: jdbc:postgresql://db.example.org:5432/warehouse?sslmode=require
                user: scorer
                password: {env: WAREHOUSE_PASSWORD}
                pool: 10
                timeouts: {connect: 10s, socket: 15m, statement: 10m, lock: 30s, publish: 1h}
              small:
                url: jdbc:h2:file:/data/small;IFEXISTS=TRUE
                password: {file: /run/secrets/small}
            """;

    @TempDir
    Path folder;

    private DatabaseConfiguration load(String text) throws IOException {
        return Configuration.load(Files.writeString(folder.resolve("nightshift.yaml"), text))
                .databases();
    }

    private List<String> problems(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("nightshift.yaml"), text);
        try {
            Configuration.load(file);
            return List.of();
        } catch (NightshiftException e) {
            assertThat(e.code()).isEqualTo(FailureCode.DEFINITION_INVALID);
            return e.problems().stream()
                    .map(Problem::toString)
                    .map(problem -> problem.replace(file.toString(), "f"))
                    .toList();
        }
    }

    @Test
    void readsEveryKey() throws IOException {
        DatabaseConfiguration configuration = load(WHOLE);

        assertThat(configuration.databases().get("warehouse"))
                .isEqualTo(new DatabaseSettings(
                        "warehouse",
                        new DatabaseUrl(
                                "jdbc:postgresql://db.example.org:5432/warehouse?sslmode=require", Dialect.POSTGRESQL),
                        "scorer",
                        new Secret(Secret.Place.ENV, "WAREHOUSE_PASSWORD"),
                        10,
                        new DatabaseSettings.Timeouts(
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(10),
                                Duration.ofSeconds(30),
                                Duration.ofHours(1))));
        assertThat(configuration.databases().get("warehouse").timeouts().publishSocket())
                .isEqualTo(Duration.ofMinutes(65));
        DatabaseSettings small = configuration.databases().get("small");
        assertThat(small.url().dialect()).isEqualTo(Dialect.H2);
        assertThat(small.user()).isNull();
        assertThat(small.pool()).isEqualTo(20);
        assertThat(small.timeouts()).isEqualTo(DatabaseSettings.Timeouts.DEFAULT);
    }

    @Test
    void theReferencePageListsTheOptionsOfEveryDialect() throws IOException {
        String page = Files.readString(Path.of("docs/reference/configuration.md"));
        for (Dialect dialect : Dialect.values()) {
            assertThat(page).contains("| `" + String.join("`, `", dialect.options()) + "` |");
        }
    }

    @Test
    void thereNeedBeNoFile() throws IOException {
        assertThat(DatabaseConfiguration.NONE.databases()).isEmpty();
        assertThat(load("databases: {}").databases()).isEmpty();
        assertThatThrownBy(() -> Configuration.load(folder.resolve("missing.yaml")))
                .hasMessageContaining("missing.yaml")
                .hasMessageContaining("no such file");
    }

    @Test
    void reportsEveryProblemWithItsPlace() throws IOException {
        assertThat(problems("""
                        databases:
                          warehouse:
                            url: jdbc:oracle:thin:@host
                            pasword: {env: X}
                            pool: 0
                            timeouts: {lock: 0s}
                          other:
                            user: x
                        """))
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith("f:3:10").contains("allowed are jdbc:postgresql://"),
                        problem -> assertThat(problem).startsWith("f:4:5").contains("did you mean 'password'?"),
                        problem -> assertThat(problem).startsWith("f:5:11").contains("from 1 to 1000"),
                        problem -> assertThat(problem).startsWith("f:6:22").contains("from 1s to 1d"),
                        problem -> assertThat(problem).contains("'url' is missing"));
    }

    @Test
    void theOtherTimeoutsFollowThatOfStatements() throws IOException {
        DatabaseSettings.Timeouts timeouts = load("databases: {w: {url: 'jdbc:h2:mem:x', timeouts: {statement: 30m}}}")
                .databases()
                .get("w")
                .timeouts();
        assertThat(timeouts.socket()).isEqualTo(Duration.ofMinutes(31));
        assertThat(timeouts.publish()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void noDefaultWaitsForTenMinutes() {
        DatabaseSettings.Timeouts timeouts = DatabaseSettings.Timeouts.DEFAULT;
        assertThat(timeouts.socket()).isLessThan(Duration.ofMinutes(10));
        assertThat(timeouts.publishSocket()).isLessThan(Duration.ofMinutes(10));
    }

    @Test
    void aSocketThatGivesUpBeforeTheStatementIsRefused() throws IOException {
        assertThat(problems("databases: {w: {url: 'jdbc:h2:mem:x', timeouts: {socket: 5m, statement: 10m}}}"))
                .singleElement()
                .asString()
                .contains("must be above the statement timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://host/db?socketFactory=org.springframework.context.support.ClassPathXmlApplicationContext",
                "jdbc:postgresql://host/db?sslmode=require&sslfactory=x.Y",
                "jdbc:postgresql://host/db?loggerFile=/tmp/x",
                "jdbc:postgresql://host/db?user=me&password=hunter2",
                "jdbc:postgresql://me:hunter2@host/db",
                "jdbc:postgresql://host/db?socketTimeout=0",
                "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://host/hunter2.sql'",
                "jdbc:h2:mem:x;init=create alias a as 'hunter2'",
                "jdbc:h2:mem:x;MODE=Regular\\;INIT=hunter2",
                "jdbc:h2:mem:x;TRACE_LEVEL_FILE=3",
                "jdbc:h2:tcp://host/db",
                "jdbc:h2:zip:/x.zip!/db",
                "jdbc:h2:hunter2",
                "jdbc:h2:file:",
                "jdbc:mysql://host/db?autoDeserialize=true",
                "jdbc:mysql://(host=h,allowLoadLocalInfile=true)/db",
                "jdbc:mysql://me:hunter2@host/db",
                "jdbc:mariadb://host/db?password=hunter2",
                "jdbc:mariadb:sequential://host/db",
                "hunter2"
            })
    void refusesUrlsThatCanDoMoreThanConnectWithoutRepeatingThem(String url) throws IOException {
        assertThat(problems("databases: {w: {url: '" + url.replace("'", "''") + "'}}"))
                .singleElement()
                .asString()
                .startsWith("f:1:22")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost/db",
                "jdbc:postgresql://[::1]:5432/db",
                "jdbc:postgresql://a:5432,b:5433/db?targetServerType=secondary&loadBalanceHosts=true",
                "jdbc:h2:file:./data/db;ifexists=true",
                "jdbc:h2:file:C:\\data\\db",
                "jdbc:h2:mem:name;DB_CLOSE_DELAY=-1",
                "jdbc:mysql://host:3306/db?sslMode=VERIFY_IDENTITY",
                "jdbc:mariadb://host/db"
            })
    void takesOrdinaryUrls(String url) throws IOException {
        assertThat(load("databases: {w: {url: '" + url + "'}}")
                        .databases()
                        .get("w")
                        .url())
                .hasToString(url);
    }
}

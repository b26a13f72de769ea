package io.nightshift.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.PostgresServer;
import io.nightshift.configuration.Configuration;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Named databases: who gets in, when to give up, and how a refusal reads. */
class DatabasesTest {

    @TempDir
    Path folder;

    private Databases databases(String text, Map<String, String> environment) throws IOException {
        return new Databases(
                Configuration.load(Files.writeString(folder.resolve("nightshift.yaml"), text))
                        .databases(),
                environment);
    }

    private static String postgres(String password) {
        return "databases: {w: {url: '" + PostgresServer.newDatabase() + "', user: postgres" + password
                + ", pool: 2, timeouts: {connect: 2s, statement: 7s, lock: 3s}}}";
    }

    private static String one(Databases databases, String sql) throws SQLException {
        try (Connection connection = databases.of("w").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static NightshiftException refusal(Databases databases) {
        try {
            databases.of("w");
        } catch (NightshiftException e) {
            return e;
        }
        throw new AssertionError("was let in");
    }

    @Test
    void everyConnectionToPostgresKnowsWhenToGiveUp() throws Exception {
        try (Databases databases = databases(postgres(""), Map.of())) {
            assertThat(one(databases, "show statement_timeout")).isEqualTo("7s");
            assertThat(one(databases, "show lock_timeout")).isEqualTo("3s");
            assertThat(one(databases, "show application_name")).isEqualTo("nightshift");
        }
    }

    @Test
    void everyConnectionToH2KnowsWhenToGiveUp() throws Exception {
        String text = "databases: {w: {url: 'jdbc:h2:mem:giveup', timeouts: {statement: 7s, lock: 3s}}}";
        try (Databases databases = databases(text, Map.of())) {
            assertThat(one(databases, "select lock_timeout()")).isEqualTo("3000");
        }
    }

    @Test
    void aPasswordComesFromTheEnvironmentOrAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "s3cret\n");
        String url = "jdbc:h2:file:" + folder.resolve("protected");
        String user = "databases: {w: {url: '" + url + "', user: me, password: ";
        try (Databases databases = databases(user + "{env: SECRET}}}", Map.of("SECRET", "s3cret"))) {
            assertThat(one(databases, "select 1")).isEqualTo("1");
        }
        try (Databases databases = databases(user + "{file: " + file + "}}}", Map.of())) {
            assertThat(one(databases, "select 1")).isEqualTo("1");
        }
        try (Databases databases = databases(user + "{env: SECRET}}}", Map.of("SECRET", "guess"))) {
            assertThat(refusal(databases).code()).isEqualTo(FailureCode.DATABASE_UNUSABLE);
            assertThat(refusal(databases))
                    .hasMessageContaining("does not let us in")
                    .hasMessageNotContaining("guess");
        }
    }

    @Test
    void aMissingPasswordIsNamedByItsPlace() throws Exception {
        try (Databases databases = databases(postgres(", password: {env: NOT_SET}"), Map.of())) {
            assertThat(refusal(databases)).hasMessageContaining("NOT_SET").satisfies(e -> assertThat(
                            ((NightshiftException) e).where())
                    .isEqualTo("databases.w.password"));
        }
        try (Databases databases = databases(postgres(", password: {file: /not/there}"), Map.of())) {
            assertThat(refusal(databases)).hasMessageContaining("/not/there");
        }
    }

    @Test
    void aServerThatIsNotThereIsWorthAnotherTry() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        String text = "databases: {w: {url: 'jdbc:postgresql://localhost:" + closed + "/db', user: me}}";
        try (Databases databases = databases(text, Map.of())) {
            assertThat(refusal(databases).code()).isEqualTo(FailureCode.DATABASE_FAILED);
            assertThat(refusal(databases)).hasMessageContainingAll("'w'", "localhost:" + closed, "cannot be reached");
        }
    }

    @Test
    void aDatabaseThatDoesNotExistIsNot() throws Exception {
        String text = "databases: {w: {url: '" + PostgresServer.newDatabase() + "x', user: postgres}}";
        try (Databases databases = databases(text, Map.of())) {
            assertThat(refusal(databases).code()).isEqualTo(FailureCode.DATABASE_UNUSABLE);
            assertThat(refusal(databases)).hasMessageContainingAll("does not exist", "3D000");
        }
    }

    @Test
    void aDriverThatIsNotOnTheClassPathIsNamed() throws Exception {
        try (Databases databases = databases("databases: {w: {url: 'jdbc:mysql://localhost/db'}}", Map.of())) {
            assertThat(refusal(databases).code()).isEqualTo(FailureCode.DATABASE_UNUSABLE);
            assertThat(refusal(databases)).hasMessageContainingAll("driver", "class path");
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheNearest() throws Exception {
        try (Databases databases = databases("databases: {warehouse: {url: 'jdbc:h2:mem:x'}}", Map.of())) {
            assertThatThrownBy(() -> databases.of("warehuose"))
                    .hasMessageContainingAll("'warehuose'", "did you mean 'warehouse'?");
        }
    }

    @Test
    void aPoolThatIsTooSmallIsRefusedBeforeAnythingWaits() throws Exception {
        try (Databases databases = databases(postgres(""), Map.of())) {
            databases.requirePool("w", 2, "reading with 2 threads");
            assertThatThrownBy(() -> databases.requirePool("w", 5, "reading with 4 threads"))
                    .hasMessageContainingAll("pool of 2", "reading with 4 threads needs 5", "databases.w.pool");
        }
    }
}

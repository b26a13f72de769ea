package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * H2 may leave rows of a transaction behind that a crash interrupted: in the table's map, without their undo log. Until they are
 * overwritten, a transaction of the same number takes them for its own.
 */
class LeftoverRowsTest {

    private static final int TRANSACTIONS = 6;
    private static final int HIGHEST_MAP = 1000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(value = CrashTrial.Outputs.class, names = "FILES", mode = EnumSource.Mode.EXCLUDE)
    void aRestartIsNotMisledByThem(CrashTrial.Outputs outputs) throws Exception {
        CrashTrial expected = new CrashTrial(directory, "expected", outputs);
        expected.runToEnd();
        CrashTrial trial = new CrashTrial(directory, "trial", outputs);
        String point = outputs == CrashTrial.Outputs.FILES ? "partition_files_in_place:2" : "chunk_written:3";
        assertThat(trial.start(List.of("-Dnightshift.failpoint=" + point))
                        .await()
                        .exit())
                .isEqualTo(137);
        assertThat(trial.settledRun()).isNotNull();
        leaveRows(trial.home());

        trial.runToEnd();

        assertThat(trial.digest()).isEqualTo(expected.digest());
    }

    /** Of each partition's first chunk that is not committed some rows, each by another transaction. */
    private static void leaveRows(Path home) throws Exception {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < TRANSACTIONS; i++) {
            Connection connection =
                    DriverManager.getConnection("jdbc:h2:file:" + home.resolve("nightshift"), "nightshift", "");
            connection.setAutoCommit(false);
            connections.add(connection);
        }
        for (int partition = 0; partition < 2; partition++) {
            int chunk = next(connections.get(0), partition);
            for (int i = 0; i < TRANSACTIONS; i++) {
                try (Statement statement = connections.get(i).createStatement()) {
                    long row = ((long) partition << 28) + chunk * 2048L + i;
                    statement.execute("insert into crash (run_row, run_id, flight_id, origin, delay_probability)"
                            + " select run_number * " + (1L << 43) + " + " + row
                            + ", run_id, -1, 'LEFT', 0 from nightshift_result_run");
                }
            }
        }
        SessionLocal session =
                (SessionLocal) connections.get(0).unwrap(JdbcConnection.class).getSession();
        MVStore store = session.getDatabase().getStore().getMvStore();
        int cut = 0;
        for (int id = 1; id < HIGHEST_MAP; id++) {
            MVMap<?, ?> map = store.getMap(id);
            if (map != null && String.valueOf(map.getName()).startsWith("undoLog") && !map.isEmpty()) {
                map.clear();
                cut++;
            }
        }
        assertThat(cut).isPositive();
        store.commit();
        try (Statement statement = connections.get(0).createStatement()) {
            statement.execute("shutdown immediately");
        }
    }

    private static int next(Connection connection, int partition) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet next = statement.executeQuery(
                        "select next_chunk from nightshift_partition_state where partition_number = " + partition)) {
            return next.next() ? next.getInt(1) : 0;
        }
    }
}

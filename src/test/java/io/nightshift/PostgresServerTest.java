package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class PostgresServerTest {

    @Test
    void eachTestHasADatabaseOfItsOwn() throws SQLException {
        String first = PostgresServer.newDatabase();
        assertThat(PostgresServer.newDatabase()).isNotEqualTo(first);
        try (Connection connection = DriverManager.getConnection(first, "postgres", "");
                ResultSet rows = connection.createStatement().executeQuery("select current_database()")) {
            rows.next();
            assertThat(first).endsWith("/" + rows.getString(1));
        }
    }
}

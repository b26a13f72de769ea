package io.nightshift.alert;

import com.zaxxer.hikari.HikariDataSource;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SchemaHistory;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** Alerts in the embedded database. */
class EmbeddedDeliveryTest extends DeliveryContract {

    private final HikariDataSource pool = new HikariDataSource();

    @Override
    LedgerDatabase database() {
        pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        SchemaHistory.H2.of(pool).migrate();
        return LedgerDatabase.of("embedded", pool);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }
}

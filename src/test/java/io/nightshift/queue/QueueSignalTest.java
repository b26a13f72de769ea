package io.nightshift.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Workers are woken for what they can see. */
class QueueSignalTest {

    private final QueueSignal signal = new QueueSignal();
    private final JdbcTransactionManager manager = new JdbcTransactionManager(database());

    private static JdbcDataSource database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:");
        return database;
    }

    @Test
    void aChangeIsTellableOnceTheOutermostTransactionIsCommitted() throws SQLException {
        TransactionTemplate part = new TransactionTemplate(manager);
        part.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        long before = signal.mark();
        new TransactionTemplate(manager).executeWithoutResult(outer -> {
            part.executeWithoutResult(inner -> signal.changed());
            assertThat(signal.mark()).isEqualTo(before);
        });
        assertThat(signal.mark()).isGreaterThan(before);
    }

    @Test
    void whatIsUndoneIsNoChangeAndWhatIsInNoTransactionIsOneAtOnce() {
        long before = signal.mark();
        new TransactionTemplate(manager).executeWithoutResult(status -> {
            signal.changed();
            status.setRollbackOnly();
        });
        assertThat(signal.mark()).isEqualTo(before);
        signal.changed();
        assertThat(signal.mark()).isGreaterThan(before);
    }
}

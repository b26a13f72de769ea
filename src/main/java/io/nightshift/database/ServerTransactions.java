package io.nightshift.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Transactions in PostgreSQL, which the server ends where their process is silent. */
final class ServerTransactions extends JdbcTransactionManager {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTransactions.class);

    private final Duration silence;

    ServerTransactions(DataSource dataSource, Duration silence) {
        super(dataSource);
        this.silence = silence;
    }

    @Override
    protected void prepareTransactionalConnection(Connection connection, TransactionDefinition definition)
            throws SQLException {
        super.prepareTransactionalConnection(connection, definition);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local idle_in_transaction_session_timeout = " + silence.toMillis());
        }
    }

    /** Without its connection the server rolls back by itself, and the failure that led here is the one that counts. */
    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        try {
            super.doRollback(status);
        } catch (TransactionException e) {
            LOG.warn("the server rolls back by itself: {}", e.getMessage());
        }
    }
}

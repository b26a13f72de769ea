package io.nightshift.database;

import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;

/**
 * Transactions in H2, one after another. H2 writes the database's file while other transactions work, without their undo log of the
 * same moment: after a crash, rows of a transaction that was under way then may be left behind (in its TxDecisionMaker: "leftover
 * after unclean shutdown"). One at a time, there is hardly another to be caught. Two threads that append to one table would not be
 * faster: they spend more time on each other than on rows.
 */
final class EmbeddedTransactions extends JdbcTransactionManager {

    private final ReentrantLock one = new ReentrantLock();

    EmbeddedTransactions(DataSource dataSource) {
        super(dataSource);
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        one.lock();
        try {
            super.doBegin(transaction, definition);
        } catch (RuntimeException | Error e) {
            one.unlock();
            throw e;
        }
    }

    @Override
    protected void doCleanupAfterCompletion(Object transaction) {
        try {
            super.doCleanupAfterCompletion(transaction);
        } finally {
            one.unlock();
        }
    }
}

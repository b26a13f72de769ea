package io.nightshift.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A database that has the ledger's tables, and transactions in it. Thread-safe.
 *
 * @param name as the configuration names it, or what the embedded one is called in messages
 * @param embedded whether it is a file of this process, in which a crash may leave rows of a transaction that was rolled back
 * @param publishing how long the statements of a server are waited for that publish a run; null for as long as any other
 */
public record LedgerDatabase(
        String name,
        boolean embedded,
        DataSource dataSource,
        PlatformTransactionManager transactionManager,
        TransactionTemplate transactions,
        DatabaseRoles.@Nullable Patience publishing) {

    /** A database that only this process uses. */
    public static LedgerDatabase of(String name, DataSource dataSource) {
        PlatformTransactionManager manager = new EmbeddedTransactions(dataSource);
        return new LedgerDatabase(name, true, dataSource, manager, new TransactionTemplate(manager), null);
    }

    /**
     * A database on a server, which ends a transaction whose process is silent for so long: a frozen process must not hold locks
     * that whoever takes its run over needs.
     */
    static LedgerDatabase ofServer(DatabaseRoles.Named named, Duration silence) {
        PlatformTransactionManager manager = new ServerTransactions(named.dataSource(), silence);
        return new LedgerDatabase(
                named.name(), false, named.dataSource(), manager, new TransactionTemplate(manager), named.publishing());
    }

    /**
     * Lets the statements of the caller's transaction take as long as those may that publish a run. The pool takes the longer wait
     * for the network back with the connection.
     */
    public void allowForPublishing() {
        if (publishing != null) {
            DatabaseRoles.Patience patience = publishing;
            jdbc().sql("select set_config('statement_timeout', ?, true)")
                    .param(String.valueOf(patience.statement().toMillis()))
                    .query(String.class)
                    .single();
            onConnection(connection -> {
                try {
                    connection.setNetworkTimeout(
                            Runnable::run, Math.toIntExact(patience.network().toMillis()));
                    return true;
                } catch (SQLException e) {
                    throw new UncategorizedSQLException("allow for publishing", null, e);
                }
            });
        }
    }

    /** Work on the connection of the caller's transaction. */
    public <T> T onConnection(Function<Connection, T> work) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return work.apply(connection);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** Statements in the caller's transaction, or each in its own where there is none. */
    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource);
    }
}

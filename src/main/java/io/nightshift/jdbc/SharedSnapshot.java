package io.nightshift.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One view of a database for several connections. On PostgreSQL the keeper exports its snapshot and the others join it, so that all
 * of them see the same rows whatever is written meanwhile, and no table that was read can be dropped. Elsewhere every
 * connection sees a state of its own. Thread-safe but for the keeper, which is for one thread.
 */
final class SharedSnapshot implements AutoCloseable {

    /** The class of an invalid transaction state, so that nothing tries again with the same snapshot. */
    private static final String SNAPSHOT_GONE = "25000";

    private final DataSource pool;
    private final Dialect dialect;
    private final Connection keeper;
    private final @Nullable String exported;
    /** Those that joined and are not in use. They are kept, since whoever waits to change a table lets no new one past. */
    private final Queue<Connection> joined = new ConcurrentLinkedQueue<>();

    private SharedSnapshot(DataSource pool, Dialect dialect, Connection keeper, @Nullable String exported) {
        this.pool = pool;
        this.dialect = dialect;
        this.keeper = keeper;
        this.exported = exported;
    }

    static SharedSnapshot open(DataSource pool, Dialect dialect) throws SQLException {
        Connection keeper = begin(pool);
        try {
            String exported = null;
            if (dialect == Dialect.POSTGRESQL) {
                exported = text(keeper, "select pg_export_snapshot()");
                stayOpen(keeper);
            }
            return new SharedSnapshot(pool, dialect, keeper, exported);
        } catch (SQLException e) {
            release(keeper);
            throw e;
        }
    }

    /** The connection for planning, by one thread. */
    Connection keeper() {
        return keeper;
    }

    /** A further connection that sees the same, to be given back with {@link #giveBack} or, where it failed, {@link #release}. */
    Connection connect() throws SQLException {
        Connection kept = joined.poll();
        if (kept != null) {
            return kept;
        }
        Connection connection = begin(pool);
        try {
            if (exported != null) {
                join(connection, exported);
                stayOpen(connection);
            }
            return connection;
        } catch (SQLException e) {
            release(connection);
            throw e;
        }
    }

    /** For the next who connects; nothing is open on it. */
    void giveBack(Connection connection) {
        if (exported == null) {
            release(connection);
        } else {
            joined.add(connection);
        }
    }

    private static void join(Connection connection, String exported) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction snapshot '" + exported + "'");
        } catch (SQLException e) {
            if (DatabaseFailure.passes(e)) {
                throw e;
            }
            SQLException gone = new SQLException(
                    "the snapshot in which all partitions are read is gone, since the connection that keeps it was lost;"
                            + " a restart reads in a new one, if the rows are still the same",
                    SNAPSHOT_GONE);
            gone.addSuppressed(e);
            throw gone;
        }
    }

    /** A reading transaction, ended by {@link #release}. */
    static Connection begin(DataSource pool) throws SQLException {
        Connection connection = pool.getConnection();
        try {
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            release(connection);
            throw e;
        }
    }

    /** While rows are scored the transaction waits, which is no reason to end it. */
    private static void stayOpen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local idle_in_transaction_session_timeout = 0");
        }
    }

    /**
     * The mark of a table at this moment.
     *
     * @param columns that are read, by their names in the catalogue
     */
    SourceMark mark(String table, Collection<String> columns) throws SQLException {
        if (dialect != Dialect.POSTGRESQL) {
            return SourceMark.HASHES;
        }
        // Ordinary, partitioned and materialised tables keep the transaction of each row; views and foreign tables,
        // and whatever has one of these as a part, don't.
        String sql = """
                with recursive part as (
                  select oid, relkind from pg_class where oid = to_regclass(?)
                  union
                  select c.oid, c.relkind from part p join pg_inherits i on i.inhparent = p.oid
                    join pg_class c on c.oid = i.inhrelid)
                select pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296, hashtextextended(
                  string_agg(oid::text, ',' order by oid) || (select string_agg(attnum::text, ',' order by attname)
                    from pg_attribute where attrelid = to_regclass(?) and attname = any(?)), 0)
                from part having bool_and(relkind in ('r', 'p', 'm'))
                """;
        try (PreparedStatement select = keeper.prepareStatement(sql)) {
            select.setString(1, table);
            select.setString(2, table);
            select.setArray(3, keeper.createArrayOf("text", columns.toArray()));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new SourceMark(row.getLong(1), row.getLong(2)) : SourceMark.HASHES;
            }
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Ends a reading transaction and gives the connection back. */
    static void release(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            // The pool sees the broken connection for itself and throws it away.
            return;
        }
    }

    /** Elsewhere than on PostgreSQL the keeper has nothing to keep after planning, and its locks are in the way of others. */
    void planned() throws SQLException {
        if (exported == null) {
            keeper.commit();
        }
    }

    @Override
    public void close() {
        joined.forEach(SharedSnapshot::release);
        joined.clear();
        release(keeper);
    }
}

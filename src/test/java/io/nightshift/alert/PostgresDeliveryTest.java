package io.nightshift.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.nightshift.PostgresServer;
import io.nightshift.database.LedgerDatabase;
import io.nightshift.database.SchemaHistory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Alerts in PostgreSQL, where several processes raise and deliver. */
class PostgresDeliveryTest extends DeliveryContract {

    private static final int ALERTS = 200;

    private final HikariDataSource pool = new HikariDataSource();

    @Override
    LedgerDatabase database() {
        pool.setJdbcUrl(PostgresServer.newDatabase());
        pool.setUsername("postgres");
        SchemaHistory.POSTGRESQL.of(pool).migrate();
        JdbcTransactionManager manager = new JdbcTransactionManager(pool);
        return new LedgerDatabase("server", false, pool, manager, new TransactionTemplate(manager), null);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Test
    void twoProcessesDeliverEachAlertOnce() throws Exception {
        for (int i = 0; i < ALERTS; i++) {
            raise("k" + i, AlertKind.FIRE_MISSED, "schedule-" + i);
        }
        ExecutorService processes = Executors.newFixedThreadPool(2);
        CountDownLatch done = new CountDownLatch(ALERTS);
        receiver.answer(exchange -> {
            exchange.sendResponseHeaders(204, -1);
            done.countDown();
        });
        List<Future<Integer>> sent = List.of("one", "two").stream()
                .map(owner -> processes.submit(() -> {
                    ChannelDelivery delivery = channelDelivery(owner);
                    int messages = 0;
                    while (done.getCount() > 0) {
                        messages += delivery.step() ? 1 : 0;
                    }
                    return messages;
                }))
                .toList();
        int total = sent.get(0).get() + sent.get(1).get();
        processes.shutdown();

        assertThat(total).isEqualTo(ALERTS);
        assertThat(titles())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, ALERTS)
                        .mapToObj(i -> "FIRE_MISSED schedule-" + i)
                        .toList());
    }

    @Test
    void twoProcessesThatRaiseOneAlertAtOnceRaiseItOnce() throws Exception {
        ExecutorService processes = Executors.newFixedThreadPool(8);
        CountDownLatch ready = new CountDownLatch(8);
        List<Future<?>> raised = IntStream.range(0, 8)
                .<Future<?>>mapToObj(i -> processes.submit(() -> {
                    ready.countDown();
                    ready.await();
                    raise("same", AlertKind.RUN_FAILED, "flights");
                    return null;
                }))
                .toList();
        for (Future<?> future : raised) {
            future.get();
        }
        processes.shutdown();

        assertThat(log()).hasSize(1);
    }
}

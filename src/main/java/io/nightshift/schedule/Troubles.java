package io.nightshift.schedule;

import io.nightshift.failure.NightshiftException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Notes why schedules cannot fire, and tells people where a schedule comes into trouble. Thread-safe. */
final class Troubles {

    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

    private final ScheduleTable table;
    private final ScheduleAlerts alerts;
    private final TransactionTemplate transactions;

    Troubles(ScheduleTable table, ScheduleAlerts alerts, TransactionTemplate transactions) {
        this.table = table;
        this.alerts = alerts;
        this.transactions = transactions;
    }

    /** What is noted of a failure. */
    static String text(RuntimeException e) {
        String text = e instanceof NightshiftException known
                ? known.code() + ": " + known.getMessage()
                : String.valueOf(e.getMessage());
        return ScheduleTable.shortened(text);
    }

    /**
     * Notes a trouble, which it may have been in before: then nothing happens. Where it cannot be noted, the log says so.
     *
     * @param what cannot be done, for people
     */
    void note(String schedule, String what, String text, @Nullable RuntimeException cause) {
        String trouble = ScheduleTable.shortened(text);
        try {
            transactions.executeWithoutResult(status -> table.lock(schedule)
                    .filter(known -> !trouble.equals(known.trouble()))
                    .ifPresent(known -> {
                        table.trouble(schedule, trouble);
                        if (known.trouble() == null) {
                            alerts.troubled(schedule, what + ": " + trouble);
                        }
                        LOG.warn(
                                "schedule={} {}: {}",
                                schedule,
                                what,
                                trouble,
                                cause instanceof NightshiftException ? null : cause);
                    }));
        } catch (RuntimeException e) {
            LOG.warn("schedule={} trouble cannot be noted: {}: {}", schedule, trouble, e.getMessage());
        }
    }
}

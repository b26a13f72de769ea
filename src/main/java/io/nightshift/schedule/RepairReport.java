package io.nightshift.schedule;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Tells people of triggers that were stuck: a few of an hour each by itself, all further ones of this process and hour in one alert. Where
 * a service has too much to do, all that is due is late, and would else be as many alerts. Thread-safe.
 */
final class RepairReport {

    private static final int MOST_SINGLE = 3;

    private final ScheduleAlerts alerts;
    private final Clock clock;
    private Instant hour = Instant.MIN;
    private int told;

    RepairReport(ScheduleAlerts alerts, Clock clock) {
        this.alerts = alerts;
        this.clock = clock;
    }

    /** @param states what each schedule's trigger was found in, in words */
    synchronized void tell(Map<String, String> states) {
        if (states.isEmpty()) {
            return;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.HOURS);
        if (!now.equals(hour)) {
            hour = now;
            told = 0;
        }
        told += states.size();
        if (told <= MOST_SINGLE) {
            states.forEach(alerts::repaired);
        } else {
            alerts.manyRepaired(states, hour);
        }
    }
}

package io.nightshift.schedule;

import io.nightshift.alert.Alert;
import io.nightshift.alert.AlertKind;
import io.nightshift.alert.Alerts;
import io.nightshift.failure.FailureCode;
import io.nightshift.ledger.RunId;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.queue.ClockWatch;
import io.nightshift.queue.RunEndings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what people are to know of fires and of their runs, in the transaction that makes it so. Thread-safe. */
final class ScheduleAlerts implements RunEndings, ClockWatch {

    /** So many missed fires are one alert: an outage of days is no thousand of them. */
    private static final int MOST_SINGLE = 3;

    private static final int MOST_NAMED = 20;

    private final Alerts alerts;
    private final Clock clock;

    ScheduleAlerts(Alerts alerts, Clock clock) {
        this.alerts = alerts;
        this.clock = clock;
    }

    void recorded(List<Fire> fires) {
        fires.stream().filter(ScheduleAlerts::foundQueueFull).findFirst().ifPresent(this::queueFull);
        List<Fire> missed = fires.stream()
                .filter(ScheduleAlerts::isMissed)
                .filter(fire -> !foundQueueFull(fire))
                .toList();
        if (missed.size() > MOST_SINGLE) {
            Fire first = missed.get(0);
            Fire last = missed.get(missed.size() - 1);
            raise(
                    first.schedule() + "/" + first.fireTime() + "/" + last.fireTime(),
                    AlertKind.FIRE_MISSED,
                    first.schedule(),
                    null,
                    missed.size() + " fires from " + first.fireTime() + " to " + last.fireTime() + " were missed: "
                            + last.reason());
        } else {
            missed.forEach(fire -> raise(
                    key(fire),
                    AlertKind.FIRE_MISSED,
                    fire.schedule(),
                    fire.run(),
                    "the fire of " + fire.fireTime() + " is " + fire.outcome() + ": " + fire.reason()));
        }
        fires.stream()
                .filter(fire -> fire.outcome() == FireOutcome.LATE)
                .forEach(fire -> raise(
                        key(fire),
                        AlertKind.RUN_LATE,
                        fire.schedule(),
                        fire.run(),
                        "the fire of " + fire.fireTime() + " is late: " + fire.reason()));
    }

    private static boolean isMissed(Fire fire) {
        return fire.outcome() == FireOutcome.MISSED || fire.outcome() == FireOutcome.REFUSED;
    }

    private static boolean foundQueueFull(Fire fire) {
        return fire.outcome() == FireOutcome.REFUSED && fire.reason().startsWith(FailureCode.QUEUE_FULL.name());
    }

    /** A queue that is full refuses all that fires: one alert of a schedule in an hour says so. */
    private void queueFull(Fire fire) {
        raise(
                fire.schedule() + "/queue-full/" + clock.instant().truncatedTo(ChronoUnit.HOURS),
                AlertKind.FIRE_MISSED,
                fire.schedule(),
                null,
                "the fire of " + fire.fireTime() + " is REFUSED, and so are those after it while the queue is full: "
                        + fire.reason());
    }

    void notStarted(Fire fire) {
        raise(
                key(fire) + "/not-started",
                AlertKind.FIRE_MISSED,
                fire.schedule(),
                fire.run(),
                "the fire of " + fire.fireTime() + " is MISSED: " + fire.reason());
    }

    void deadlinePassed(Fire fire, String state) {
        raise(
                key(fire) + "/deadline",
                AlertKind.DEADLINE_PASSED,
                fire.schedule(),
                fire.run(),
                "the run for " + fire.logicalDate() + " was to be complete by " + fire.finishBy() + " and " + state);
    }

    void repaired(String schedule, String what) {
        raise(
                schedule + "/" + clock.instant() + "/repaired",
                AlertKind.TRIGGER_REPAIRED,
                schedule,
                null,
                "its trigger was stuck and is set anew; what was due is handed over: " + what);
    }

    /** One alert of all processes in an hour, which has the states of the first. */
    void manyRepaired(Map<String, String> states, Instant hour) {
        raise(
                "schedules/" + hour + "/repaired",
                AlertKind.TRIGGER_REPAIRED,
                "schedules",
                null,
                "schedules whose trigger had not fired long after its time: " + states.size()
                        + ". The triggers are set anew, and what was due is handed over; any others of this hour are in the log only."
                        + " So many are late where the service or its database has too much to do: "
                        + someOf(states.entrySet().stream()
                                .map(state -> state.getKey() + " (" + state.getValue() + ")")
                                .toList()));
    }

    /** The first of many, and how many more there are. */
    private static String someOf(List<String> all) {
        int shown = Math.min(MOST_NAMED, all.size());
        return String.join(", ", all.subList(0, shown))
                + (shown < all.size() ? " and " + (all.size() - shown) + " more" : "");
    }

    void troubled(String schedule, String trouble) {
        raise(schedule + "/" + clock.instant() + "/trouble", AlertKind.SCHEDULE_TROUBLED, schedule, null, trouble);
    }

    void allRemoved(String folder, List<String> schedules, String who) {
        raise(
                "schedules/" + clock.instant() + "/removed",
                AlertKind.SCHEDULES_REMOVED,
                folder,
                null,
                "the folder " + folder + " held no schedule file when " + who + " applied it: all " + schedules.size()
                        + " schedules are removed and nothing fires, until files are there and are applied: "
                        + someOf(schedules));
    }

    @Override
    public void off(String node, Duration skew) {
        raise(
                "clock/" + node + "/" + clock.instant(),
                AlertKind.CLOCK_SKEWED,
                node,
                null,
                "the clock of the process " + node + " is " + skew.toMillis()
                        + " ms off the database's: it takes no runs and fires nothing until the clock is set right");
    }

    @Override
    public void ended(RunRecord run) {
        if (run.state() == RunState.FAILED) {
            raise(
                    run.id() + "/" + run.attempt() + "/failed",
                    AlertKind.RUN_FAILED,
                    run.job().value(),
                    run.id(),
                    "run " + run.name() + " failed with "
                            + (run.failure() == null
                                    ? "no reason"
                                    : run.failure().code() + ": "
                                            + run.failure().message()));
        }
    }

    @Override
    public void recovered(RunRecord run) {
        raise(
                run.id() + "/" + run.attempt() + "/recovered",
                AlertKind.RUN_RECOVERED,
                run.job().value(),
                run.id(),
                "the process that worked on run " + run.name() + " (" + run.owner()
                        + ") died; another attempt goes on from what is committed");
    }

    private static String key(Fire fire) {
        return fire.schedule() + "/" + fire.fireTime();
    }

    private void raise(String key, AlertKind kind, String subject, @Nullable RunId run, String text) {
        alerts.raise(new Alert(key, kind, subject, run == null ? null : run.toString(), text, clock.instant()));
    }
}

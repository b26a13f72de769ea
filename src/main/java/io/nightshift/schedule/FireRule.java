package io.nightshift.schedule;

import io.nightshift.timing.PlannedFire;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which of the planned fires that have come due happen, before anything is known of runs: pauses and calendars first, then
 * {@code start_within}, then, for what was not handed over within a minute, the misfire policy. Pure.
 */
final class FireRule {

    /** A fire that is handed over within so long of its time is in time. */
    static final Duration IN_TIME = Duration.ofMinutes(1);

    private final ScheduleDefinition schedule;
    private final @Nullable Pause pause;

    FireRule(ScheduleDefinition schedule, @Nullable Pause pause) {
        this.schedule = schedule;
        this.pause = pause;
    }

    /** What is to become of a fire; one that is FIRED or LATE gets a run, unless what is on forbids it. */
    record Decision(PlannedFire fire, FireOutcome outcome, String reason) {

        boolean runs() {
            return outcome.handedOver();
        }
    }

    /**
     * @param due ascending, all up to now
     * @param newer whether there are newer ones, as many as the misfire policy lets happen
     */
    List<Decision> decide(List<PlannedFire> due, boolean newer, Instant now) {
        List<PlannedFire> misfired = new ArrayList<>();
        PlannedFire inTime = null;
        for (PlannedFire fire : due) {
            if (skipped(fire) == null && missed(fire, now) == null) {
                if (!late(fire, now)) {
                    inTime = fire;
                    break;
                }
                misfired.add(fire);
            }
        }
        List<Decision> decisions = new ArrayList<>(due.size());
        int index = 0;
        for (PlannedFire fire : due) {
            String skipped = skipped(fire);
            String missed = skipped == null ? missed(fire, now) : null;
            if (skipped != null) {
                decisions.add(new Decision(fire, FireOutcome.SKIPPED, skipped));
            } else if (missed != null) {
                decisions.add(new Decision(fire, FireOutcome.MISSED, missed));
            } else if (late(fire, now)) {
                decisions.add(newer ? overtaken(fire, now) : misfire(fire, index++, misfired, inTime, now));
            } else {
                decisions.add(new Decision(fire, FireOutcome.FIRED, fire.note()));
            }
        }
        return decisions;
    }

    /**
     * How many of the first fires of an unfinished list can be decided before the rest is known: those before the newest that the
     * misfire policy may let happen.
     */
    int decidable(List<PlannedFire> part, Instant now) {
        int possible = 0;
        int decidable = part.size();
        for (int i = part.size() - 1; i >= 0 && possible < schedule.misfire().most(); i--) {
            PlannedFire fire = part.get(i);
            if (skipped(fire) == null && missed(fire, now) == null) {
                possible++;
                decidable = i;
            }
        }
        return decidable;
    }

    private Decision overtaken(PlannedFire fire, Instant now) {
        String reason = delay(fire, now) + ", misfire: "
                + schedule.misfire().policy().name().toLowerCase(Locale.ROOT) + ", and others are newer";
        return new Decision(
                fire,
                schedule.misfire().policy() == Misfire.Policy.LATEST ? FireOutcome.MERGED : FireOutcome.MISSED,
                reason);
    }

    private static String delay(PlannedFire fire, Instant now) {
        return "handed over " + words(Duration.between(fire.time(), now)) + " late";
    }

    private Decision misfire(
            PlannedFire fire, int index, List<PlannedFire> misfired, @Nullable PlannedFire inTime, Instant now) {
        String delay = delay(fire, now);
        int newer = misfired.size() - 1 - index;
        return switch (schedule.misfire().policy()) {
            case SKIP -> new Decision(fire, FireOutcome.MISSED, delay + ", misfire: skip");
            case LATEST -> {
                PlannedFire latest = inTime != null ? inTime : misfired.get(misfired.size() - 1);
                yield latest == fire
                        ? new Decision(fire, FireOutcome.LATE, delay)
                        : new Decision(
                                fire,
                                FireOutcome.MERGED,
                                delay + ", misfire: latest; the fire of " + latest.time() + " stands for it");
            }
            case ALL ->
                newer < schedule.misfire().most()
                        ? new Decision(fire, FireOutcome.LATE, delay)
                        : new Decision(
                                fire,
                                FireOutcome.MISSED,
                                delay + ", misfire: all(max: "
                                        + schedule.misfire().most() + "), and so many are newer");
        };
    }

    private @Nullable String skipped(PlannedFire fire) {
        if (pause != null && pause.covers(fire.time())) {
            return pause.words();
        }
        if (schedule.paused()) {
            return "paused by its file";
        }
        return fire.excludedBy();
    }

    private @Nullable String missed(PlannedFire fire, Instant now) {
        Duration within = schedule.startWithin();
        return within != null && Duration.between(fire.time(), now).compareTo(within) > 0
                ? "handed over " + words(Duration.between(fire.time(), now)) + " late, start_within is " + words(within)
                : null;
    }

    private static boolean late(PlannedFire fire, Instant now) {
        return Duration.between(fire.time(), now).compareTo(IN_TIME) > 0;
    }

    static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 2 * 24 * 3600
                ? seconds / 3600 + " h " + seconds / 60 % 60 + " min"
                : seconds / (24 * 3600) + " days";
    }
}

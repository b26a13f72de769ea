package io.nightshift.schedule;

import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition;
import io.nightshift.job.JobFile;
import io.nightshift.job.JobFolder;
import io.nightshift.ledger.RunLedger;
import io.nightshift.ledger.RunRecord;
import io.nightshift.ledger.RunState;
import io.nightshift.queue.ActiveRun;
import io.nightshift.queue.Origin;
import io.nightshift.queue.RunQueue;
import io.nightshift.queue.Submission;
import io.nightshift.timing.PlannedFire;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a run of a fire, as far as what is on allows it, in the caller's transaction. The job's file is read as it is at that moment.
 * Thread-safe.
 */
final class FireSubmission {

    /** Whoever waits in line or beside the others need not know them, and a line may be long. */
    private static final Set<Overlap.Policy> LOOKS_AT_OTHERS =
            Set.of(Overlap.Policy.SKIP, Overlap.Policy.LATEST_ONLY, Overlap.Policy.REPLACE);

    private final RunQueue queue;
    private final RunLedger runs;
    private final FireLog log;
    private final JobFolder jobs;

    /** @param jobs the folder of the job files */
    FireSubmission(RunQueue queue, RunLedger runs, FireLog log, JobFolder jobs) {
        this.queue = queue;
        this.runs = runs;
        this.log = log;
        this.jobs = jobs;
    }

    /** The fire with its run, or with why there is none. It is not in the log yet. */
    Fire submit(ScheduleDefinition schedule, FireRule.Decision decision, Instant now) {
        PlannedFire planned = decision.fire();
        if (!decision.runs()) {
            return fire(schedule, decision, decision.outcome(), decision.reason(), null, now);
        }
        Origin origin = Origin.schedule(schedule.name());
        try {
            JobDefinition job = job(schedule, planned);
            List<ActiveRun> on =
                    LOOKS_AT_OTHERS.contains(schedule.overlap().policy()) ? queue.active(origin) : List.of();
            if (schedule.overlap().policy() == Overlap.Policy.SKIP && !on.isEmpty()) {
                return fire(
                        schedule,
                        decision,
                        FireOutcome.SKIPPED,
                        "overlap: skip, and run " + on.get(0).run() + " is on",
                        null,
                        now);
            }
            clear(schedule, job, on, planned.time());
            RunRecord run = queue.submit(
                    new Submission(
                            job,
                            planned.logicalDate(),
                            Map.of("schedule", schedule.name()),
                            origin,
                            schedule.priority(),
                            schedule.retry(),
                            schedule.overlap().most(),
                            schedule.startWithin() == null
                                    ? null
                                    : planned.time().plus(schedule.startWithin())),
                    "schedule " + schedule.name());
            return fire(schedule, decision, decision.outcome(), decision.reason(), run, now);
        } catch (NightshiftException e) {
            return fire(schedule, decision, FireOutcome.REFUSED, e.code() + ": " + e.getMessage(), null, now);
        }
    }

    /** Makes room for a newer fire, where the schedule says so. */
    private void clear(ScheduleDefinition schedule, JobDefinition job, List<ActiveRun> on, Instant newer) {
        Overlap.Policy policy = schedule.overlap().policy();
        if (policy != Overlap.Policy.LATEST_ONLY && policy != Overlap.Policy.REPLACE) {
            return;
        }
        // Else an older run would end for a newer one that is refused.
        int replaceable = Math.toIntExact(on.stream().filter(ActiveRun::waiting).count());
        queue.requireRoom(job.name().value(), replaceable);
        String why = "overlap: " + policy.name().toLowerCase(java.util.Locale.ROOT) + ", the fire of " + newer
                + " takes its place";
        for (ActiveRun run : on) {
            RunRecord older = runs.get(run.run());
            String who = "schedule " + schedule.name();
            boolean cancelled = policy == Overlap.Policy.REPLACE
                    ? queue.end(older, who, why)
                            .filter(RunState.STOPPED::equals)
                            .isPresent()
                    : run.waiting() && queue.cancel(older, who, why);
            if (cancelled) {
                log.amend(run.run(), FireOutcome.MERGED, why);
            }
        }
    }

    private JobDefinition job(ScheduleDefinition schedule, PlannedFire planned) {
        JobFile file = jobs.find(schedule.job());
        return file.resolve(new JobFile.Launch(
                file.filled(schedule.parameters(), planned.logicalDate()), planned.logicalDate(), Map.of(), null));
    }

    private static Fire fire(
            ScheduleDefinition schedule,
            FireRule.Decision decision,
            FireOutcome outcome,
            String reason,
            @Nullable RunRecord run,
            Instant now) {
        return new Fire(
                schedule.name(),
                decision.fire().time(),
                decision.fire().logicalDate(),
                outcome,
                reason,
                run == null ? null : run.id(),
                now,
                finishBy(schedule, decision.fire().time()));
    }

    /**
     * The first moment after the fire at which the zone's clock shows the time that the schedule names, as on a day without change: one
     * that the clock skips comes as much later, and one that it shows again is the day's first, unless the fire is between the two.
     */
    static @Nullable Instant finishBy(ScheduleDefinition schedule, Instant fireTime) {
        LocalTime by = schedule.finishBy();
        if (by == null) {
            return null;
        }
        ZonedDateTime fire = fireTime.atZone(schedule.zone());
        ZonedDateTime today = fire.toLocalDate().atTime(by).atZone(schedule.zone());
        if (by.isAfter(fire.toLocalTime()) && !today.toInstant().isAfter(fireTime)) {
            today = today.withLaterOffsetAtOverlap();
        }
        return today.toInstant().isAfter(fireTime)
                ? today.toInstant()
                : fire.toLocalDate()
                        .plusDays(1)
                        .atTime(by)
                        .atZone(schedule.zone())
                        .toInstant();
    }
}

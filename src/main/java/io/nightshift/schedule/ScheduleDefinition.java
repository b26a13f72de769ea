package io.nightshift.schedule;

import io.nightshift.queue.Retry;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule file says. Immutable.
 *
 * @param name unique among schedules
 * @param description for people; may be empty
 * @param job the name of the job that runs
 * @param trigger what makes it due
 * @param zone whose clock the logical dates are of
 * @param parameters texts by parameter name, in which expressions of the logical date are not filled in yet
 * @param misfire what happens with fires that were due while nobody could hand them over
 * @param overlap what happens with a fire while a run of the schedule is on
 * @param startWithin a fire that is handed over later than this is missed; null for no limit
 * @param finishBy the local time of the zone by which a run has to be complete; null for none
 * @param retry how often and when a failed run is tried again
 * @param priority from 1 to 10, higher first
 * @param paused whether the file says that nothing fires
 */
public record ScheduleDefinition(
        String name,
        String description,
        String job,
        Trigger trigger,
        ZoneId zone,
        Map<String, String> parameters,
        Misfire misfire,
        Overlap overlap,
        @Nullable Duration startWithin,
        @Nullable LocalTime finishBy,
        Retry retry,
        int priority,
        boolean paused) {

    public ScheduleDefinition {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}

package io.nightshift.schedule;

import io.nightshift.definition.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jobs that wait for each other, over any number of schedules: none of them would ever start. */
final class AfterCycles {

    private final Map<String, List<ScheduleFile>> waitingByJob = new HashMap<>();
    private final Set<String> done = new HashSet<>();

    AfterCycles(List<ScheduleFile> schedules) {
        for (ScheduleFile schedule : schedules) {
            waitingByJob
                    .computeIfAbsent(schedule.definition().job(), name -> new ArrayList<>())
                    .add(schedule);
        }
    }

    /** One problem for each circle, at the schedule that closes it. */
    void report(Problems problems) {
        List<String> jobs = waitingByJob.keySet().stream().sorted().toList();
        for (String job : jobs) {
            visit(job, new ArrayDeque<>(), problems);
        }
    }

    private void visit(String job, Deque<String> path, Problems problems) {
        if (!done.add(job)) {
            return;
        }
        path.addLast(job);
        for (ScheduleFile schedule : waitingByJob.getOrDefault(job, List.of())) {
            for (String awaited : after(schedule)) {
                if (path.contains(awaited)) {
                    List<String> circle = new ArrayList<>(path);
                    circle.subList(0, circle.indexOf(awaited)).clear();
                    circle.add(awaited);
                    problems.add(
                            schedule.place("after"),
                            "jobs wait for each other in a circle: " + String.join(" after ", circle));
                } else {
                    visit(awaited, path, problems);
                }
            }
        }
        path.removeLast();
    }

    private static List<String> after(ScheduleFile schedule) {
        return schedule.definition().trigger() instanceof Trigger.After after ? after.jobs() : List.of();
    }
}

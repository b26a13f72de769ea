package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.Seed;
import io.nightshift.timing.PlannedFire;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two years in a moment: schedules in twelve zones over every change of their clocks, with short delays, outages of hours and one of
 * three days. The log must hold every planned fire once, with the outcome that the documented policy gives it.
 */
final class TwoYearsTest {

    private static final Instant START = Instant.parse("2027-02-10T00:00:00Z");
    private static final Instant END = Instant.parse("2029-02-10T00:00:00Z");
    private static final Instant OUTAGE = Instant.parse("2027-12-24T01:00:00Z");

    private static final List<String> ZONES = List.of(
            "Europe/Berlin",
            "Europe/London",
            "Europe/Dublin",
            "America/New_York",
            "America/St_Johns",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Australia/Sydney",
            "Pacific/Auckland",
            "Africa/Casablanca",
            "Asia/Kathmandu",
            "UTC");

    private static final List<String> TIMES = List.of(
            "cron: '30 2 * * *'\ndaylight_saving: {gap: run_after, overlap: once}\n",
            "cron: '30 2 * * *'\ndaylight_saving: {gap: skip, overlap: twice}\n",
            "cron: '15 1 * * MON-FRI'\ncalendar: {exclude: [holidays/DE]}\n",
            "cron: '45 1 31 * *'\n",
            "cron: '0 2 29 2 *'\n",
            "cron: '30 2 * * *'\ncalendar: {only: last_business_day}\n");

    private static final List<String> POLICIES = List.of(
            "misfire: latest\n", "misfire: skip\n", "misfire: 'all(max: 2)'\n", "misfire: latest\nstart_within: 30h\n");

    @TempDir
    Path folder;

    private final Map<String, List<Instant>> handedOver = new LinkedHashMap<>();

    @Test
    void everyPlannedFireIsInTheLogOnceWithItsOutcome() throws Exception {
        Seed seed = Seed.next();
        Random random = seed.random();
        try (SimulatedService service = SimulatedService.embedded(folder, START)) {
            int policy = 0;
            for (String zone : ZONES) {
                for (String times : TIMES) {
                    String name = "s" + handedOver.size();
                    service.schedule(
                            name,
                            times + POLICIES.get(policy++ % POLICIES.size()) + "time_zone: " + zone
                                    + "\noverlap: parallel(1000)\n");
                    handedOver.put(name, new ArrayList<>(List.of(START)));
                }
            }
            service.reconciler.apply("ann");
            live(service, random);
            for (String name : handedOver.keySet()) {
                assertThat(outcomes(service, name))
                        .as("schedule %s, seed %s", name, seed)
                        .containsExactlyEntriesOf(expected(service, name));
            }
            assertThat(service.count("select count(*) from nightshift_run"))
                    .isEqualTo(service.count("select count(*) from nightshift_fire where run_id is not null"))
                    .isEqualTo(service.count("select count(distinct run_id) from nightshift_fire"))
                    .isGreaterThan(5000);
        }
    }

    /** Calls each schedule when it is due, as Quartz does, sometimes late, and sometimes not for hours or days. */
    private void live(SimulatedService service, Random random) {
        record Due(Instant at, String name) {}
        PriorityQueue<Due> due = new PriorityQueue<>(
                (a, b) -> a.at().equals(b.at()) ? a.name().compareTo(b.name()) : a.at().compareTo(b.at()));
        handedOver.keySet().forEach(name -> service.handOver.due(name).ifPresent(next -> due.add(new Due(next, name))));
        Instant now = START;
        boolean outage = false;
        int calls = 0;
        while (!due.isEmpty() && due.peek().at().isBefore(END)) {
            Due first = due.poll();
            now = later(now, first.at());
            if (random.nextInt(400) == 0) {
                now = now.plus(Duration.ofMinutes(random.nextInt(600)));
            } else if (!outage && now.isAfter(OUTAGE)) {
                outage = true;
                now = now.plus(Duration.ofDays(3));
            } else {
                now = now.plusMillis(random.nextInt(900));
            }
            service.clock.set(now);
            handedOver.get(first.name()).add(now);
            if (++calls % 1000 == 0) {
                // Else the runs of two years, which nobody takes, would fill it.
                service.emptyQueue();
            }
            service.handOver.due(first.name()).ifPresent(next -> due.add(new Due(next, first.name())));
        }
    }

    private static Map<Instant, FireOutcome> outcomes(SimulatedService service, String name) {
        Map<Instant, FireOutcome> outcomes = new TreeMap<>();
        service.tables
                .log()
                .list(new FireFilter(name, null, null, null, null, 100_000))
                .forEach(fire -> assertThat(outcomes.put(fire.fireTime(), fire.outcome()))
                        .isNull());
        return outcomes;
    }

    /** By the words of the how-to page: from the times at which each schedule was called, and its plan. */
    private Map<Instant, FireOutcome> expected(SimulatedService service, String name) {
        ScheduleDefinition definition = new Definitions(service.tables.schedules())
                .of(service.tables.schedules().find(name).orElseThrow());
        var timing = ((Trigger.Timed) definition.trigger()).timing();
        List<Instant> calls = handedOver.get(name);
        Map<Instant, FireOutcome> expected = new TreeMap<>();
        for (int i = 1; i < calls.size(); i++) {
            Instant call = calls.get(i);
            List<PlannedFire> possible = new ArrayList<>();
            for (PlannedFire fire : timing.between(calls.get(i - 1), call, 100_000)) {
                Duration late = Duration.between(fire.time(), call);
                if (fire.excludedBy() != null) {
                    expected.put(fire.time(), FireOutcome.SKIPPED);
                } else if (definition.startWithin() != null && late.compareTo(definition.startWithin()) > 0) {
                    expected.put(fire.time(), FireOutcome.MISSED);
                } else if (late.compareTo(Duration.ofMinutes(1)) <= 0) {
                    expected.put(fire.time(), FireOutcome.FIRED);
                    possible.add(fire);
                } else {
                    possible.add(fire);
                }
            }
            for (int j = 0; j < possible.size(); j++) {
                int newer = possible.size() - 1 - j;
                expected.putIfAbsent(
                        possible.get(j).time(),
                        switch (definition.misfire().policy()) {
                            case SKIP -> FireOutcome.MISSED;
                            case LATEST -> newer == 0 ? FireOutcome.LATE : FireOutcome.MERGED;
                            case ALL -> newer < definition.misfire().most() ? FireOutcome.LATE : FireOutcome.MISSED;
                        });
            }
        }
        return expected;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

package io.nightshift.schedule;

import java.time.Instant;

final class EmbeddedScheduleTest extends ScheduleContract {

    @Override
    SimulatedService open(Instant now) throws Exception {
        return SimulatedService.embedded(folder, now);
    }
}

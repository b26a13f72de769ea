package io.nightshift.schedule;

import java.time.Instant;

final class EmbeddedAfterTest extends AfterContract {

    @Override
    SimulatedService open(Instant now) throws Exception {
        return SimulatedService.embedded(folder, now);
    }
}

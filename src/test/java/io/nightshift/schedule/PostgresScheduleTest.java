package io.nightshift.schedule;

import io.nightshift.PostgresServer;
import java.time.Instant;

final class PostgresScheduleTest extends ScheduleContract {

    private String url = "";

    @Override
    SimulatedService open(Instant now) throws Exception {
        if (url.isEmpty()) {
            url = PostgresServer.newDatabase();
        }
        return SimulatedService.onPostgres(folder, url, now);
    }
}

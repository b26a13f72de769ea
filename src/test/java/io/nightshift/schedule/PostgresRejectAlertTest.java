package io.nightshift.schedule;

import java.io.IOException;

final class PostgresRejectAlertTest extends RejectAlertContract {

    @Override
    ServiceFolder service() throws IOException {
        return ServiceFolder.onPostgres(folder, "queue: {workers: 1}\n");
    }
}

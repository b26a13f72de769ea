package io.nightshift.schedule;

import java.io.IOException;

final class EmbeddedRejectAlertTest extends RejectAlertContract {

    @Override
    ServiceFolder service() throws IOException {
        return ServiceFolder.embedded(folder, "");
    }
}

package io.nightshift.admin;

import java.nio.file.Path;

/** The endpoint over the embedded database. */
final class EmbeddedRunsTest extends RunsContract {

    @Override
    Endpoint start(Path folder) {
        return Endpoint.embedded(folder);
    }
}

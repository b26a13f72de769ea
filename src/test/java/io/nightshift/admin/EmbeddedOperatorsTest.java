package io.nightshift.admin;

import java.nio.file.Path;

/** The endpoint over the embedded database. */
final class EmbeddedOperatorsTest extends OperatorsContract {

    @Override
    Endpoint start(Path folder) {
        return Endpoint.embedded(folder);
    }
}

package io.nightshift.admin;

import io.nightshift.PostgresServer;
import java.nio.file.Path;

/** The endpoint over PostgreSQL. */
final class PostgresOperatorsTest extends OperatorsContract {

    @Override
    Endpoint start(Path folder) {
        return Endpoint.onServer(folder, PostgresServer.newDatabase());
    }
}

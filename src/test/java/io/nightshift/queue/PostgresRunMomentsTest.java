package io.nightshift.queue;

import io.nightshift.PostgresServer;
import io.nightshift.database.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class PostgresRunMomentsTest extends RunMomentsContract {

    @Override
    Path configuration(Path folder) {
        try {
            return Files.writeString(
                    folder.resolve("nightshift.yaml"),
                    "databases: {server: {url: '" + PostgresServer.newDatabase() + "', user: postgres}}\n"
                            + "metadata: server\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Home home(Path folder) {
        return Home.shared(folder.resolve("home"));
    }
}

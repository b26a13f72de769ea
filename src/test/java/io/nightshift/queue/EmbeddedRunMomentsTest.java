package io.nightshift.queue;

import io.nightshift.database.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class EmbeddedRunMomentsTest extends RunMomentsContract {

    @Override
    Path configuration(Path folder) {
        try {
            return Files.writeString(folder.resolve("nightshift.yaml"), "databases: {}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Home home(Path folder) {
        return Home.open(folder.resolve("home"), "a test");
    }
}

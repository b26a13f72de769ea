package io.nightshift;

import io.nightshift.database.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The databases that may keep a home's metadata, for contracts that hold on each. */
public enum MetadataPlace {
    EMBEDDED {
        @Override
        public Home home(Path folder) {
            return Home.open(folder.resolve("home"), "a test");
        }

        @Override
        String text() {
            return "databases: {}\n";
        }
    },
    POSTGRES {
        @Override
        public Home home(Path folder) {
            return Home.shared(folder.resolve("home"));
        }

        @Override
        String text() {
            return "databases: {server: {url: '" + PostgresServer.newDatabase() + "', user: postgres}}\n"
                    + "metadata: server\n";
        }
    };

    public abstract Home home(Path folder);

    abstract String text();

    /** Writes a configuration file that names the place; a server's database is new. */
    public Path configuration(Path folder) {
        try {
            return Files.writeString(folder.resolve("nightshift.yaml"), text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

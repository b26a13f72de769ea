package io.nightshift.schedule;

import io.nightshift.database.Home;
import java.nio.file.Path;

final class PostgresArrivalTest extends ArrivalContract {

    @Override
    String metadata() {
        return "metadata: warehouse\n";
    }

    @Override
    Home home(Path folder) {
        return Home.shared(folder.resolve("home"));
    }
}

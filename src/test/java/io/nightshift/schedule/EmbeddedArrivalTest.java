package io.nightshift.schedule;

import io.nightshift.database.Home;
import java.nio.file.Path;

final class EmbeddedArrivalTest extends ArrivalContract {

    @Override
    String metadata() {
        return "";
    }

    @Override
    Home home(Path folder) {
        return Home.open(folder.resolve("home"), "a test");
    }
}

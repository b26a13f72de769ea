package io.nightshift.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.HdfsNode;
import io.nightshift.database.Home;
import io.nightshift.storage.Storages;
import io.nightshift.storage.StoredOutput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the embedded database; and data that arrives in HDFS, which is looked at alike whatever the database. */
final class EmbeddedArrivalTest extends ArrivalContract {

    private static final Storages STORAGES = Storages.defaults();

    @TempDir
    private static Path blocks;

    private static HdfsNode hdfs;

    @BeforeAll
    static void startHdfs() {
        hdfs = new HdfsNode(blocks);
    }

    @AfterAll
    static void stopHdfs() {
        STORAGES.close();
        hdfs.close();
    }

    @Override
    String metadata() {
        return "";
    }

    @Override
    Home home(Path folder) {
        return Home.open(folder.resolve("home"), "a test");
    }

    private static void put(String path, String text) {
        try (StoredOutput out = STORAGES.of(path).create(path)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aMarkerInHdfsFiresWhenItAppearsOrIsWrittenAnew() throws Exception {
        String marker = hdfs.root() + "/marked/day/_SUCCESS";
        schedule("marker: '" + marker + "'");
        look();
        assertThat(fires()).as("no folder is nothing yet").isEmpty();
        assertThat(trouble()).isNull();
        put(marker, "");
        look();
        look();
        assertThat(fires()).singleElement().satisfies(fire -> {
            assertThat(fire.outcome()).isEqualTo(FireOutcome.FIRED);
            assertThat(fire.run()).isNotNull();
            assertThat(fire.reason()).contains(marker);
        });
        STORAGES.of(marker).deleteRecursively(marker);
        look();
        assertThat(fires()).as("what leaves is no event").hasSize(1);
        put(marker, "again");
        look();
        look();
        assertThat(fires()).hasSize(2);
    }

    @Test
    void eachNewPartitionInHdfsFiresOnceForItsDate() throws Exception {
        String in = hdfs.root() + "/partitioned";
        put(in + "/region=eu/date=2001-03-01/part-0", "rows");
        schedule("partition: '" + in + "/region=*/date=*'");
        look();
        assertThat(fires()).as("there when the schedule was applied").isEmpty();
        put(in + "/region=us/date=2001-03-02/part-0", "rows");
        put(in + "/region=us/_temporary/part-0", "rows");
        look();
        put(in + "/region=us/date=2001-03-02/part-1", "more rows are no other folder");
        look();
        assertThat(fires()).extracting(Fire::logicalDate).containsExactly(LocalDateTime.of(2001, 3, 2, 0, 0));
        assertThat(trouble()).isNull();
    }
}

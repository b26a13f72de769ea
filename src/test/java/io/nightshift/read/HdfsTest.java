package io.nightshift.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.HdfsNode;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.JobDefinition.ParquetSource;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.storage.Storage;
import io.nightshift.storage.Storages;
import io.nightshift.storage.StoredFile;
import io.nightshift.storage.StoredOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HDFS proved on a cluster of one node in this process. */
class HdfsTest {

    private static final Path FLIGHTS = Path.of("sample-data/flights.parquet");

    @TempDir
    static Path folder;

    private static HdfsNode node;
    private static String root;
    private static final Storages STORAGES = Storages.defaults();

    @BeforeAll
    static void start() {
        node = new HdfsNode(folder);
        root = node.root();
    }

    @AfterAll
    static void stop() {
        STORAGES.close();
        node.close();
    }

    @Test
    void readsParquetAsFromLocalDisk() throws IOException {
        Storage hdfs = STORAGES.of(root + "/");
        try (StoredOutput out = hdfs.create(root + "/staging/part")) {
            out.write(Files.readAllBytes(FLIGHTS));
            out.force();
        }
        hdfs.rename(root + "/staging/part", root + "/flights/day=1/part-0.parquet");
        put(root + "/flights/_SUCCESS", "");

        ParquetDataSet local = DataSets.open(FLIGHTS, List.of("flight_id", "origin"));
        for (String path : List.of("/flights", "/flights/day=1/part-0.parquet", "/flights/*/*.parquet")) {
            ParquetDataSet remote = ParquetDataSet.open(
                    STORAGES,
                    new ParquetSource(root + path, List.of()),
                    List.of("flight_id", "origin"),
                    ParquetLimits.defaults());
            assertThat(STORAGES.list(root + path).stream().map(StoredFile::path))
                    .containsExactly(root + "/flights/day=1/part-0.parquet");
            assertThat(DataSets.readAll(remote, remote.plan(1024, 65_536, 2)).rows())
                    .isEqualTo(
                            DataSets.readAll(local, local.plan(1024, 65_536, 2)).rows());
        }
    }

    @Test
    void keepsTheContractOfStorage() {
        Storage hdfs = STORAGES.of(root + "/");
        put(root + "/c/new", "new");
        put(root + "/c/old", "old");

        hdfs.rename(root + "/c/new", root + "/c/old");

        assertThat(hdfs.read(root + "/c/old", 10)).asString().isEqualTo("new");
        assertThat(hdfs.children(root + "/c")).containsExactly("old");
        assertFails(FailureCode.STORAGE_FAILED, () -> hdfs.create(root + "/c/old"));
        assertFails(FailureCode.LIMIT_EXCEEDED, () -> hdfs.read(root + "/c/old", 2));
        assertFails(FailureCode.INPUT_MISSING, () -> hdfs.open(root + "/c/none"));
        assertFails(FailureCode.INPUT_MISSING, () -> hdfs.list(root + "/none"));
        hdfs.deleteRecursively(root + "/c");
        hdfs.deleteRecursively(root + "/c");
        assertThat(hdfs.exists(root + "/c")).isFalse();
    }

    private static void put(String path, String text) {
        try (StoredOutput out = STORAGES.of(path).create(path)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void assertFails(FailureCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(code));
    }
}

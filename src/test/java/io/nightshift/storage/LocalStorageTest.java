package io.nightshift.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStorageTest {

    @TempDir
    Path folder;

    private final Storages storages = Storages.defaults();

    @Test
    void listsAFolderSortedAndLeavesBookkeepingOut() throws IOException {
        for (String name : List.of(
                "b.parquet",
                "a/z.parquet",
                "a/day=1/c.parquet",
                "_SUCCESS",
                ".hidden",
                "b.parquet.crc",
                "_temporary/x")) {
            put(name, "x");
        }

        assertThat(names(folder.toString())).containsExactly("a/day=1/c.parquet", "a/z.parquet", "b.parquet");
        assertThat(names("file://" + folder)).containsExactly("a/day=1/c.parquet", "a/z.parquet", "b.parquet");
    }

    @Test
    void anExplicitFileIsTakenWhateverItsName() throws IOException {
        put("_odd*name", "12345");

        List<StoredFile> files = storages.list(folder.resolve("_odd*name").toString());

        assertThat(files).singleElement().satisfies(file -> {
            assertThat(file.size()).isEqualTo(5);
            assertThat(file.refresh()).isEqualTo(file);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*.parquet | a.parquet b.parquet",
                "year=*    | year=1/c.parquet year=2/m=3/d.parquet",
                "year=1/*  | year=1/c.parquet",
                "**/d.*    | year=2/m=3/d.parquet",
                "{a,b}.parquet | a.parquet b.parquet",
                "[ab].*    | a.parquet b.parquet",
            })
    void matchesPatterns(String pattern, String expected) throws IOException {
        for (String name : List.of("a.parquet", "b.parquet", "year=1/c.parquet", "year=2/m=3/d.parquet")) {
            put(name, "x");
        }

        assertThat(names(folder + "/" + pattern)).containsExactly(expected.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a[b]", "{a,b}", "a*", "?", "[", "{"})
    void aFolderThatIsThereIsNoPatternWhateverItsName(String launched) throws IOException {
        for (String name : List.of("/data/a.parquet", "/data/b.parquet", "/data/[c]/d.parquet")) {
            put(launched + name, "x");
        }
        put("ab/data/not-this.parquet", "x");
        String data = launched + "/data/";

        assertThat(names(folder + "/" + data + "*.parquet")).containsExactly(data + "a.parquet", data + "b.parquet");
        assertThat(names(folder + "/" + data + "[c]/*")).containsExactly(data + "[c]/d.parquet");
        assertThat(names(folder + "/" + data)).hasSize(3);
        assertFails(
                FailureCode.INPUT_MISSING,
                () -> storages.list(folder + "/" + launched + "/none.parquet"),
                launched + "/none.parquet");
        assertThat(places(data)).containsExactly("[c]", "a.parquet", "b.parquet");
        assertThat(places(data + "?.parquet")).containsExactly("a.parquet", "b.parquet");
    }

    private List<String> places(String path) {
        return storages.places(folder + "/" + path).stream()
                .map(place -> String.valueOf(Path.of(place.path()).getFileName()))
                .sorted()
                .toList();
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Files.createDirectory(folder.resolve("empty"));

        for (String path : List.of("nothing", "empty", "*.parquet", "no/*.parquet")) {
            assertFails(FailureCode.INPUT_MISSING, () -> storages.list(folder + "/" + path), path);
        }
        assertFails(FailureCode.INPUT_MISSING, () -> local().open(folder + "/nothing"), "nothing");
    }

    @Test
    void followsLinksInsideTheFolderOnceAndRefusesThoseThatLeaveIt() throws IOException {
        put("data/.v1/a.parquet", "x");
        put("data/b.parquet", "x");
        put("outside/c.parquet", "x");
        Path data = folder.resolve("data");
        Files.createSymbolicLink(data.resolve("a.parquet"), Path.of(".v1/a.parquet"));
        Files.createSymbolicLink(data.resolve("again.parquet"), Path.of("b.parquet"));
        Files.createSymbolicLink(data.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(folder.resolve("named"), data);

        assertThat(names(folder + "/named")).containsExactly("named/a.parquet", "named/b.parquet");

        Files.createSymbolicLink(data.resolve("leaves"), folder.resolve("outside"));
        assertFails(FailureCode.PATH_REFUSED, () -> storages.list(data.toString()), "outside of the data folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org/a.parquet", "ftp://x/y", "file://host/a"})
    void refusesOtherSchemes(String path) {
        assertFails(FailureCode.PATH_REFUSED, () -> storages.list(path), path);
    }

    @Test
    void aSchemeWhoseClassesAreMissingNamesTheJar() {
        assertFails(FailureCode.PATH_REFUSED, () -> storages.list("s3a://bucket/data"), "hadoop-aws");
    }

    @Test
    void onlyAllowedSchemesAreServed() {
        Storages nothingLocal = new Storages(Set.of("hdfs"), Map.of());

        assertFails(FailureCode.PATH_REFUSED, () -> nothingLocal.list(folder.toString()), "'file'");
    }

    @Test
    void writesForcesAndRenames() throws IOException {
        String staged = folder + "/staging/new/part";
        try (StoredOutput out = local().create(staged)) {
            out.write("hello ".getBytes(StandardCharsets.UTF_8));
            out.write(ByteBuffer.allocateDirect(5)
                    .put("world".getBytes(StandardCharsets.UTF_8))
                    .flip());
            out.write('!');
            assertThat(out.position()).isEqualTo(12);
            out.force();
        }
        put("final/part", "old");

        local().rename(staged, folder + "/final/part");

        assertThat(local().read(folder + "/final/part", 12)).asString().isEqualTo("hello world!");
        assertThat(local().exists(staged)).isFalse();
        assertThat(local().children(folder.toString())).containsExactly("final", "staging");
        assertThat(local().children(folder + "/none")).isEmpty();
        assertFails(FailureCode.LIMIT_EXCEEDED, () -> local().read(folder + "/final/part", 11), "12 bytes");
        assertFails(FailureCode.STORAGE_FAILED, () -> local().create(folder + "/final/part"), "exists already");
    }

    @Test
    void deletesRecursivelyWithoutFollowingLinks() throws IOException {
        put("kept/file", "x");
        put("gone/deep/er/file", "x");
        Files.createSymbolicLink(folder.resolve("gone/link"), folder.resolve("kept"));

        local().deleteRecursively(folder + "/gone");
        local().deleteRecursively(folder + "/gone");

        assertThat(local().exists(folder + "/gone")).isFalse();
        assertThat(local().exists(folder + "/kept/file")).isTrue();
    }

    @Test
    void tellsAFullDisk() {
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full));

        assertThat(StorageFailure.of("write", "x", new IOException("No space left on device"))
                        .code())
                .isEqualTo(FailureCode.DISK_FULL);
        assertFails(
                FailureCode.DISK_FULL,
                () -> {
                    try (StoredOutput out = LocalStorage.output("/dev/full", full)) {
                        out.write(new byte[10]);
                    }
                },
                "/dev/full");
    }

    private Storage local() {
        return storages.of(folder.toString());
    }

    private void put(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<String> names(String path) {
        return storages.list(path).stream()
                .map(file -> folder.relativize(Path.of(file.path().replaceFirst("^file:/+", "/")))
                        .toString())
                .toList();
    }

    private static void assertFails(FailureCode code, ThrowingCallable action, String words) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(NightshiftException.class, failure -> assertThat(failure.code())
                        .isEqualTo(code))
                .hasMessageContaining(words);
    }
}

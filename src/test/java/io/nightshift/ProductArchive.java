package io.nightshift;

import io.nightshift.cli.Nightshift;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The product as one jar with an archive of its loaded classes beside it, as the start script has one, so that a process of a test
 * starts at less cost. Made where it is missing or older than the classes, and kept for later test processes. Without an archive
 * processes start as well, slower.
 */
final class ProductArchive {

    private static final long DEADLINE_SECONDS = 120;

    private static final ProductArchive ONE = make();

    private final String classPath;
    private final Path archive;

    private ProductArchive(String classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /** The product and its libraries, without the tests. */
    static String classPath() {
        return ONE.classPath;
    }

    /** Options of the JVM that use the archive. */
    static List<String> options() {
        return Files.exists(ONE.archive)
                // Of an archive that does not fit, the JVM would tell on the output.
                ? List.of("-Xlog:disable", "-Xlog:all=error:stderr", "-XX:SharedArchiveFile=" + ONE.archive)
                : List.of();
    }

    private static ProductArchive make() {
        try {
            Path classes = Path.of(Nightshift.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path folder = Files.createDirectories(classes.resolveSibling("test-product"));
            Path jar = folder.resolve("nightshift.jar");
            if (!Files.exists(jar) || newest(classes).compareTo(Files.getLastModifiedTime(jar)) > 0) {
                pack(classes, jar);
            }
            String classPath = jar + File.pathSeparator + libraries();
            String version = Integer.toHexString((classPath + Runtime.version()).hashCode());
            Path archive = folder.resolve("nightshift-" + version + ".jsa");
            if (!Files.exists(archive)
                    || Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(archive)) > 0) {
                archive(classPath, folder, archive);
            }
            return new ProductArchive(classPath, archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JVM archives no classes of folders. */
    private static String libraries() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static FileTime newest(Path classes) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        for (Path file : files(classes)) {
            FileTime modified = Files.getLastModifiedTime(file);
            newest = modified.compareTo(newest) > 0 ? modified : newest;
        }
        return newest;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.sorted().toList();
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        Path packing = Files.createTempFile(jar.getParent(), "nightshift", ".jar");
        try (OutputStream file = Files.newOutputStream(packing);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Path entry : files(classes)) {
                // Libraries look for folders of resources, too.
                String name = classes.relativize(entry).toString().replace(File.separatorChar, '/');
                if (Files.isDirectory(entry)) {
                    if (!name.isEmpty()) {
                        out.putNextEntry(new JarEntry(name + "/"));
                    }
                } else {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(entry, out);
                }
            }
        }
        Files.move(packing, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Archives what a small run loads. */
    private static void archive(String classPath, Path folder, Path archive) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory(folder, "run");
        Path job = Files.writeString(scratch.resolve("small.yaml"), """
                job: small
                source: {parquet: {path: '%s', where: [{column: date, from: 2001-03-05, before: 2001-03-06}]}}
                key: [flight_id]
                model: '%s'
                output: {table: small, parquet: '%s'}
                aggregates: [{name: by_origin, group_by: [origin], measures: {p95: {quantile: delay_probability, at: 0.95}}}]
                """.formatted(
                        Path.of("sample-data/flights.parquet").toAbsolutePath(),
                        Path.of("sample-data/models/flight-delay").toAbsolutePath(),
                        scratch.resolve("files")));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NightshiftProcess.JVM_OPTIONS);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + scratch.resolve("classes"), "-cp", classPath));
        command.addAll(List.of(Nightshift.class.getName(), "--home", scratch.resolve("home") + "", "run", job + ""));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("output").toFile())
                .start();
        if (process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) && Files.exists(scratch.resolve("classes"))) {
            Files.move(scratch.resolve("classes"), archive, StandardCopyOption.REPLACE_EXISTING);
        } else {
            process.destroyForcibly().waitFor();
        }
        FileSystemUtils.deleteRecursively(scratch);
    }
}
